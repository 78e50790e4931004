"""Every dead letter leads back to the message that began it, in whichever way the run died."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from memory.errors import ConnectorRejected, ConnectorUnreachable, NotFound
from memory.model.bodies import EntryKind
from memory.model.dead_letter import DeadReason
from memory.model.plan import Budget, Call
from memory.model.record import LogFilter
from memory.model.run import Outcome, Run, RunStatus
from memory.store import Store
from runbooks.deadletters.provenance import traced
from runbooks.proposal import Caller, Proposal
from tests.fakes.estate import FakeEstate, RollbackHand, ScaleHand
from tests.fakes.people import ALICE, BOB, TENANT
from tests.runbooks.conftest import ballot
from tests.runbooks.deadletters.conftest import Morgue
from tools.contract import Arguments, CallContext

SCALE = Call(tool="service.scale", arguments={"service": "checkout", "environment": "production", "replicas": 4})
WORSE = Call(
    tool="deploy.release", arguments={"service": "checkout", "environment": "production", "version": "1.4.2"}
)


async def exhausted(morgue: Morgue, patch: pytest.MonkeyPatch) -> Run:
    """No attempt arrives, though the target can be asked: it was never done."""

    async def away(_estate: FakeEstate, key: str, service: str, version: str) -> Outcome:
        raise ConnectorUnreachable(f"expected the estate to deploy {version} of {service}, found nobody ({key})")

    patch.setattr(FakeEstate, "apply", away)
    return await morgue.approve(await morgue.propose(), BOB)


async def undo_failed(morgue: Morgue, patch: pytest.MonkeyPatch) -> Run:
    """What did not help cannot be taken back."""
    morgue.estate.versions["checkout"] = "1.4.1"
    counting = morgue.runner._executing._counting
    patch.setattr(counting, "approvals_to_undo", lambda _: 0)
    return await morgue.approve(await morgue.propose(SCALE, WORSE), BOB)


async def unknown(morgue: Morgue, _patch: pytest.MonkeyPatch) -> Run:
    """Nobody finds out what became of it, for longer than anybody should wait."""
    run = await morgue.propose()
    morgue.estate.away = True
    paused = await morgue.approve(run, BOB)
    assert paused.status is RunStatus.RUNNING
    assert await morgue.sweeping.sweep() == 0
    morgue.clock.move(16 * 60)
    assert await morgue.sweeping.sweep() == 1
    return await morgue.store.runs.get(TENANT, run.id)


async def gone(morgue: Morgue, patch: pytest.MonkeyPatch) -> Run:
    """What is to be acted on is not there any more."""

    async def none(*_: object) -> Outcome:
        raise NotFound("expected the service checkout, found none of that name")

    patch.setattr(FakeEstate, "apply", none)
    return await morgue.approve(await morgue.propose(), BOB)


async def overspent(morgue: Morgue, _patch: pytest.MonkeyPatch) -> Run:
    """The plan's own budget is used up."""
    turn = await morgue.heard_from(ALICE, "m1")
    caller = Caller(principal=ALICE, thread="t1", message="m1", correlation=turn.correlation)
    rollback = Call(tool="deploy.rollback", arguments={"service": "checkout", "environment": "production"})
    proposal = Proposal(goal="as asked", calls=(SCALE, rollback), budget=Budget(calls=1))
    submission = await morgue.runner.propose(proposal, caller)
    assert submission.run is not None, submission
    return await morgue.approve(submission.run, BOB)


async def late(morgue: Morgue, patch: pytest.MonkeyPatch) -> Run:
    """Its turn does not come before its deadline."""
    run = await morgue.propose()
    patch.setattr(morgue.engine, "_fits", lambda *_: False)
    await morgue.runner.decide(TENANT, run.id, ballot(BOB, run))
    morgue.clock.move(1801)
    assert await morgue.sweeping.sweep() == 1
    return await morgue.store.runs.get(TENANT, run.id)


async def poisoned(morgue: Morgue, patch: pytest.MonkeyPatch) -> Run:
    """Whoever takes it up fails, again and again."""
    run = await morgue.propose()

    async def fails(*_: object) -> None:
        raise ConnectorRejected("expected a document that can be carried out, found another")

    patch.setattr(morgue.runner._carrying, "carry", fails)
    await morgue.runner.decide(TENANT, run.id, ballot(BOB, run))
    for _ in range(60):
        await morgue.runner.finished(TENANT, run.id)
        await morgue.runner.tend()
        if await morgue.sweeping.sweep():
            break
        morgue.clock.move(60)  # it is left alone for ever longer
        await morgue.runner.tend()
    return await morgue.store.runs.get(TENANT, run.id)


