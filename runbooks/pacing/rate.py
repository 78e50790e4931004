"""Rate limits by the generic cell rate algorithm (ITU-T I.371): one number of state, no timer. Pure.

The state is the theoretical arrival time: when the last call would have come, had all come evenly. Within any time
t no more than `burst + t / interval` calls are let through. Times are whole nanoseconds, so nothing is rounded
in anybody's favour.
"""

from math import ceil

from pydantic import Field

from memory.model.value import Identifier, Value

SECOND = 1_000_000_000  # nanoseconds


class Rate(Value):
    """So many calls in so many seconds, of which `burst` may come at once."""

    calls: int = Field(ge=1)
    per_s: float = Field(gt=0, le=86_400)
    burst: int = Field(default=1, ge=1, le=10_000)

    def interval(self) -> int:
        """Return the nanoseconds between two calls that come evenly."""
        return ceil(self.per_s * SECOND / self.calls)


class RateLimit(Rate):
    """A rate for a tool at each of its targets; without a tool, for every tool that has none of its own."""

    tool: Identifier | None = None


class Passed(Value):
    """The call may be made; `arrival` is the new state."""

    arrival: int


class Wait(Value):
    """The call has to wait so many nanoseconds; the state stays as it is."""

    nanoseconds: int

    def seconds(self) -> float:
        """Return them as seconds, and never less."""
        return ceil(self.nanoseconds / 1000) / 1_000_000


def conform(rate: Rate, arrival: int | None, now: int) -> Passed | Wait:
    """Say whether a call may be made at `now`; `arrival` is the state, None at first."""
    due = now if arrival is None else max(arrival, now)
    earliest = due - (rate.burst - 1) * rate.interval()
    if earliest > now:
        return Wait(nanoseconds=earliest - now)
    return Passed(arrival=due + rate.interval())


def pushed_back(arrival: int | None, now: int, retry_after_s: float, rate: Rate) -> int:
    """Return the state after a target asked to be left alone for a while: the next call is let through then."""
    after = now + ceil(retry_after_s * SECOND) + (rate.burst - 1) * rate.interval()
    return after if arrival is None else max(arrival, after)
