"""How each model has fared lately, in memory: its latency and how often it answered, newer calls counting more.

What went wrong is forgotten as time passes, so that a model that is not asked gets its chance again.
"""

from dataclasses import dataclass, replace

from memory.clock import Clock
from memory.model.value import Moment

NEWEST = 0.2  # how much the newest call counts
GOOD = 0.8  # the share of calls below which a model goes behind the others
HALF_LIFE_S = 60.0  # of a failure


@dataclass(frozen=True)
class Standing:
    """How one model fares. `seconds` is None until it has answered once."""

    calls: int = 0
    success: float = 1.0
    seconds: float | None = None

    @property
    def good(self) -> bool:
        """Return whether it answers often enough to be asked before others."""
        return self.success >= GOOD


class Standings:
    """How every model of a fleet fares."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._of: dict[str, tuple[Standing, Moment]] = {}

    def of(self, model: str) -> Standing:
        """Return how a model fares now."""
        if model not in self._of:
            return Standing()
        was, at = self._of[model]
        passed = max(0.0, (self._clock.now() - at).total_seconds())
        return replace(was, success=1 - (1 - was.success) * 0.5 ** (passed / HALF_LIFE_S))

    def note(self, model: str, seconds: float, *, answered: bool) -> None:
        """Count one call. How long a failure took says nothing of how long an answer takes."""
        was = self.of(model)
        success = was.success + NEWEST * (answered - was.success)
        took = was.seconds
        if answered:
            took = seconds if took is None else took + NEWEST * (seconds - took)
        self._of[model] = (Standing(calls=was.calls + 1, success=success, seconds=took), self._clock.now())