async def stands(morgue: Morgue, patch: pytest.MonkeyPatch) -> Run:
    """A later step is refused, and what was done before it cannot be taken back."""

    async def refused(_hand: RollbackHand, _arguments: Arguments, _context: CallContext) -> Outcome:
        raise ConnectorRejected("expected the estate to deploy, found it refuses")

    patch.setattr(RollbackHand, "act", refused)
    previewed = ScaleHand.preview

    async def without_undo(hand: ScaleHand, arguments: Arguments, context: CallContext) -> object:
        return (await previewed(hand, arguments, context)).model_copy(update={"undo": None})

    patch.setattr(ScaleHand, "preview", without_undo)
    rollback = Call(tool="deploy.rollback", arguments={"service": "checkout", "environment": "production"})
    return await morgue.approve(await morgue.propose(SCALE, rollback), BOB)


Way = Callable[[Morgue, pytest.MonkeyPatch], Awaitable[Run]]
WAYS: dict[DeadReason, Way] = {
    DeadReason.EXHAUSTED: exhausted,
    DeadReason.UNDO_FAILED: undo_failed,
    DeadReason.UNKNOWN: unknown,
    DeadReason.TARGET_GONE: gone,
    DeadReason.BUDGET: overspent,
    DeadReason.LATE: late,
    DeadReason.POISONED: poisoned,
    DeadReason.FAILED: stands,
}


def test_every_way_to_die_is_tried_here() -> None:
    assert set(WAYS) == set(DeadReason)


@pytest.mark.parametrize("reason", WAYS)
async def test_a_dead_letter_is_traced_to_its_message(
    morgue: Morgue, monkeypatch: pytest.MonkeyPatch, reason: DeadReason
) -> None:
    run = await WAYS[reason](morgue, monkeypatch)
    letter = await morgue.letter(run)
    assert letter.died_of is reason
    assert letter.origin.message == "m1"
    assert letter.origin.approvals == tuple(approval.id for approval in run.approvals)
    view = await morgue.desk.letter(ALICE, letter.id)
    assert view.missing == ()
    entries = await morgue.store.ledger.trace(TENANT, run.correlation)
    first = next(each for each in entries if each.receipt.index == view.links[0])
    assert first.entry.subject == "message:m1"
    assert set(letter.origin.entries) <= set(view.links)
    assert run.status.final()


@pytest.mark.parametrize("reason", WAYS)
async def test_a_letter_names_what_the_log_does_not_tell(
    morgue: Morgue, monkeypatch: pytest.MonkeyPatch, reason: DeadReason
) -> None:
    run = await WAYS[reason](morgue, monkeypatch)
    letter = await morgue.letter(run)
    told = await morgue.store.ledger.trace(TENANT, run.correlation)
    for gone_ in ("message:m1", "interpretation:m1", f"run:{run.id}", f"dead_letter:{letter.id}"):
        provenance = traced(letter, [each for each in told if each.entry.subject != gone_])
        assert gone_ in provenance.missing


async def test_a_run_that_ends_with_a_clear_no_is_no_dead_letter(morgue: Morgue) -> None:
    morgue.estate.faults = []
    done = await morgue.approve(await morgue.propose(), BOB)
    assert done.status is RunStatus.SUCCEEDED
    assert not (await morgue.store.dead_letters.page(TENANT)).items


async def test_a_dead_letter_is_kept_once_however_often_its_run_is_given_up(
    morgue: Morgue, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await gone(morgue, monkeypatch)
    async with morgue.store.transaction() as unit:
        await morgue.keeping.gave_up(unit, run)
    assert await _told(morgue.store) == 1


async def test_settled_letters_are_forgotten_when_they_were_kept_long_enough_and_open_ones_never(
    morgue: Morgue, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = await morgue.letter(await gone(morgue, monkeypatch))
    much_later = letter.keep_until + timedelta(days=1)
    assert await morgue.store.dead_letters.prune(much_later) == 0
    await morgue.desk.drop(ALICE, letter.id, "it is gone for good")
    assert await morgue.store.dead_letters.prune(letter.keep_until - timedelta(days=1)) == 0
    assert await morgue.store.dead_letters.prune(much_later) == 1


async def _told(store: Store) -> int:
    return await store.ledger.count(TENANT, LogFilter(kinds=(EntryKind.DEAD_LETTER,)))
