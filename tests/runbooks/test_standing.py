"""Approval of the same again: one person's one yes, under one policy, for a while, so many times, on record."""

import asyncio
from datetime import timedelta

import pytest

from memory.errors import ApprovalRefused, Conflict, DigestMismatch, InvalidInput, PolicyDenied, SelfApproval
from memory.model.bodies import StandingChanged
from memory.model.people import Principal, Surface
from memory.model.plan import Call
from memory.model.record import LogFilter
from memory.model.run import Run, RunStatus
from memory.model.standing import StandingApproval, StandingEnd, StandingWish
from tests.fakes.people import ALICE, BOB, CARA, TENANT, VIC, default_text
from tests.runbooks.conftest import Bench, ballot

OTHER = '@id("other") @reason("never") forbid (principal == User::"acme/nobody", action, resource);'
CRITICAL = Call(
    tool="service.scale", arguments={"service": "payments", "environment": "production", "replicas": 4}
)


def scale(replicas: int = 4) -> Call:
    arguments = {"service": "checkout", "environment": "production", "replicas": replicas}
    return Call(tool="service.scale", arguments=dict(arguments))


CRITICAL = scale().model_copy(update={"arguments": {**scale().arguments, "service": "payments"}})


async def given(
    bench: Bench,
    by: Principal = BOB,
    *,
    run: Run | None = None,
    minutes: int = 30,
    uses: int = 3,
    **at_most: float,
) -> StandingApproval:
    """Have somebody approve a plan and the same for a while."""
    if run is None:
        run = await bench.approve(await bench.propose(scale()), by)
    return await bench.runner.standing.give(
        TENANT,
        StandingWish(
            run=run.id,
            approver=by.id,
            plan_digest=run.plan_digest,
            lasts=timedelta(minutes=minutes),
            uses=uses,
            at_most=at_most,
            surface=Surface.REST,
        ),
    )


async def again(bench: Bench, call: Call | None = None, *, message: str = "m2", by: Principal = ALICE) -> Run:
    """Propose the same again, as if the world had gone back meanwhile."""
    bench.estate.replicas.update(checkout=2, payments=2)
    run = await bench.propose(call or scale(), by=by, message=message)
    return await bench.runner.finished(TENANT, run.id)


async def told(bench: Bench) -> list[StandingChanged]:
    entries = await bench.store.ledger.matching(TENANT, LogFilter(), 0, 1000)
    return [body for each in entries if isinstance(body := each.entry.told(), StandingChanged)]


async def test_the_same_again_runs_by_itself_and_says_by_whose_yes(bench: Bench) -> None:
    standing = await given(bench)
    run = await again(bench)
    assert run.status is RunStatus.SUCCEEDED
    (approval,) = run.approvals
    assert approval.approver == BOB.id
    assert approval.reason == f"standing approval {standing.id}"
    kept = await bench.store.standing.get(TENANT, standing.id)
    assert kept.uses == 1
    assert [each.change for each in await told(bench)] == ["given", "used"]


async def test_each_use_is_a_statement_that_the_platform_attests_like_a_click(bench: Bench) -> None:
    await given(bench)
    run = await again(bench)
    (entry,) = [each for each in await bench.entries(run) if each.kind.value == "approval"]
    assert entry.body["statement"]
    assert entry.body["event"]
    assert entry.body["assurance"] == "chat"


async def test_something_else_waits_for_people(bench: Bench) -> None:
    await given(bench)
    assert (await again(bench, scale(5))).status is RunStatus.WAITING


async def test_a_number_may_grow_up_to_the_bound(bench: Bench) -> None:
    await given(bench, replicas=6)
    assert (await again(bench, scale(6))).status is RunStatus.SUCCEEDED
    assert (await again(bench, scale(7), message="m3")).status is RunStatus.WAITING


async def test_it_is_one_persons_one_yes_where_two_are_needed(bench: Bench) -> None:
    run = await bench.approve(await bench.propose(CRITICAL), BOB, CARA)
    await given(bench, BOB, run=run)
    waiting = await again(bench, CRITICAL)
    assert waiting.status is RunStatus.WAITING
    assert [each.approver for each in waiting.approvals] == [BOB.id]
    with pytest.raises(ApprovalRefused, match="already decided"):
        await bench.runner.decide(TENANT, waiting.id, ballot(BOB, waiting))
    assert (await bench.approve(waiting, CARA)).status is RunStatus.SUCCEEDED


