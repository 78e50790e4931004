"""A node acts only while it is heard; the dead are buried once, and what they had is given to the living."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import update

from memory.errors import GrantRefused, LeadershipLost, OutOfTouch
from memory.model.node import Health, Node, Term
from memory.store import Store
from memory.store.tables import cluster_nodes
from runbooks.engine.inside import EngineInside
from runbooks.engine.leadership import Leadership
from runbooks.engine.live import LiveNode
from runbooks.engine.membership import EMBEDDED, SHARED, Membership, Rhythm
from runbooks.engine.reaper import FORGET_EVERY_S, OFFICE, REMEMBERED_S, Reaper
from runbooks.runner.once import InTouch
from tests.fakes.carrier import FakeCarrier
from tests.fakes.time import MIDNIGHT, CountingIds, FakeClock
from tests.keys import LOG_KEY
from tests.memory.samples import grant
from tests.patience import until

QUICK = Rhythm(beat_s=0.02, touch_s=5.0, silent_s=30.0, reap_s=0.02)
TENANT = "acme"


class Ticks:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Deadly(EngineInside):
    """An engine that knows of works which others were given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: set[str] = set()
        self.recovered: list[str] = []

    async def at_work(self) -> frozenset[str]:
        return frozenset(self.given)

    async def recover(self, nodes: Sequence[str]) -> int:
        self.recovered += nodes
        self.given -= set(nodes)
        return len(nodes)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", FakeClock(), LOG_KEY)
    yield opened
    await opened.close()


def membership(store: Store, ticks: Ticks | None = None, *, load: int = 0, rhythm: Rhythm = QUICK) -> Membership:
    about = Node(id="node", tenant=TENANT, capacity=2, started_at=MIDNIGHT)
    ids = CountingIds()
    ids.new("node")
    return Membership(store, FakeClock(), ids, about, lambda: load, rhythm=rhythm, elapsed=ticks or Ticks())


def reaper(store: Store, engine: Deadly, member: Membership) -> Reaper:
    return Reaper(store, engine, member, Leadership(store, member), QUICK)


async def test_a_node_stops_acting_before_the_others_can_count_it_as_gone(store: Store) -> None:
    ticks = Ticks()
    member = membership(store, ticks)
    with pytest.raises(OutOfTouch, match="found none"):
        member.require_touch()
    await member.enter()
    member.require_touch()
    ticks.now += QUICK.touch_s
    with pytest.raises(OutOfTouch, match=r"found one 5\.0 s ago"):
        member.require_touch()
    assert await member.beat()
    member.require_touch()
    for rhythm in (SHARED, EMBEDDED):
        assert rhythm.beat_s < rhythm.touch_s < rhythm.silent_s


