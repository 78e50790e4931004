"""Whether a call that failed is made again, and when: decided on what became of the newest calls there. Pure.

Retries are paid for from a budget that successes fill (as in gRPC's retry throttling, A6): in an outage there soon
are none, so that retries never make it worse. What may have taken effect is never repeated, unless it was looked
for and not found. This is the only layer that retries.
"""

from memory.model.value import Value
from runbooks.pacing.outcomes import Recent

FIRST_S = 0.2
LONGEST_S = 30.0
MOST_TOKENS = 10.0
EARNED = 0.1  # by each call that was answered: at most one retry in ten calls, once the budget is spent
ENOUGH = 5  # calls, before what became of them says anything
HOPELESS = 0.9  # of the newest calls failed: one probe, and no more


class Again(Value):
    """Make the call once more, after a pause."""

    after_s: float


class Stop(Value):
    """Leave it; `because` says why, as a part of a sentence."""

    because: str


def attempts(recent: Recent, most: int, now: float) -> int:
    """Return how many attempts a call gets, of at most so many: the worse it stands there, the fewer."""
    if len(recent.since(now)) < ENOUGH:
        return most
    failing = recent.failing(now)
    if failing >= HOPELESS:
        return 1
    return max(1, min(most, 1 + round((most - 1) * (1 - failing))))


def again(
    recent: Recent,
    *,
    attempt: int,
    most: int,
    now: float,
    jitter: float,
    safe: bool,
    retry_after_s: float | None = None,
    left_s: float | None = None,
) -> Again | Stop:
    """Say whether to repeat a call after its attempt number `attempt` (from 1) was lost.

    `safe`: it is idempotent, or was looked for and not found. `jitter` is a random number from 0 to 1. `left_s` is
    how much time its run has left.
    """
    if not safe:
        return Stop(because="it may have taken effect, and nobody could look")
    allowed = attempts(recent, most, now)
    if attempt >= allowed:
        fewer = "" if allowed == most else f" instead of {most}, since most calls there fail"
        return Stop(because=f"{attempt} of {allowed} attempts{fewer} were made")
    if recent.tokens < 1:
        return Stop(because="too many calls there failed of late to afford another")
    pause = max(_backoff(recent, attempt, jitter), retry_after_s or 0.0)
    if left_s is not None and pause >= left_s:
        return Stop(because=f"there are {left_s:.0f} s left, and it should not be asked for {pause:.0f} s")
    return Again(after_s=pause)


def paid(recent: Recent) -> Recent:
    """Return the window after a retry was paid for."""
    return recent.model_copy(update={"tokens": max(0.0, recent.tokens - 1)})


def earned(recent: Recent) -> Recent:
    """Return the window after a call was answered."""
    return recent.model_copy(update={"tokens": min(MOST_TOKENS, recent.tokens + EARNED)})


def _backoff(recent: Recent, attempt: int, jitter: float) -> float:
    """Return a pause that doubles with each failure in a row there, of which jitter takes up to a half."""
    failures = max(attempt, min(recent.run_of_failures(), 10))
    longest = min(LONGEST_S, FIRST_S * 2.0 ** (failures - 1))
    return longest * (0.5 + 0.5 * jitter)
