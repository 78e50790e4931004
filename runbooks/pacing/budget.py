"""What a run may use, and what it has used: time, calls, money. Pure; the runner asks before each call.

Taking back is counted and never held back, as with limits: a budget must not leave things half done.
"""

from datetime import datetime

from memory.model.plan import Budget
from memory.model.run import Run
from memory.model.value import Value


class Spent(Value):
    """What a run has used so far."""

    seconds: float = 0.0
    calls: int = 0
    cents: int = 0

    def plus(self, *, calls: int = 0, cents: int = 0) -> "Spent":
        """Return it with more calls and money."""
        return self.model_copy(update={"calls": self.calls + calls, "cents": self.cents + cents})


class Within(Value):
    """There is room. `seconds_left` is None where time is not limited."""

    seconds_left: float | None = None


class Over(Value):
    """The budget does not cover what comes next."""

    what: str  # "seconds", "calls" or "cents"
    most: float
    found: float

    def says(self) -> str:
        """Return what was expected and found, without a full stop."""
        return f"expected a run of at most {self.most:g} {self.what}, found {self.found:g}"


def judged(budget: Budget | None, spent: Spent, *, calls: int = 1, cents: int = 0) -> Within | Over:
    """Say whether so many calls for so much money may still be made."""
    if budget is None:
        return Within()
    if budget.seconds is not None and spent.seconds >= budget.seconds:
        return Over(what="seconds", most=budget.seconds, found=spent.seconds)
    wanted = spent.plus(calls=calls, cents=cents)
    if budget.calls is not None and wanted.calls > budget.calls:
        return Over(what="calls", most=budget.calls, found=wanted.calls)
    if budget.cents is not None and wanted.cents > budget.cents:
        return Over(what="cents", most=budget.cents, found=wanted.cents)
    return Within(seconds_left=None if budget.seconds is None else budget.seconds - spent.seconds)


def elapsed(run: Run, now: datetime) -> float:
    """Return for how many seconds a run has been carried out: 0 before its first step."""
    began = [step.started_at for step in run.steps if step.started_at is not None]
    return max(0.0, (now - min(began)).total_seconds()) if began else 0.0


def used(run: Run, now: datetime) -> Spent:
    """Return what a run has used so far, as its document tells."""
    return Spent(
        seconds=elapsed(run, now),
        calls=sum(step.calls for step in run.steps),
        cents=sum(step.cents for step in run.steps),
    )
