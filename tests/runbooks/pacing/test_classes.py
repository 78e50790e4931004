"""What each class is promised is kept: who waits too long moves up, and what is too late is not started."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from memory.model.people import PrincipalKind
from memory.model.plan import Plan
from memory.model.queue import QueuePlace, RunClass
from memory.model.run import RunStatus, StepRecord
from runbooks.pacing.classes import (
    Escalate,
    Expire,
    Keep,
    class_of,
    escalated,
    expires_at,
    overdue,
    queued_at,
    starts_by,
    waits,
)
from tests.fakes.time import MIDNIGHT
from tests.memory.samples import approval, run

CLASSES = st.sampled_from(RunClass)
WAITED = st.floats(0, 200_000)


@settings(deadline=None)
@given(CLASSES, WAITED)
def test_nobody_is_moved_among_the_incidents_or_down(own: RunClass, waited: float) -> None:
    at = escalated(own, MIDNIGHT, MIDNIGHT + timedelta(seconds=waited))
    assert at.rank() <= own.rank()
    assert at is own or at is not RunClass.INCIDENT


@settings(deadline=None)
@given(CLASSES, WAITED, WAITED)
def test_who_waits_longer_is_never_in_a_less_urgent_class(own: RunClass, one: float, other: float) -> None:
    sooner, later = sorted((one, other))
    classes = [escalated(own, MIDNIGHT, MIDNIGHT + timedelta(seconds=each)) for each in (sooner, later)]
    assert classes[1].rank() <= classes[0].rank()


@settings(deadline=None)
@given(CLASSES, WAITED)
def test_a_run_is_kept_moved_or_told_that_it_is_too_late_and_never_forgotten(own: RunClass, waited: float) -> None:
    now = MIDNIGHT + timedelta(seconds=waited)
    verdict = overdue(own, MIDNIGHT, now)
    assert isinstance(verdict, Expire) == (now >= expires_at(own, MIDNIGHT))
    if isinstance(verdict, Keep):
        assert now < starts_by(own, MIDNIGHT) or escalated(own, MIDNIGHT, now) is own
    if isinstance(verdict, Escalate):
        assert verdict.into.rank() < own.rank()


def test_a_person_waits_for_theirs_a_program_does_not_and_broken_glass_is_an_incident() -> None:
    broken = run(approvals=(approval().model_copy(update={"break_glass": True}),))
    step = run().plan.steps[0]
    long: Plan = run().plan.model_copy(update={"steps": (step,) * 11})
    assert class_of(run()) is RunClass.INTERACTIVE
    assert class_of(run(), PrincipalKind.SERVICE) is RunClass.ROUTINE
    assert class_of(run(plan=long), PrincipalKind.SERVICE) is RunClass.BATCH
    assert class_of(broken, PrincipalKind.SERVICE) is RunClass.INCIDENT


def test_a_run_waits_from_its_last_approval_until_its_first_step() -> None:
    ready = run(status=RunStatus.RUNNING, approvals=(approval(),))
    begun = ready.model_copy(update={"steps": (StepRecord(index=0, started_at=MIDNIGHT),)})
    assert waits(ready)
    assert queued_at(ready) == approval().decided_at
    assert not waits(begun)
    assert not waits(run())
    assert not waits(ready.model_copy(update={"paused": "stop_1"}))


def test_a_place_says_how_many_are_before() -> None:
    place = QueuePlace(
        run="run_1",
        run_class=RunClass.ROUTINE,
        before=3,
        queued_at=MIDNIGHT,
        starts_by=MIDNIGHT,
        expires_at=MIDNIGHT,
    )
    assert place.says() == "queued, 3 before you"
    assert place.model_copy(update={"before": 0}).says() == "queued, next"
