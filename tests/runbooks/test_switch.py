"""Once actions are stopped nothing above observe begins; what is under way comes to a safe point and waits."""

import asyncio

import pytest

from memory.errors import ActionsStopped, Conflict
from memory.model.approval import Verdict
from memory.model.bodies import Switched
from memory.model.limits import Stop
from memory.model.plan import Call
from memory.model.record import LogFilter, Record
from memory.model.run import Run, RunStatus, StepStatus
from memory.store import Store
from runbooks.proposal import Caller
from tests.fakes.people import ALICE, BOB, TENANT, default_text
from tests.runbooks.conftest import ROLLBACK, Bench, ballot

SCALE = Call(tool="service.scale", arguments={"service": "checkout", "environment": "production", "replicas": 4})
WORSE = Call(
    tool="deploy.release", arguments={"service": "checkout", "environment": "production", "version": "1.4.2"}
)
LOOK = Call(tool="metrics.signal", arguments={"service": "checkout", "signal": "error_rate"})
FREEZE = '@id("freeze") @reason("production is frozen") forbid (principal, action in Action::"execute", resource);'


async def stop(bench: Bench, name: str = "stop_1") -> Stop:
    """Stop, as an administrator does."""
    stopped = Stop(id=name, tenant=TENANT, by="ada", reason="the cable", at=bench.clock.now())
    async with bench.store.transaction() as unit:
        await unit.switches.alone(TENANT)
        await unit.switches.stop(stopped)
        await unit.ledger.append(switched(bench, stopped, "stopped"))
    return stopped


async def resume(bench: Bench) -> None:
    async with bench.store.transaction() as unit:
        await unit.switches.alone(TENANT)
        lifted = await unit.switches.lift(TENANT)
        await unit.ledger.append(switched(bench, lifted, "resumed"))


def switched(bench: Bench, stop: Stop, change: str) -> Record:
    body = Switched.model_validate({"stop": stop.id, "change": change})
    return Record(tenant=TENANT, at=bench.clock.now(), actor="ada", correlation=stop.id, body=body)


async def stopped_midway(bench: Bench) -> Run:
    """Return a run of two steps whose first was under way when actions were stopped."""
    run = await bench.propose(ROLLBACK, SCALE)
    bench.estate.hold = asyncio.Event()
    await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    await bench.estate.held.wait()
    await stop(bench)
    bench.estate.hold.set()
    return await bench.runner.finished(TENANT, run.id)


async def kinds_after(store: Store, kind: str) -> list[str]:
    """Return the kinds of the entries after the first of this kind."""
    entries = [each.entry.kind.value for each in await store.ledger.matching(TENANT, LogFilter(), 0, 1000)]
    return entries[entries.index(kind) + 1 :]


async def test_the_step_under_way_is_finished_and_verified_and_the_next_one_does_not_begin(bench: Bench) -> None:
    run = await stopped_midway(bench)
    assert [step.status for step in run.steps] == [StepStatus.VERIFIED, StepStatus.PENDING]
    assert bench.estate.effects == {f"{run.id}:0": 1}
    assert run.status is RunStatus.RUNNING
    assert run.paused == "stop_1"
    assert run.lease is None


async def test_a_paused_run_says_who_stopped_it_and_when_and_why(bench: Bench) -> None:
    run = await stopped_midway(bench)
    assert "Paused" in run.summary
    assert f"stopped by ada at {bench.clock.now():%Y-%m-%d %H:%M:%S} UTC: the cable" in run.summary


async def test_the_log_has_no_grant_after_the_stop_and_says_what_was_held_back(bench: Bench) -> None:
    run = await stopped_midway(bench)
    after = await kinds_after(bench.store, "switch")
    assert "decided" not in after
    assert after == ["outcome", "check", "denial"]
    denial = (await bench.entries(run))[-1]
    assert denial.body["code"] == "actions.stopped"


async def test_a_paused_run_is_left_alone_until_the_stop_is_lifted(bench: Bench) -> None:
    run = await stopped_midway(bench)
    for _ in range(3):
        await bench.runner.tend()
    assert await bench.store.runs.get(TENANT, run.id) == run


