"""Limits hold where plans are submitted and where a call is granted, counted from what the store keeps."""

import asyncio
from datetime import timedelta

from memory.model.limits import Limit, LimitScope, Resource, Use
from memory.model.plan import Call
from memory.model.record import Topic
from memory.model.run import RunStatus, StepStatus
from runbooks.proposal import Caller, Proposal
from tests.fakes.people import ALICE, BOB, CARA, TENANT
from tests.runbooks.conftest import ROLLBACK, Bench, ballot
from tools.capabilities import EVERY
from tools.contract import Capability

SCALE = Call(tool="service.scale", arguments={"service": "checkout", "environment": "production", "replicas": 4})
WORSE = Call(
    tool="deploy.release", arguments={"service": "checkout", "environment": "production", "version": "1.4.2"}
)


def actions(most: int, scope: LimitScope = LimitScope.TENANT, name: str | None = None) -> Limit:
    return Limit(resource=Resource.ACTIONS, scope=scope, name=name, most=most)


async def limited(bench: Bench, *limits: Limit) -> Bench:
    """Give the bench a runner under these limits."""
    await bench.runner.close()
    bench.runner = bench.another(limits=limits)
    return bench


async def spent(bench: Bench) -> tuple[Use, ...]:
    return await bench.store.uses.since(TENANT, Resource.ACTIONS, bench.clock.now() - timedelta(hours=1))


async def test_every_call_that_changes_something_is_counted_and_taking_back_is_too(bench: Bench) -> None:
    bench.estate.versions["checkout"] = "1.4.1"
    await bench.approve(await bench.propose(SCALE, WORSE), BOB)
    used = await spent(bench)
    assert sorted(use.tool for use in used) == ["deploy.release"] * 2 + ["service.scale"] * 2
    assert {use.person for use in used} == {ALICE.id}


async def test_a_plan_beyond_the_limit_is_not_submitted_and_the_no_is_recorded_and_announced(bench: Bench) -> None:
    await limited(bench, actions(1))
    submission = await bench.submit(ROLLBACK, SCALE)
    assert submission.code == "limit.exceeded"
    assert "at most 1 actions an hour of the tenant, found 0 and 2 more" in submission.refusal
    trace = await bench.store.ledger.trace(TENANT, "c-m1")
    assert trace[-1].entry.body["code"] == "limit.exceeded"
    (event,) = [each for each in bench.heard.events if each.topic is Topic.LIMIT]
    assert event.body["limit"] == "actions/tenant"


async def test_what_was_spent_counts_for_whoever_starts_later_on_the_same_store(bench: Bench) -> None:
    await limited(bench, actions(1))
    await bench.approve(await bench.propose(), BOB)
    await limited(bench, actions(1))
    bench.estate.versions["checkout"] = "1.4.2"
    refused = await bench.submit(message="m2")
    assert refused.code == "limit.exceeded"
    assert "There is room again at" in refused.hint


async def test_there_is_room_again_once_the_hour_is_over(bench: Bench) -> None:
    await limited(bench, actions(1))
    await bench.approve(await bench.propose(), BOB)
    bench.estate.versions["checkout"] = "1.4.2"
    bench.clock.move(3601)
    assert (await bench.submit(message="m2")).run is not None


async def test_of_two_plans_that_fit_alone_the_second_is_stopped_where_its_call_is_granted(bench: Bench) -> None:
    await limited(bench, actions(1))
    first = await bench.propose()
    second = await bench.propose(SCALE, message="m2")
    assert (await bench.approve(first, BOB)).status is RunStatus.SUCCEEDED
    stopped = await bench.approve(second, BOB)
    assert stopped.status is RunStatus.FAILED
    assert stopped.steps[0].status is StepStatus.FAILED
    assert "Nothing was changed" in stopped.summary
    denial = next(entry for entry in await bench.entries(stopped) if entry.kind.value == "denial")
    assert denial.body["code"] == "limit.exceeded"
    assert len(await spent(bench)) == 1


async def test_taking_back_what_was_done_is_never_held_back_by_a_limit(bench: Bench) -> None:
    bench.estate.versions["checkout"] = "1.4.1"
    await limited(bench, actions(2))
    run = await bench.approve(await bench.propose(SCALE, WORSE), BOB)
    assert run.status is RunStatus.UNDONE
    assert bench.estate.replicas["checkout"] == 2


