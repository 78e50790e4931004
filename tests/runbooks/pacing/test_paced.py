"""The pacing of a node: what it learns of calls, what it lets be tried again, whom it sends away."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from memory.errors import ConnectorBusy, ConnectorUnreachable, GrantOutdated, QueueFull, StoreUnavailable
from memory.model.people import PrincipalKind
from memory.model.plan import Budget
from memory.model.queue import RunClass
from memory.model.run import Outcome, Run, RunStatus, StepRecord
from memory.store import Store
from runbooks.deadletters.keeping import Keeping
from runbooks.engine.inside import EngineInside
from runbooks.engine.port import Backlog
from runbooks.pacing.admission import Admission, bound, judge
from runbooks.pacing.fairness import SPACING_S
from runbooks.pacing.lanes import QUEUES, Lanes
from runbooks.pacing.paced import Paced
from runbooks.pacing.rating import Rates
from runbooks.pacing.targets import Targets
from tests.fakes.estate import FakeEstate
from tests.fakes.people import ALICE, BOB, TENANT
from tests.fakes.time import MIDNIGHT, FakeClock
from tests.keys import LOG_KEY
from tests.memory.samples import CALL, run
from tests.runbooks.conftest import ballot
from tests.runbooks.deadletters.conftest import Morgue

AWAY = ConnectorUnreachable("expected the estate to answer, found nobody")


class Node:
    """Pacing over a clock that stands."""

    def __init__(self, store: Store) -> None:
        self.clock = FakeClock()
        self.targets = Targets(8, lambda: self.clock.now().timestamp())
        self.lanes = Lanes(self.clock, lambda _tenant, who: _KINDS.get(who, PrincipalKind.PERSON))
        self.pacing = Paced(
            self.lanes,
            Admission(EngineInside(QUEUES)),
            Rates(store, (), self.clock, self.clock.pause),
            self.targets,
            Keeping(self.clock).gave_up,
            clock=self.clock,
            timer=lambda: self.clock.now().timestamp(),
            chance=lambda: 0.5,
        )

    async def fails(self, count: int, error: Exception = AWAY) -> None:
        """Make so many calls that fail."""
        for _ in range(count):
            with pytest.raises(type(error)):
                await self.call(error)

    async def call(self, error: Exception | None = None) -> None:
        async with self.pacing.permit(run(), 0, CALL):
            self.clock.move(0.01)
            if error is not None:
                raise error

    def again(self, tries: int = 1, of: Run | None = None) -> float | None:
        return self.pacing.again_after(of or run(), 0, CALL, tries, AWAY)


_KINDS = {"robot": PrincipalKind.SERVICE}


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    store = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", FakeClock(), LOG_KEY)
    yield Node(store)
    await store.close()


async def test_a_call_that_is_lost_is_tried_again_after_a_pause(node: Node) -> None:
    await node.fails(1)
    assert node.again() == pytest.approx(0.15)


async def test_an_endpoint_that_keeps_failing_is_probed_and_no_more(node: Node) -> None:
    await node.fails(20)
    assert node.again() is None


async def test_an_endpoint_that_recovers_gets_its_attempts_back(node: Node) -> None:
    await node.fails(20)
    for _ in range(90):
        await node.call()
    assert node.again() is not None


async def test_a_pause_does_not_outlast_the_budget_of_the_run(node: Node) -> None:
    plan = run().plan.model_copy(update={"budget": Budget(seconds=0.1)})
    begun = run(plan=plan, status=RunStatus.RUNNING, steps=(StepRecord(index=0, started_at=MIDNIGHT),))
    assert node.again(of=begun) is None


async def test_what_never_reached_the_target_is_made_again_at_once(node: Node) -> None:
    outdated = GrantOutdated("expected a grant under the policy in force, found an earlier one")
    assert node.pacing.again_after(run(), 0, CALL, 1, outdated) == 0.0


async def test_a_target_that_says_too_much_gets_less_at_once(node: Node) -> None:
    for _ in range(60):
        async with asyncio.TaskGroup() as together:
            for _ in range(8):
                together.create_task(node.call())
    target = node.targets.at("acme", "service=checkout")
    before = target.window.limit()
    await node.fails(1, ConnectorBusy("expected an answer, found 429", status=429))
    assert before > 1
    assert target.window.limit() < before


async def test_a_target_that_is_busy_is_left_alone_as_long_as_it_asked_and_then_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await Store.open(f"sqlite:///{tmp_path / 'busy.db'}", FakeClock(), LOG_KEY)
    morgue = Morgue(store)
    busy = ConnectorBusy("expected the estate to deploy, found 429", status=429)
    busy.retry_after_s = 20.0
    applied = FakeEstate.apply
    asked: list[float] = []

    async def apply(estate: FakeEstate, key: str, service: str, version: str) -> Outcome:
        asked.append(morgue.clock.now().timestamp())
        if len(asked) == 1:
            raise busy
        return await applied(estate, key, service, version)

    monkeypatch.setattr(FakeEstate, "apply", apply)
    done = await morgue.approve(await morgue.propose(), BOB)
    assert done.status is RunStatus.SUCCEEDED
    assert asked[1] - asked[0] >= 20
    assert sum(morgue.estate.effects.values()) == 1
    await morgue.runner.close()
    await store.close()


async def test_turns_of_two_people_alternate_whoever_came_first(node: Node) -> None:
    flood = [run(name=f"flood_{number}", status=RunStatus.RUNNING) for number in range(5)]
    plan = run().plan.model_copy(update={"requester": "bob"})
    mine = [run(name=f"mine_{number}", plan=plan, status=RunStatus.RUNNING) for number in range(5)]
    turns = {each.id: node.pacing.lane(each).priority for each in (*flood, *mine)}
    order = sorted(turns, key=lambda name: (turns[name], name))
    assert [name.split("_")[0] for name in order] == ["flood", "mine"] * 5
    assert node.pacing.lane(flood[3]).priority == turns["flood_3"]


async def test_each_class_has_a_queue_and_a_program_that_waits_too_long_moves_up(node: Node) -> None:
    plan = run().plan.model_copy(update={"requester": "robot"})
    robots = run(plan=plan, status=RunStatus.RUNNING)
    assert node.pacing.lane(robots).queue == RunClass.ROUTINE
    node.clock.move(601)
    assert node.pacing.lane(robots).queue == RunClass.INTERACTIVE
    assert {queue.name for queue in QUEUES} == set(RunClass)


def test_a_full_queue_says_when_to_ask_again() -> None:
    full = (Backlog(queue=RunClass.ROUTINE, tenant="acme", queued=12, running=2),)
    with pytest.raises(QueueFull, match="at most 10 runs that wait, found 12") as refused:
        judge("acme", full, 10)
    assert refused.value.retry_after_s == 1.5
    judge("evil", full, 10)
    judge("acme", (Backlog(queue=RunClass.INCIDENT, tenant="acme", queued=99),), 10)
    assert bound(10, PrincipalKind.PERSON) > bound(10, PrincipalKind.SERVICE)


async def test_an_engine_that_does_not_run_yet_holds_nobody_back(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = EngineInside(QUEUES)

    async def closed() -> tuple[Backlog, ...]:
        raise StoreUnavailable("expected an engine that runs, found it closed")

    monkeypatch.setattr(engine, "backlog", closed)
    await Admission(engine, 1).admit("acme", PrincipalKind.SERVICE)


async def test_a_plan_that_waits_for_people_takes_no_turn(node: Node) -> None:
    waiting = run(name="run_9")
    node.pacing.lane(waiting)
    ready = run(name="run_8", status=RunStatus.RUNNING)
    assert node.pacing.lane(ready).priority == node.pacing.lane(run(name="run_7")).priority - SPACING_S


async def test_a_plan_beyond_the_bound_is_refused_and_those_that_wait_are_carried_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await Store.open(f"sqlite:///{tmp_path / 'full.db'}", FakeClock(), LOG_KEY)
    morgue = Morgue(store)
    monkeypatch.setattr("runbooks.pacing.admission.bound", lambda *_: 2)
    runs = [await morgue.propose(message=f"m{number}") for number in range(2)]
    with monkeypatch.context() as patch:
        patch.setattr(morgue.engine, "_fits", lambda *_: False)
        for each in runs:
            await morgue.runner.decide(TENANT, each.id, ballot(BOB, each))
        refused = await morgue.submit(by=ALICE, message="m9")
    assert (refused.run, refused.code) == (None, "queue.full")
    assert "Ask again in" in refused.hint
    morgue.engine._fill()
    ended = [await morgue.runner.finished(TENANT, each.id) for each in runs]
    assert all(each.status.final() for each in ended)
    await morgue.runner.close()
    await store.close()
