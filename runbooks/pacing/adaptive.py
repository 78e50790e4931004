"""How many calls to one target at once, found out by trying: additive increase, multiplicative decrease. Pure.

A window that is used and answered well grows by one for each round of answers; one sign of too much (a refusal for
load, a lost answer, answers much slower than the best) cuts it, once a round. It never leaves 1 to `cap`.
After Chiu and Jain (1989); slowness as a sign after TCP Vegas.
"""

from enum import StrEnum

from pydantic import Field

from memory.model.value import Value

CUT = 0.7
SLOW = 3.0  # times the best latency: a queue grows at the target
NOISE_S = 0.05  # by so much any answer may be later than the best
FORGET = 1.002  # by how much each answer raises the best latency, so that a target that became slower is relearnt


class Sign(StrEnum):
    """How a call went, as far as load goes. What is refused for other reasons is an answer like any other."""

    ANSWERED = "answered"
    OVERLOADED = "overloaded"  # 429, 503, Retry-After
    LOST = "lost"  # no answer in time


class Window(Value):
    """How many calls are let through at once, and what it was learnt from. `round_left`: answers until a cut.

    `best_s` is the best latency of each kind of call: a slow kind is no sign of load to a quick one.
    """

    cap: int = Field(ge=1)
    size: float = Field(default=1.0, ge=1.0)
    best_s: dict[str, float] = Field(default_factory=dict)
    round_left: int = 0

    def limit(self) -> int:
        """Return how many calls may be under way at once."""
        return min(self.cap, int(self.size))


def learnt(window: Window, sign: Sign, seconds: float, under_way: int, kind: str = "") -> Window:
    """Return the window after a call that took so long, of so many under way at its end, itself included."""
    left = max(0, window.round_left - 1)
    if sign is not Sign.ANSWERED:
        return _cut(window, left)
    best = min(seconds, window.best_s.get(kind, seconds) * FORGET)
    known = window.model_copy(update={"best_s": {**window.best_s, kind: best}, "round_left": left})
    if seconds > max(SLOW * best, best + NOISE_S):
        return _cut(known, left)
    if under_way < window.limit():
        return known
    return known.model_copy(update={"size": min(float(window.cap), window.size + 1 / window.size)})


def _cut(window: Window, left: int) -> Window:
    """Make it smaller, but only once for calls that were sent under the same size."""
    if left:
        return window.model_copy(update={"round_left": left})
    return window.model_copy(update={"size": max(1.0, window.size * CUT), "round_left": window.limit()})
