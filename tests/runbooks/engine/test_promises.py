"""What every engine promises, whatever it is made of."""

import asyncio
import threading

from memory.errors import ConnectorRejected, StoreUnavailable
from runbooks.engine import DurableEngine, Lane, Standing
from tests.fakes.carrier import LEGS, FakeCarrier
from tests.patience import until
from tests.runbooks.engine.conftest import work

NARROW, SINGLE = Lane(queue="narrow"), Lane(queue="single")


async def test_a_work_is_carried_out_leg_by_leg_and_is_then_over(
    running: DurableEngine, carrier: FakeCarrier
) -> None:
    asked = work()
    assert await running.standing(asked) is None
    await running.submit(asked)
    await running.finished(asked)
    assert carrier.of(asked) == list(LEGS)
    assert await running.standing(asked) is Standing.OVER


async def test_a_work_submitted_by_several_at_once_is_carried_out_once(
    running: DurableEngine, carrier: FakeCarrier
) -> None:
    asked = work()
    await asyncio.gather(*(running.submit(asked) for _ in range(5)))
    await running.finished(asked)
    assert await running.submit(asked) is Standing.OVER
    assert carrier.of(asked) == list(LEGS)


async def test_the_next_attempt_of_a_run_is_another_work(running: DurableEngine, carrier: FakeCarrier) -> None:
    first = work()
    second = work(first.run, attempt=1)
    for each in (first, second):
        await running.submit(each)
        await running.finished(each)
    assert (carrier.of(first), carrier.of(second)) == (list(LEGS), list(LEGS))
    assert await running.standings([first, second, work()]) == {first.id: Standing.OVER, second.id: Standing.OVER}


async def test_an_error_ends_its_work_and_no_other(running: DurableEngine, carrier: FakeCarrier) -> None:
    failing, fine = work(), work()
    carrier.errors[failing.run] = [ConnectorRejected("expected peace, found none")]
    for each in (failing, fine):
        await running.submit(each)
        await running.finished(each)
    assert carrier.of(failing) == []
    assert await running.standing(failing) is Standing.OVER
    assert carrier.of(fine) == list(LEGS)


async def test_while_the_store_is_away_a_leg_waits_and_is_carried_out_again(
    running: DurableEngine, carrier: FakeCarrier
) -> None:
    asked = work()
    carrier.errors[asked.run] = [StoreUnavailable("expected a database, found none")]

    async with asyncio.timeout(15):
        while await running.submit(asked) is not Standing.OVER:  # noqa: ASYNC110 - as whoever tends does
            await asyncio.sleep(0.05)
    assert carrier.of(asked) == list(LEGS)
    assert carrier.begun[asked.id, "begin"] == 2


async def test_a_cancelled_work_begins_no_further_leg(running: DurableEngine, carrier: FakeCarrier) -> None:
    asked = work()
    carrier.gate.clear()
    await running.submit(asked)
    await until(lambda: carrier.begun[asked.id, "begin"])
    await running.cancel(asked)
    carrier.gate.set()
    await running.finished(asked)
    await until(lambda: carrier.of(asked))
    assert carrier.of(asked) == ["begin"]
    assert await running.standing(asked) is Standing.OVER


async def test_what_a_report_says_to_wait_is_waited(running: DurableEngine, carrier: FakeCarrier) -> None:
    asked = work()
    carrier.rest_s = 0.2
    began = asyncio.get_running_loop().time()
    await running.submit(asked)
    await running.finished(asked)
    assert asyncio.get_running_loop().time() - began >= 0.4


async def test_a_tenant_with_much_to_do_leaves_room_for_the_others(
    running: DurableEngine, carrier: FakeCarrier
) -> None:
    mine = [work(lane=NARROW, tenant="loud") for _ in range(3)]
    theirs = work(lane=NARROW, tenant="quiet")
    carrier.gate.clear()
    for each in (*mine, theirs):
        await running.submit(each)
    await until(lambda: carrier.begun[theirs.id, "begin"])
    carrier.gate.set()
    for each in (*mine, theirs):
        await running.finished(each)
    assert carrier.most == {"loud": 1, "quiet": 1}


async def test_who_waits_is_told_how_many_come_first_and_the_urgent_go_first(
    running: DurableEngine, carrier: FakeCarrier
) -> None:
    carrier.gate.clear()
    first = work(lane=SINGLE)
    await running.submit(first)
    await until(lambda: carrier.begun[first.id, "begin"])
    later = [work(lane=SINGLE) for _ in range(2)]
    urgent = work(lane=SINGLE.model_copy(update={"priority": 1}))
    for each in (*later, urgent):
        await running.submit(each)
    assert [await running.ahead(each) for each in (urgent, *later, first)] == [0, 1, 2, 0]
    counted = next(each for each in await running.backlog() if each.queue == "single")
    assert (counted.queued, counted.running) == (3, 1)
    carrier.gate.set()
    for each in (*later, urgent):
        await running.finished(each)
    ended = [name for name, leg in carrier.carried if leg == LEGS[-1]]
    assert ended == [first.id, urgent.id, later[0].id, later[1].id]


async def test_drained_it_ends_the_leg_under_way_and_begins_no_other(
    running: DurableEngine, carrier: FakeCarrier
) -> None:
    asked = work()
    carrier.gate.clear()
    await running.submit(asked)
    await until(lambda: carrier.begun[asked.id, "begin"])
    assert running.load == 1
    draining = asyncio.create_task(running.drain(10))
    await asyncio.sleep(0)
    carrier.gate.set()
    assert await draining
    await running.submit(work())
    assert carrier.of(asked) == ["begin"]
    assert len(carrier.begun) == 1


async def test_a_leg_that_takes_too_long_is_not_waited_for(running: DurableEngine, carrier: FakeCarrier) -> None:
    asked = work()
    carrier.gate.clear()
    await running.submit(asked)
    await until(lambda: carrier.begun[asked.id, "begin"])
    assert not await running.drain(0.05)
    await running.close()
    assert carrier.of(asked) == []


async def test_legs_run_on_the_loop_that_owns_everything_else(
    running: DurableEngine, carrier: FakeCarrier
) -> None:
    asked = [work() for _ in range(3)]
    for each in asked:
        await running.submit(each)
    for each in asked:
        await running.finished(each)
    assert carrier.threads == {threading.get_ident()}
