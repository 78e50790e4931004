"""A plan waits for people; who may not decide, decides too late, or on another plan, changes nothing."""

import asyncio

import pytest

from memory.errors import AlreadyDecided, ApprovalExpired, DigestMismatch, NotFound, PolicyDenied, SelfApproval
from memory.model.approval import Verdict
from memory.model.decision import NeedsApproval
from memory.model.people import Principal
from memory.model.plan import Call
from memory.model.record import SYSTEM, Record
from memory.model.run import RunStatus
from memory.store.pending import Pending
from tests.fakes.people import ALICE, BOB, CARA, ROBOT, TENANT, VIC, person
from tests.runbooks.conftest import Bench, ballot

CRITICAL = Call(tool="deploy.rollback", arguments={"service": "payments", "environment": "production"})


async def test_a_proposal_becomes_a_run_that_waits_with_every_argument_settled(bench: Bench) -> None:
    run = await bench.propose()
    assert run.status is RunStatus.WAITING
    assert isinstance(run.decision, NeedsApproval)
    assert run.plan.steps[0].call.arguments["version"] == "1.4.1"
    assert run.plan.steps[0].undo is not None
    assert run.plan_digest == run.plan.digest()
    assert not bench.estate.effects


async def test_the_same_turn_gives_the_same_run(bench: Bench) -> None:
    first, again = await bench.propose(), await bench.propose()
    assert again == first
    assert (await bench.kinds(first)).count("plan") == 1
    assert (await bench.propose(message="m2")).id != first.id


async def test_one_yes_by_another_person_runs_it_and_everything_is_recorded(bench: Bench) -> None:
    run = await bench.approve(await bench.propose(), BOB)
    assert run.status is RunStatus.SUCCEEDED
    assert bench.estate.versions["checkout"] == "1.4.1"
    done = ["measurement", "decided", "outcome", "check", "measurement", "end"]
    assert await bench.kinds(run) == ["plan", "decision", "approval", *done]


async def test_a_no_ends_it(bench: Bench) -> None:
    run = await bench.propose()
    no = ballot(BOB, run, Verdict.DENY).model_copy(update={"reason": "not during the sale"})
    ended = await bench.runner.decide(TENANT, run.id, no)
    assert ended.status is RunStatus.DENIED
    assert "not during the sale" in ended.summary
    assert await bench.kinds(run) == ["plan", "decision", "approval", "end"]
    assert await bench.people(run) == [ALICE.id, SYSTEM, BOB.id, BOB.id]
    with pytest.raises(AlreadyDecided):
        await bench.runner.decide(TENANT, run.id, ballot(CARA, run))
    assert not bench.estate.effects


@pytest.mark.parametrize(
    ("who", "error"),
    [(ALICE, SelfApproval), (VIC, PolicyDenied), (ROBOT, PolicyDenied), (person("nobody"), PolicyDenied)],
)
async def test_who_may_not_approve_changes_nothing(bench: Bench, who: Principal, error: type[Exception]) -> None:
    run = await bench.propose()
    with pytest.raises(error):
        await bench.runner.decide(TENANT, run.id, ballot(who, run))
    assert await bench.store.runs.get(TENANT, run.id) == run
    assert (await bench.kinds(run))[-1] == "denial"


async def test_an_approval_of_another_digest_is_refused(bench: Bench) -> None:
    run = await bench.propose()
    with pytest.raises(DigestMismatch):
        await bench.runner.decide(TENANT, run.id, ballot(BOB, run, digest="f" * 64))
    assert (await bench.store.runs.get(TENANT, run.id)).status is RunStatus.WAITING


async def test_a_run_of_another_tenant_is_not_found(bench: Bench) -> None:
    run = await bench.propose()
    with pytest.raises(NotFound):
        await bench.runner.decide("evil", run.id, ballot(BOB, run))


async def test_a_plan_nobody_decided_on_expires_and_stays_expired(bench: Bench) -> None:
    run = await bench.propose()
    bench.clock.move(31 * 60)
    with pytest.raises(ApprovalExpired):
        await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    assert (await bench.store.runs.get(TENANT, run.id)).status is RunStatus.EXPIRED
    assert await bench.kinds(run) == ["plan", "decision", "denial", "end"]
    assert await bench.people(run) == [ALICE.id, SYSTEM, BOB.id, SYSTEM]


