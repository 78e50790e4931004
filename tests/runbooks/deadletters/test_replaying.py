"""A replay is a new plan: assessed anew, approved anew, linked to what it replays; a drop needs a reason."""

import asyncio

import pytest

from memory.errors import Conflict, InvalidInput, NotFound, PolicyDenied, SelfApproval
from memory.model.bodies import EntryKind
from memory.model.dead_letter import LetterStatus, ReplayFrom
from memory.model.people import Surface
from memory.model.record import LogFilter
from memory.model.run import Run, RunStatus
from memory.scrubbing import ERASED, EVERYTHING
from tests.fakes.estate import FakeEstate
from tests.fakes.people import ALICE, BOB, TENANT, VIC
from tests.runbooks.conftest import ROLLBACK, ballot
from tests.runbooks.deadletters.conftest import Morgue
from tests.runbooks.deadletters.test_origins import SCALE, gone, undo_failed, unknown


async def replayed(morgue: Morgue, letter: str, begins: ReplayFrom = ReplayFrom.FAILED) -> Run:
    return await morgue.desk.replay(ALICE, letter, begins, "the target is back", Surface.CLI)


async def dead(morgue: Morgue) -> str:
    """Let a plan of two steps die in its second, and return the letter."""
    with pytest.MonkeyPatch.context() as patch:

        async def none(*_: object) -> None:
            raise NotFound("expected the service checkout, found none of that name")

        patch.setattr(FakeEstate, "apply", none)
        run = await morgue.approve(await morgue.propose(SCALE, ROLLBACK), BOB)
    return (await morgue.letter(run)).id


async def test_a_replay_waits_for_approvals_of_its_own_and_then_does_what_was_left(morgue: Morgue) -> None:
    letter = await dead(morgue)
    run = await replayed(morgue, letter)
    assert run.status is RunStatus.WAITING
    assert run.approvals == ()
    assert [step.call.tool for step in run.plan.steps] == ["service.scale", "deploy.rollback"]
    done = await morgue.approve(run, BOB)
    assert done.status is RunStatus.SUCCEEDED
    assert morgue.estate.versions["checkout"] == "1.4.1"


async def test_whoever_asks_for_a_replay_cannot_approve_it(morgue: Morgue) -> None:
    run = await replayed(morgue, await dead(morgue), ReplayFrom.START)
    with pytest.raises(SelfApproval):
        await morgue.runner.decide(TENANT, run.id, ballot(ALICE, run))


async def test_a_replay_and_its_letter_lead_to_each_other(morgue: Morgue) -> None:
    letter = await dead(morgue)
    run = await replayed(morgue, letter)
    kept = (await morgue.desk.letter(ALICE, letter)).letter
    assert kept.status is LetterStatus.REPLAYED
    assert kept.replays[-1].run == run.id
    assert kept.replays[-1].message == run.plan.message
    told = await morgue.store.ledger.page(TENANT, kind=EntryKind.SETTLEMENT)
    assert [each.entry.causes for each in told.items] == [(f"dead_letter:{letter}",)]


async def test_a_replay_that_dies_too_is_a_letter_that_names_the_first(morgue: Morgue) -> None:
    letter = await dead(morgue)
    run = await replayed(morgue, letter)
    with pytest.MonkeyPatch.context() as patch:

        async def none(*_: object) -> None:
            raise NotFound("expected the service checkout, found none of that name")

        patch.setattr(FakeEstate, "apply", none)
        died = await morgue.approve(run, BOB)
    second = await morgue.letter(died)
    assert second.replay_of == letter
    assert (await morgue.desk.letter(ALICE, second.id)).missing == ()


async def test_what_stands_is_not_done_again_and_what_was_taken_back_is(
    morgue: Morgue, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = await morgue.letter(await undo_failed(morgue, monkeypatch))
    with pytest.raises(InvalidInput, match="all that it did stands"):
        await replayed(morgue, letter.id)


async def test_of_two_replays_at_the_same_moment_there_is_one(morgue: Morgue) -> None:
    letter = await dead(morgue)
    came = await asyncio.gather(*(replayed(morgue, letter) for _ in range(2)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in came) == ["Conflict", "Run"]


async def test_while_a_replay_is_under_way_there_is_no_other(morgue: Morgue) -> None:
    letter = await dead(morgue)
    first = await replayed(morgue, letter)
    with pytest.raises(Conflict, match=first.id):
        await replayed(morgue, letter)
    await morgue.runner.withdraw(TENANT, first.id, ALICE.id)
    assert (await replayed(morgue, letter)).id != first.id


async def test_a_replay_that_policy_refuses_is_answered_and_can_be_asked_for_again(morgue: Morgue) -> None:
    letter = await dead(morgue)
    with pytest.raises(PolicyDenied):
        await morgue.desk.replay(VIC, letter, ReplayFrom.FAILED, "", Surface.REST)
    kept = (await morgue.desk.letter(ALICE, letter)).letter
    assert kept.status is LetterStatus.OPEN
    assert kept.replays[-1].refused == "policy.denied"
    reply = await morgue.store.turns.reply_to(TENANT, kept.replays[-1].message)
    assert reply is not None
    assert reply.kind == "refusal"
    assert (await replayed(morgue, letter)).status is RunStatus.WAITING


async def test_what_turns_out_to_be_done_is_not_done_twice(
    morgue: Morgue, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = await morgue.letter(await unknown(morgue, monkeypatch))
    morgue.estate.away = False
    morgue.estate.versions["checkout"] = "1.4.1"  # it had taken effect after all
    with pytest.raises(Conflict):
        await replayed(morgue, letter.id)
    assert not morgue.estate.effects


async def test_a_drop_needs_a_reason_and_a_role_and_stands_in_the_log(
    morgue: Morgue, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = (await morgue.letter(await gone(morgue, monkeypatch))).id
    with pytest.raises(InvalidInput, match="reason"):
        await morgue.desk.drop(ALICE, letter, "  ")
    with pytest.raises(PolicyDenied):
        await morgue.desk.drop(VIC, letter, "it annoys me")
    dropped = await morgue.desk.drop(ALICE, letter, "the service was taken down")
    assert (dropped.status, dropped.settled_by) == (LetterStatus.DROPPED, ALICE.id)
    assert await morgue.store.ledger.count(TENANT, LogFilter(kinds=(EntryKind.SETTLEMENT,))) == 1
    with pytest.raises(Conflict, match="dropped"):
        await replayed(morgue, letter)
    with pytest.raises(Conflict, match="dropped"):
        await morgue.desk.drop(ALICE, letter, "again")


async def test_what_people_said_of_a_letter_is_erased_with_the_rest(morgue: Morgue) -> None:
    letter = await dead(morgue)
    await replayed(morgue, letter)
    kept = (await morgue.desk.letter(ALICE, letter)).letter
    async with morgue.store.transaction() as unit:
        await unit.copies.scrub(TENANT, [kept.origin.correlation], EVERYTHING)
    scrubbed = await morgue.store.dead_letters.get(TENANT, letter)
    assert (scrubbed.replays[-1].reason, scrubbed.remark) == (ERASED, ERASED)
    assert scrubbed.origin == kept.origin
    await morgue.store.copies.rename(TENANT, ALICE.id, "p_1", morgue.clock.now())
    renamed = await morgue.store.dead_letters.get(TENANT, letter)
    assert (renamed.origin.requester, renamed.replays[-1].by, renamed.settled_by) == ("p_1", "p_1", "p_1")