async def test_a_beat_counts_from_when_it_was_sent_and_not_from_when_it_was_answered(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = Ticks()
    member = membership(store, ticks)
    await member.enter()
    real = store.cluster.beat

    async def slow(node: Node) -> bool:
        ticks.now += QUICK.touch_s
        return await real(node)

    monkeypatch.setattr(store.cluster, "beat", slow)
    assert await member.beat()
    with pytest.raises(OutOfTouch):
        member.require_touch()


async def test_a_node_that_was_frozen_after_spending_its_grant_does_not_act(store: Store) -> None:
    ticks = Ticks()
    member = membership(store, ticks)
    await member.enter()
    given = grant(TENANT)
    await store.grants.mint(given)
    ticks.now += QUICK.touch_s  # from here to there, nothing of it moved
    with pytest.raises(OutOfTouch):
        await InTouch(store.grants, member).consume(TENANT, given.id, given.call_digest, given.minted_at)
    with pytest.raises(GrantRefused, match="spent"):
        await store.grants.consume(TENANT, given.id, given.call_digest, given.minted_at)


async def test_a_grant_that_was_voided_is_spent_by_nobody(store: Store) -> None:
    given = grant(TENANT)
    await store.grants.mint(given)
    assert await store.grants.void(TENANT, given.id, given.minted_at)
    assert not await store.grants.void(TENANT, given.id, given.minted_at)
    with pytest.raises(GrantRefused, match="spent"):
        await store.grants.consume(TENANT, given.id, given.call_digest, given.minted_at)


@pytest.mark.parametrize(("load", "health"), [(1, Health.WELL), (2, Health.STRAINED)])
async def test_a_node_says_how_it_fares(store: Store, load: int, health: Health) -> None:
    member = membership(store, load=load)
    await member.enter()
    await member.beat()
    (found,) = await store.cluster.present(TENANT)
    assert (found.load, found.health) == (load, health)
    member.draining = True
    await member.beat()
    assert (await store.cluster.present(TENANT))[0].health is Health.DRAINING


async def test_a_node_that_counts_as_gone_is_told_so_and_comes_back_as_another(store: Store) -> None:
    member = membership(store)
    await member.enter()
    first = member.name
    await store.cluster.leave(TENANT, first)
    await asyncio.wait_for(member.keep(), 10)
    with pytest.raises(OutOfTouch):
        member.require_touch()
    assert await member.is_gone(TENANT, first)
    await member.enter()
    member.require_touch()
    assert member.name != first


async def test_what_somebody_was_given_who_is_not_there_is_given_to_the_living(store: Store) -> None:
    engine, member = Deadly(), membership(store)
    await member.enter()
    await store.cluster.enter(Node(id="dead", tenant=TENANT, started_at=MIDNIGHT))
    await store.cluster.leave(TENANT, "dead")
    engine.given = {"dead", member.name}
    looked = reaper(store, engine, member)
    assert await looked.look() == 1
    assert await looked.look() == 0
    assert engine.recovered == ["dead"]


async def test_the_silent_are_buried_and_whoever_is_heard_is_not(store: Store) -> None:
    engine, member = Deadly(), membership(store)
    await member.enter()
    await store.cluster.enter(Node(id="silent", tenant=TENANT, started_at=MIDNIGHT))
    engine.given = {"silent"}
    eager = Rhythm(silent_s=0.0)
    looked = Reaper(store, engine, member, Leadership(store, member), eager)
    await asyncio.sleep(0.01)
    await member.beat()
    assert await looked.look() == 1
    assert await store.cluster.gone(TENANT, ["silent"]) == {"silent"}


async def test_one_that_never_registered_is_not_taken_for_dead(store: Store) -> None:
    engine, member = Deadly(), membership(store)
    await member.enter()
    engine.given = {"stranger"}
    assert await reaper(store, engine, member).look() == 0
    assert engine.recovered == []


async def test_a_reaper_that_was_frozen_past_its_term_buries_nobody(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, member = Deadly(), membership(store)
    await member.enter()
    await store.cluster.enter(Node(id="other", tenant=TENANT, started_at=MIDNIGHT))
    engine.given = {"other"}
    await asyncio.sleep(0.01)
    leadership = Leadership(store, member)
    real = leadership.lead

    async def frozen(office: str, lasts_s: float) -> Term | None:
        term = await real(office, lasts_s)
        if term is not None:
            await store.leaders.resign(term)  # as if its time had passed
        return term

    monkeypatch.setattr(leadership, "lead", frozen)
    looked = Reaper(store, engine, member, leadership, Rhythm(silent_s=0.0))
    with pytest.raises(LeadershipLost):
        await looked.look()
    await looked.turn()  # which says so in the log, and goes on
    assert await store.cluster.gone(TENANT, ["other"]) == frozenset()
    assert engine.recovered == []


async def test_where_somebody_else_leads_nothing_is_done(store: Store) -> None:
    engine, member = Deadly(), membership(store)
    await member.enter()
    await store.cluster.enter(Node(id="dead", tenant=TENANT, started_at=MIDNIGHT))
    await store.cluster.leave(TENANT, "dead")
    engine.given = {"dead"}
    assert await store.leaders.lead(TENANT, OFFICE, "somebody", 60.0) is not None
    assert await reaper(store, engine, member).look() == 0
    assert engine.recovered == []


@asynccontextmanager
async def living(store: Store, engine: EngineInside) -> AsyncIterator[tuple[LiveNode, Membership]]:
    member = membership(store)
    leadership = Leadership(store, member)
    node = LiveNode(engine, member, leadership, Reaper(store, engine, member, leadership, QUICK), QUICK)
    async with node.living(FakeCarrier()):
        await asyncio.wait_for(node.at_work(), 10)
        yield node, member


async def test_a_living_node_that_was_buried_comes_back_by_itself(store: Store) -> None:
    async with living(store, Deadly()) as (_, member):
        first = member.name
        await store.cluster.leave(TENANT, first)
        await until(lambda: member.name != first)
        async with asyncio.timeout(10):
            while [each.id for each in await store.cluster.present(TENANT)] != [member.name]:  # noqa: ASYNC110 - a database has no event to set
                await asyncio.sleep(0.01)


async def test_a_node_that_ends_says_goodbye(store: Store) -> None:
    async with living(store, Deadly()) as (node, member):
        assert await node.drain(1.0)
        assert member.draining
    assert await store.cluster.gone(TENANT, [member.name]) == {member.name}
    assert not await store.cluster.present(TENANT)


async def test_nodes_that_have_long_been_gone_are_forgotten_now_and_then(store: Store) -> None:
    member, ticks = membership(store), Ticks()
    await member.enter()
    old = Reaper(store, Deadly(), member, Leadership(store, member), QUICK, ticks)
    await store.cluster.enter(Node(id="old", tenant=TENANT, started_at=MIDNIGHT))
    await store.cluster.leave(TENANT, "old")
    async with store._database.writing() as connection:
        earlier = cluster_nodes.c.gone_ms - 2000 * int(REMEMBERED_S)
        await connection.execute(update(cluster_nodes).where(cluster_nodes.c.id == "old").values(gone_ms=earlier))
    await old.forget()
    assert await store.cluster.gone(TENANT, ["old"]) == {"old"}
    ticks.now += FORGET_EVERY_S + 1
    await old.forget()
    assert await store.cluster.gone(TENANT, ["old"]) == frozenset()


async def test_what_is_no_node_yet_leads_in_nothing(store: Store) -> None:
    assert await Leadership(store, membership(store)).lead(OFFICE, 60.0) is None