async def test_a_plan_that_ends_while_somebody_decides_has_expired_for_them_too(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await bench.propose()
    bench.clock.move(31 * 60)
    append = bench.store.ledger.append

    async def append_while_somebody_tends(told: Record) -> Pending:
        pending = await append(told)
        monkeypatch.undo()
        await bench.runner.tend()
        return pending

    monkeypatch.setattr(bench.store.ledger, "append", append_while_somebody_tends)
    with pytest.raises(ApprovalExpired):
        await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    assert (await bench.store.runs.get(TENANT, run.id)).status is RunStatus.EXPIRED


async def test_tending_expires_what_waited_too_long(bench: Bench) -> None:
    run = await bench.propose()
    await bench.runner.tend()
    assert (await bench.store.runs.get(TENANT, run.id)).status is RunStatus.WAITING
    bench.clock.move(31 * 60)
    await bench.runner.tend()
    assert (await bench.store.runs.get(TENANT, run.id)).status is RunStatus.EXPIRED


async def test_a_critical_service_takes_two_different_people(bench: Bench) -> None:
    bench.estate.versions["payments"] = "1.4.2"
    run = await bench.propose(CRITICAL)
    once = await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    assert once.status is RunStatus.WAITING
    with pytest.raises(AlreadyDecided):
        await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    assert (await bench.approve(run, CARA)).status is RunStatus.SUCCEEDED


async def test_a_double_click_counts_once(bench: Bench) -> None:
    run = await bench.propose()
    clicks = [bench.runner.decide(TENANT, run.id, ballot(BOB, run)) for _ in range(2)]
    results = await asyncio.gather(*clicks, return_exceptions=True)
    assert [type(result) for result in results if isinstance(result, Exception)] == [AlreadyDecided]
    await bench.runner.finished(TENANT, run.id)
    assert sum(bench.estate.effects.values()) == 1


async def test_two_approvals_that_race_start_it_once(bench: Bench) -> None:
    run = await bench.propose()
    other = bench.another()
    race = [bench.runner.decide(TENANT, run.id, ballot(BOB, run)), other.decide(TENANT, run.id, ballot(CARA, run))]
    await asyncio.gather(*race, return_exceptions=True)
    await other.finished(TENANT, run.id)
    ended = await bench.runner.finished(TENANT, run.id)
    assert ended.status is RunStatus.SUCCEEDED
    assert bench.estate.effects == {f"{run.id}:0": 1}
    await other.close()


async def test_only_the_requester_withdraws_and_only_while_it_waits(bench: Bench) -> None:
    run = await bench.propose()
    with pytest.raises(PolicyDenied) as denied:
        await bench.runner.withdraw(TENANT, run.id, BOB.id)
    assert denied.value.recorded
    assert (await bench.runner.withdraw(TENANT, run.id, ALICE.id)).status is RunStatus.CANCELLED
    assert await bench.kinds(run) == ["plan", "decision", "denial", "end"]
    assert await bench.people(run) == [ALICE.id, SYSTEM, BOB.id, ALICE.id]
    with pytest.raises(AlreadyDecided):
        await bench.runner.decide(TENANT, run.id, ballot(BOB, run))


async def test_the_approval_survives_a_restart_in_between(bench: Bench) -> None:
    run = await bench.propose()
    await bench.runner.close()
    bench.runner = bench.another()
    assert (await bench.approve(run, BOB)).status is RunStatus.SUCCEEDED


async def test_somebody_who_may_not_act_gets_a_refusal_and_no_run(bench: Bench) -> None:
    submission = await bench.submit(by=VIC)
    assert submission.run is None
    assert submission.code == "policy.denied"
    assert submission.refusal == "no policy permits vic to deploy.rollback (no-policy-permits)"
    assert submission.hint == "Needed: the role operator, and an approval by another person"
    assert not (await bench.store.runs.page(TENANT)).items


async def test_a_change_that_changes_nothing_is_not_a_plan(bench: Bench) -> None:
    bench.estate.versions["checkout"] = "1.4.1"
    submission = await bench.submit()
    assert submission.run is None
    assert submission.code == "plan.no_change"


async def test_a_call_that_lacks_an_argument_is_not_a_plan(bench: Bench) -> None:
    submission = await bench.submit(Call(tool="deploy.rollback", arguments={"service": "checkout"}))
    assert submission.run is None
    assert submission.code == "policy.denied"
