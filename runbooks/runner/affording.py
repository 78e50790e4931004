"""What a run may still use of the budget in its own plan: read off its document, so a restart forgets nothing."""

from datetime import datetime

from memory.errors import BudgetSpent, QuarterdeckError
from memory.model.run import Outcome, Run
from runbooks.pacing.budget import Over, Spent, elapsed, judged


def require_budget(run: Run, now: datetime, *, calls: int = 0, cents: int = 0) -> float | None:
    """Return how many seconds a run's own budget leaves for one more call, None: any; raises `BudgetSpent`.

    `calls` are those the document does not tell of yet; `cents` is what the next one costs.
    """
    spent = Spent(
        seconds=elapsed(run, now),
        calls=sum(step.calls for step in run.steps) + calls,
        cents=sum(step.cents for step in run.steps),
    )
    verdict = judged(run.plan.budget, spent, cents=cents)
    if isinstance(verdict, Over):
        raise BudgetSpent(verdict.says(), hint="The plan gives its own budget; what was done is taken back.")
    return verdict.seconds_left


def failure(error: QuarterdeckError) -> Outcome:
    """Return an error as the outcome of a call."""
    return Outcome(ok=False, summary=error.message, error_code=error.code)
