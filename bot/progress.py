"""How far a run is, for its card: how long each step took, what it waits for, who steers it. Pure."""

from collections.abc import Callable

from memory.model.people import Principal
from memory.model.plan import Comparison
from memory.model.run import Run, RunStatus, StepRecord, StepStatus, Waiting, Wanted
from memory.model.talk import Button, ButtonAction
from tools.wording import amount

STOPPED = "paused"  # by the switch, in the midst of running or taking back
HELD, PAUSING = "held", "pausing"  # by a person; the second until the next safe point
CANCELLING, CALLED_OFF = "cancelling", "called_off"

_UNDER_WAY = {RunStatus.RUNNING, RunStatus.UNDOING}


def status(run: Run) -> str:
    """Return how a run stands in one word: its status, and whether somebody holds it or had it cancelled."""
    if run.paused is not None:
        return STOPPED
    wish = None if run.wish is None else run.wish.wanted
    if wish is Wanted.CANCEL and run.status is RunStatus.CANCELLED:
        return CALLED_OFF
    if run.status not in _UNDER_WAY or wish is None:
        return run.status.value
    if wish is Wanted.CANCEL:
        return CANCELLING
    return HELD if run.lease is None else PAUSING


def state(run: Run, name: Callable[[str], str]) -> str:
    """Return who paused or cancelled a run, when and why; empty where nobody did."""
    if run.wish is None:
        return ""
    what = "Cancelled" if run.wish.wanted is Wanted.CANCEL else "Paused"
    left = ", what was done is left as it is" if run.wish.leave else ""
    why = f": {run.wish.reason}" if run.wish.reason else "."
    return f"{what} by {name(run.wish.by)} at {run.wish.at:%H:%M} UTC{left}{why}"


def took_s(step: StepRecord) -> float | None:
    """Return how many seconds a step took with its checks, None as long as it is not over or never began."""
    over = step.verified_at or (step.ended_at if step.status is not StepStatus.DONE else None)
    if step.started_at is None or over is None:
        return None
    return max(0.0, (over - step.started_at).total_seconds())


def waiting(step: StepRecord) -> str:
    """Return what a step waits for, with the number as it was measured last; empty where it waits for nothing."""
    return "" if step.waiting is None else _waits(step.waiting)


def steering(run: Run, viewer: Principal | None, *, may_approve: bool) -> tuple[Button, ...]:
    """Return the buttons by which this person may pause, resume or cancel a run that is under way."""
    if run.status not in _UNDER_WAY or viewer is None:
        return ()
    if viewer.id != run.plan.requester and not may_approve:
        return ()
    wish = None if run.wish is None else run.wish.wanted
    buttons = []
    if wish is None:
        buttons.append(_button(run, "Pause", ButtonAction.PAUSE))
    if wish is Wanted.PAUSE:
        buttons.append(_button(run, "Resume", ButtonAction.RESUME, primary=True))
    if wish is not Wanted.CANCEL and run.status is RunStatus.RUNNING:
        buttons.append(_button(run, "Cancel", ButtonAction.CANCEL, danger=True))
    return tuple(buttons)


def _button(run: Run, label: str, action: ButtonAction, *, primary: bool = False, danger: bool = False) -> Button:
    return Button(
        label=label, action=action, value=run.id, plan_digest=run.plan_digest, primary=primary, danger=danger
    )


def _waits(wait: Waiting) -> str:
    bound = amount(wait.bound, wait.unit)
    side = "below" if wait.comparison is Comparison.BELOW else "above"
    if wait.measures_at is not None and wait.value is None:
        return f"Waits until {wait.measures_at:%H:%M:%S} UTC before it checks that {wait.says}."
    now = "no number yet" if wait.value is None else f"{amount(wait.value, wait.unit)} now"
    return f"Waits for: {wait.says} ({now}, wanted {side} {bound}, until {wait.until:%H:%M:%S} UTC)."
