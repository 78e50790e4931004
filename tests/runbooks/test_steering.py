"""People pause a run, let it go on and cancel it: at the next safe point, recorded, across restarts."""

import asyncio

import pytest

from memory.errors import Conflict, NotFound, PolicyDenied
from memory.model.plan import Call
from memory.model.run import Run, RunStatus, StepStatus
from tests.fakes.people import ALICE, BOB, TENANT, VIC
from tests.runbooks.conftest import ROLLBACK, Bench, ballot

SCALE = Call(tool="service.scale", arguments={"service": "checkout", "environment": "production", "replicas": 4})


async def amid_the_first_step(bench: Bench) -> Run:
    """Return a run of two steps whose first call is under way."""
    run = await bench.propose(ROLLBACK, SCALE)
    bench.estate.hold = asyncio.Event()
    await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    await bench.estate.held.wait()
    return run


async def test_a_paused_run_finishes_its_call_and_goes_no_further(bench: Bench) -> None:
    run = await amid_the_first_step(bench)
    await bench.runner.pause(TENANT, run.id, ALICE.id, "wait for the migration")
    assert bench.estate.hold is not None
    bench.estate.hold.set()
    still = await bench.runner.finished(TENANT, run.id)
    assert (still.status, still.lease) == (RunStatus.RUNNING, None)
    assert still.steps[0].status is StepStatus.DONE
    assert still.summary == "Paused by alice."
    await bench.runner.tend()
    assert (await bench.runner.finished(TENANT, run.id)).version == still.version


async def test_a_paused_run_stays_so_across_a_restart_and_goes_on_when_told(bench: Bench) -> None:
    run = await amid_the_first_step(bench)
    await bench.runner.pause(TENANT, run.id, ALICE.id)
    assert bench.estate.hold is not None
    bench.estate.hold.set()
    await bench.runner.finished(TENANT, run.id)
    await bench.runner.close()
    bench.runner = bench.another()
    bench.clock.move(600)
    await bench.runner.tend()
    await bench.runner.resume(TENANT, run.id, BOB.id)
    assert (await bench.runner.finished(TENANT, run.id)).status is RunStatus.SUCCEEDED
    assert bench.estate.effects == {f"{run.id}:0": 1, f"{run.id}:1": 1}
    steered = [entry for entry in await bench.entries(run) if entry.kind == "steering"]
    assert [entry.body["change"] for entry in steered] == ["paused", "resumed"]
    named = await bench.store.pseudonyms.people(TENANT, [entry.actor for entry in steered])
    assert [named[entry.actor] for entry in steered] == [ALICE.id, BOB.id]


async def test_a_cancelled_run_takes_back_what_it_did_in_reverse(bench: Bench) -> None:
    run = await amid_the_first_step(bench)
    await bench.runner.cancel(TENANT, run.id, ALICE.id, "wrong service")
    assert bench.estate.hold is not None
    bench.estate.hold.set()
    ended = await bench.runner.finished(TENANT, run.id)
    assert ended.status is RunStatus.CANCELLED
    assert ended.summary.startswith("Cancelled by alice. Taken back: ")
    assert bench.estate.effects == {f"{run.id}:0": 1, f"{run.id}:0:undo": 1}


async def test_a_cancelled_run_leaves_what_it_did_where_it_is_told_to(bench: Bench) -> None:
    run = await amid_the_first_step(bench)
    await bench.runner.cancel(TENANT, run.id, ALICE.id, leave=True)
    assert bench.estate.hold is not None
    bench.estate.hold.set()
    ended = await bench.runner.finished(TENANT, run.id)
    assert ended.status is RunStatus.CANCELLED
    assert "Done and left as it is" in ended.summary
    assert bench.estate.effects == {f"{run.id}:0": 1}


async def test_before_a_cancelled_run_is_taken_back_it_is_found_out_what_it_did(bench: Bench) -> None:
    run = await bench.propose(ROLLBACK, SCALE)
    bench.estate.away = True
    unknown = await bench.approve(run, BOB)
    assert unknown.steps[0].status is StepStatus.UNKNOWN
    bench.estate.away = False
    await bench.runner.cancel(TENANT, run.id, ALICE.id)
    ended = await bench.runner.finished(TENANT, run.id)
    assert ended.status is RunStatus.CANCELLED
    assert ended.summary == "Cancelled by alice. Nothing was changed."
    assert not bench.estate.effects


async def test_a_paused_run_can_be_cancelled(bench: Bench) -> None:
    run = await amid_the_first_step(bench)
    await bench.runner.pause(TENANT, run.id, ALICE.id)
    assert bench.estate.hold is not None
    bench.estate.hold.set()
    await bench.runner.finished(TENANT, run.id)
    await bench.runner.cancel(TENANT, run.id, ALICE.id)
    assert (await bench.runner.finished(TENANT, run.id)).status is RunStatus.CANCELLED


async def test_a_run_that_is_not_under_way_cannot_be_steered(bench: Bench) -> None:
    waiting = await bench.propose()
    for steer in (bench.runner.pause, bench.runner.resume, bench.runner.cancel):
        with pytest.raises(Conflict, match="under way, found it waiting"):
            await steer(TENANT, waiting.id, ALICE.id)
        with pytest.raises(NotFound):
            await steer(TENANT, "run_none", ALICE.id)


async def test_wishes_that_make_no_sense_are_refused(bench: Bench) -> None:
    run = await amid_the_first_step(bench)
    with pytest.raises(Conflict, match="somebody paused, found one that goes on"):
        await bench.runner.resume(TENANT, run.id, ALICE.id)
    await bench.runner.pause(TENANT, run.id, ALICE.id)
    with pytest.raises(Conflict, match="alice paused already"):
        await bench.runner.pause(TENANT, run.id, BOB.id)
    await bench.runner.cancel(TENANT, run.id, BOB.id)
    with pytest.raises(Conflict, match="bob cancelled already"):
        await bench.runner.cancel(TENANT, run.id, ALICE.id)


async def test_only_the_requester_and_whoever_may_approve_steer_a_run(bench: Bench) -> None:
    run = await amid_the_first_step(bench)
    with pytest.raises(PolicyDenied, match="expected alice or somebody who may approve") as refused:
        await bench.runner.pause(TENANT, run.id, VIC.id)
    assert refused.value.recorded
    last = (await bench.entries(run))[-1]
    assert (last.kind.value, last.body["code"]) == ("denial", "policy.denied")


async def test_a_wish_reaches_a_run_that_is_measuring_and_ends_that(bench: Bench) -> None:
    bench.estate.versions["checkout"] = "1.4.1"
    worse = Call(tool="deploy.release", arguments={**ROLLBACK.arguments, "version": "1.4.2"})
    run = await bench.propose(worse)
    measuring = asyncio.Event()

    async def pause(_seconds: float) -> None:
        measuring.set()
        await asyncio.sleep(0.02)

    bench.runner._executing._verifying._pause = pause
    await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    await measuring.wait()  # the clock stands still, so it would measure for ever
    await bench.runner.cancel(TENANT, run.id, ALICE.id)
    async with asyncio.timeout(15):
        while not (found := await bench.store.runs.get(TENANT, run.id)).status.final():  # noqa: ASYNC110 - a database has no event to set
            await asyncio.sleep(0.05)
    assert found.status is RunStatus.CANCELLED