async def test_the_limit_of_one_person_is_not_anothers(bench: Bench) -> None:
    await limited(bench, actions(0, LimitScope.PERSON, "bob"))
    assert (await bench.submit()).run is not None


async def test_a_tool_can_have_a_limit_of_its_own(bench: Bench) -> None:
    await limited(bench, actions(0, LimitScope.TOOL, "service.scale"))
    assert (await bench.submit(SCALE)).code == "limit.exceeded"
    assert (await bench.submit(ROLLBACK, message="m2")).run is not None


async def test_only_so_many_plans_are_carried_out_at_once(bench: Bench) -> None:
    await limited(bench, Limit(resource=Resource.RUNS, most=1))
    first, second = await bench.propose(), await bench.propose(SCALE, message="m2")
    bench.estate.hold = asyncio.Event()
    await bench.runner.decide(TENANT, first.id, ballot(BOB, first))
    await bench.estate.held.wait()
    assert (await bench.submit(ROLLBACK, message="m3")).code == "limit.exceeded"
    stopped = await bench.approve(second, CARA)
    assert stopped.status is RunStatus.FAILED
    assert "at most 1 runs at once" in stopped.summary
    bench.estate.hold.set()
    assert (await bench.runner.finished(TENANT, first.id)).status is RunStatus.SUCCEEDED


async def test_the_same_plan_submitted_again_is_found_though_there_is_no_more_room(bench: Bench) -> None:
    await limited(bench, Limit(resource=Resource.RUNS, most=1))
    first = await bench.propose()
    bench.estate.hold = asyncio.Event()
    await bench.runner.decide(TENANT, first.id, ballot(BOB, first))
    await bench.estate.held.wait()
    again = await bench.submit()
    assert again.run is not None
    assert again.run.id == first.id
    bench.estate.hold.set()
    await bench.runner.finished(TENANT, first.id)


async def test_a_run_that_lasts_too_long_begins_no_further_step(bench: Bench) -> None:
    await limited(bench, Limit(resource=Resource.SECONDS, most=60))
    run = await bench.propose(ROLLBACK, SCALE)
    bench.estate.hold = asyncio.Event()
    await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    await bench.estate.held.wait()
    bench.clock.move(120)
    bench.estate.hold.set()
    ended = await bench.runner.finished(TENANT, run.id)
    assert ended.status is RunStatus.UNDONE
    assert ended.steps[1].outcome is not None
    assert "at most 60 s of one run" in ended.steps[1].outcome.summary


async def test_money_is_counted_where_a_tool_says_what_it_costs(bench: Bench) -> None:
    await limited(bench, Limit(resource=Resource.CENTS, most=100))
    assert (await bench.submit()).run is not None  # no tool that is shipped says what it costs
    dear: tuple[Capability, ...] = tuple(each.model_copy(update={"cents": 101}) for each in EVERY)
    bench.runner = bench.another(limits=(Limit(resource=Resource.CENTS, most=100),), capabilities=dear)
    refused = await bench.submit(SCALE, message="m2")
    assert refused.code == "limit.exceeded"
    assert "cents" in refused.refusal


async def test_a_runbook_can_have_a_limit_of_its_own_that_a_new_version_does_not_renew(bench: Bench) -> None:
    await limited(bench, actions(1, LimitScope.RUNBOOK, "roll-back"))
    turn = await bench.heard_from(ALICE, "m1")
    caller = Caller(principal=ALICE, thread="t1", message="m1", correlation=turn.correlation)
    first = Proposal(goal="as asked", calls=(ROLLBACK,), runbook="roll-back@1")
    submission = await bench.runner.propose(first, caller)
    assert submission.run is not None
    await bench.approve(submission.run, BOB)
    assert [use.runbook for use in await spent(bench)] == ["roll-back"]
    turn = await bench.heard_from(ALICE, "m2")
    again = Caller(principal=ALICE, thread="t1", message="m2", correlation=turn.correlation)
    newer = Proposal(goal="as asked", calls=(SCALE,), runbook="roll-back@2")
    assert (await bench.runner.propose(newer, again)).code == "limit.exceeded"
    assert [event.body["limit"] for event in bench.heard.events if event.topic is Topic.LIMIT] == [
        "actions/runbook"
    ]
    assert (await bench.submit(SCALE, message="m3")).run is not None