async def test_it_goes_on_after_the_stop_is_lifted_and_does_nothing_twice(bench: Bench) -> None:
    run = await stopped_midway(bench)
    await resume(bench)
    await bench.runner.tend()
    ended = await bench.runner.finished(TENANT, run.id)
    assert ended.status is RunStatus.SUCCEEDED
    assert ended.paused is None
    assert bench.estate.effects == {f"{run.id}:0": 1, f"{run.id}:1": 1}
    assert "Paused" not in ended.summary


async def test_it_does_not_go_on_where_the_gate_says_no_meanwhile(bench: Bench) -> None:
    run = await stopped_midway(bench)
    await resume(bench)
    stricter = bench.another(default_text() + FREEZE)
    await stricter.tend()
    ended = await stricter.finished(TENANT, run.id)
    assert ended.status is not RunStatus.SUCCEEDED
    assert f"{run.id}:1" not in bench.estate.effects
    await stricter.close()


async def test_taking_back_is_stopped_too_and_goes_on_later(bench: Bench) -> None:
    bench.estate.versions["checkout"] = "1.4.1"
    run = await bench.propose(SCALE, WORSE)
    bench.estate.hold = asyncio.Event()
    await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    await bench.estate.held.wait()
    await stop(bench)
    bench.estate.hold.set()
    paused = await bench.runner.finished(TENANT, run.id)
    assert paused.status is RunStatus.UNDOING
    assert paused.paused == "stop_1"
    await resume(bench)
    await bench.runner.tend()
    assert (await bench.runner.finished(TENANT, run.id)).status is RunStatus.UNDONE
    assert bench.estate.versions["checkout"] == "1.4.1"


async def test_nothing_is_proposed_while_actions_are_stopped_and_the_no_names_who(bench: Bench) -> None:
    await stop(bench)
    submission = await bench.submit()
    assert submission.run is None
    assert submission.code == "actions.stopped"
    assert "stopped by ada" in submission.refusal
    assert "quarterdeck resume" in submission.hint
    assert (await kinds_after(bench.store, "switch"))[-1] == "denial"


async def test_looking_goes_on_while_actions_are_stopped(bench: Bench) -> None:
    await stop(bench)
    turn = await bench.heard_from(ALICE, "m1")
    caller = Caller(principal=ALICE, thread="t1", message="m1", correlation=turn.correlation)
    assert (await bench.runner.observe(LOOK, caller)).ok


async def test_no_yes_is_taken_while_actions_are_stopped_but_a_no_is(bench: Bench) -> None:
    run = await bench.propose()
    await stop(bench)
    with pytest.raises(ActionsStopped, match="stopped by ada"):
        await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    assert (await bench.kinds(run))[-1] == "denial"
    denied = await bench.runner.decide(TENANT, run.id, ballot(BOB, run, Verdict.DENY))
    assert denied.status is RunStatus.DENIED


async def test_a_second_stop_after_the_first_was_lifted_holds_the_run_again(bench: Bench) -> None:
    run = await stopped_midway(bench)
    await resume(bench)
    await stop(bench, "stop_2")
    await bench.runner.tend()
    held = await bench.runner.finished(TENANT, run.id)
    assert held.paused == "stop_2"
    assert f"{run.id}:1" not in bench.estate.effects


async def test_a_stop_is_thrown_once_and_lifted_once(bench: Bench) -> None:
    await stop(bench)
    with pytest.raises(Conflict, match="stopped already"):
        await stop(bench, "stop_2")
    await resume(bench)
    with pytest.raises(Conflict, match="let through"):
        await resume(bench)


async def test_listeners_hear_that_a_run_is_paused(bench: Bench) -> None:
    run = await stopped_midway(bench)
    newest = [event for event in bench.heard.events if event.body.get("run") == run.id][-1]
    assert newest.body["status"] == "running"
    assert newest.body["version"] == run.version
