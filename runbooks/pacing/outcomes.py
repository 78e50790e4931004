"""What became of the newest calls to one endpoint: a window of a minute and a hundred calls. Pure.

An endpoint is a tool and its target. The window is a value: whoever keeps it replaces it.
"""

from math import ceil

from memory.model.value import Value

LASTS_S = 60.0
MOST = 100


class Seen(Value):
    """One call: when it ended, whether its target answered it, and how long that took."""

    at: float
    ok: bool
    seconds: float


class Recent(Value):
    """The newest calls, the oldest first. `tokens` is how many retries are still affordable."""

    calls: tuple[Seen, ...] = ()
    tokens: float = 10.0

    def since(self, now: float) -> tuple[Seen, ...]:
        """Return those of the last minute."""
        return tuple(each for each in self.calls if now - each.at < LASTS_S)

    def failing(self, now: float) -> float:
        """Return the share that failed of late, from 0; nothing seen is nothing failed."""
        calls = self.since(now)
        return sum(not each.ok for each in calls) / len(calls) if calls else 0.0

    def run_of_failures(self) -> int:
        """Return how many of the newest calls failed without one that did not."""
        return next((number for number, each in enumerate(reversed(self.calls)) if each.ok), len(self.calls))

    def latency_s(self, share: float, now: float) -> float | None:
        """Return the latency that this share of answered calls kept (nearest rank); None where none was."""
        answered = sorted(each.seconds for each in self.since(now) if each.ok)
        return answered[max(0, ceil(share * len(answered)) - 1)] if answered else None


def noted(recent: Recent, call: Seen) -> Recent:
    """Return the window with one more call in it."""
    kept = [each for each in recent.calls if call.at - each.at < LASTS_S]
    return recent.model_copy(update={"calls": (*kept, call)[-MOST:]})