async def test_two_people_can_stand_for_a_quorum_of_two(bench: Bench) -> None:
    run = await bench.approve(await bench.propose(CRITICAL), BOB, CARA)
    await given(bench, BOB, run=run)
    await given(bench, CARA, run=run)
    assert (await again(bench, CRITICAL)).status is RunStatus.SUCCEEDED


async def test_nobody_approves_their_own_wish_by_it(bench: Bench) -> None:
    other = await bench.propose(scale(), by=ALICE)
    with pytest.raises(SelfApproval):
        await given(bench, ALICE, run=other)
    assert (await bench.kinds(other))[-1] == "denial"


@pytest.mark.parametrize(("person", "error"), [(CARA, ApprovalRefused), (VIC, PolicyDenied)])
async def test_only_who_approved_the_plan_can_approve_the_same_again(
    bench: Bench, person: Principal, error: type[Exception]
) -> None:
    run = await bench.approve(await bench.propose(scale()), BOB)
    with pytest.raises(error):
        await given(bench, person, run=run)
    assert not await bench.store.standing.of(TENANT)


async def test_it_is_given_to_exactly_the_plan_that_was_shown(bench: Bench) -> None:
    run = await bench.approve(await bench.propose(scale()), BOB)
    with pytest.raises(DigestMismatch):
        await given(bench, run=run.model_copy(update={"plan_digest": "f" * 64}))


@pytest.mark.parametrize(("minutes", "uses"), [(481, 1), (30, 51), (30, 0)])
async def test_it_lasts_no_longer_and_counts_no_oftener_than_the_house_allows(
    bench: Bench, minutes: int, uses: int
) -> None:
    run = await bench.approve(await bench.propose(scale()), BOB)
    with pytest.raises(InvalidInput, match="expected"):
        await given(bench, run=run, minutes=minutes, uses=uses)


async def test_it_is_used_so_often_and_then_it_is_over(bench: Bench) -> None:
    standing = await given(bench, uses=1)
    assert (await again(bench)).status is RunStatus.SUCCEEDED
    assert (await again(bench, message="m3")).status is RunStatus.WAITING
    kept = await bench.store.standing.get(TENANT, standing.id)
    assert kept.ended is StandingEnd.SPENT
    assert [each.change for each in await told(bench)] == ["given", "used", "spent"]


async def test_it_ends_with_its_time_and_the_log_says_so(bench: Bench) -> None:
    standing = await given(bench)
    bench.clock.move(31 * 60)
    assert (await again(bench)).status is RunStatus.WAITING
    await bench.runner.tend()
    assert (await bench.store.standing.get(TENANT, standing.id)).ended is StandingEnd.EXPIRED
    assert (await told(bench))[-1].change == "expired"


async def test_a_change_of_policy_ends_it(bench: Bench) -> None:
    standing = await given(bench)
    await bench.runner.close()
    bench.runner = bench.another(default_text() + OTHER)
    assert (await again(bench)).status is RunStatus.WAITING
    await bench.runner.tend()
    assert (await bench.store.standing.get(TENANT, standing.id)).ended is StandingEnd.POLICY


async def test_revoked_it_counts_no_more_and_is_revoked_once(bench: Bench) -> None:
    standing = await given(bench)
    ended = await bench.runner.standing.revoke(TENANT, standing.id, "ada")
    assert ended.ended_by == "ada"
    assert (await again(bench)).status is RunStatus.WAITING
    with pytest.raises(Conflict):
        await bench.runner.standing.revoke(TENANT, standing.id, "ada")


async def test_of_two_plans_that_race_for_the_last_use_one_gets_it(bench: Bench) -> None:
    await given(bench, uses=1)
    bench.estate.replicas["checkout"] = 2
    runs = await asyncio.gather(
        bench.propose(scale(), message="m2"), bench.propose(scale(), message="m3"), return_exceptions=False
    )
    stood = [await bench.runner.finished(TENANT, run.id) for run in runs]
    assert sorted(run.status.value for run in stood) == ["succeeded", "waiting"]


async def test_a_plan_submitted_twice_uses_it_once(bench: Bench) -> None:
    standing = await given(bench)
    first = await again(bench)
    assert (await again(bench)).id == first.id
    assert (await bench.store.standing.get(TENANT, standing.id)).uses == 1
