"""Nodes are counted by the database's clock; who leads does so under a token, and is refused once it is old."""

import asyncio

import pytest
from sqlalchemy import update

from memory.errors import Conflict, LeadershipLost
from memory.model.node import Health
from memory.store import Store
from memory.store.tables import cluster_nodes
from tests.memory.samples import node

SOON_S, LONG_S = 0.05, 60.0


async def silenced(store: Store, name: str) -> None:
    """Let it be twice as long as is waited for since a node was heard."""
    async with store._database.writing() as connection:
        earlier = cluster_nodes.c.seen_ms - int(2000 * LONG_S)
        await connection.execute(update(cluster_nodes).where(cluster_nodes.c.id == name).values(seen_ms=earlier))


async def test_a_node_that_beats_is_present_with_what_it_says_of_itself(store: Store) -> None:
    await store.cluster.enter(node())
    assert await store.cluster.beat(node(load=4, health=Health.STRAINED))
    (found,) = await store.cluster.present("acme")
    assert (found.id, found.load, found.health) == ("node_1", 4, Health.STRAINED)
    assert found.seen_at is not None
    assert await store.cluster.silent("acme", LONG_S) == frozenset()


async def test_an_id_is_given_to_one_node_only(store: Store) -> None:
    await store.cluster.enter(node())
    with pytest.raises(Conflict, match="new id"):
        await store.cluster.enter(node())


async def test_a_node_that_was_silent_too_long_is_buried_and_cannot_come_back(store: Store) -> None:
    await store.cluster.enter(node())
    await store.cluster.enter(node(name="node_2"))
    await silenced(store, "node_1")
    assert await store.cluster.silent("acme", LONG_S) == {"node_1"}
    assert await store.cluster.bury("acme", LONG_S) == ("node_1",)
    assert await store.cluster.bury("acme", LONG_S) == ()
    assert not await store.cluster.beat(node())
    assert await store.cluster.gone("acme", ["node_1", "node_2", "never"]) == {"node_1"}
    assert [each.id for each in await store.cluster.present("acme")] == ["node_2"]


async def test_a_node_that_says_goodbye_is_gone_at_once(store: Store) -> None:
    await store.cluster.enter(node())
    await store.cluster.leave("acme", "node_1")
    assert await store.cluster.gone("acme", ["node_1"]) == {"node_1"}
    assert not await store.cluster.present("acme")


async def test_what_is_long_gone_is_forgotten(store: Store) -> None:
    await store.cluster.enter(node())
    assert await store.cluster.prune(LONG_S) == 0
    await silenced(store, "node_1")
    assert await store.cluster.prune(LONG_S) == 1


async def test_one_node_leads_at_a_time_and_the_token_grows_with_each_leader(store: Store) -> None:
    first = await store.leaders.lead("acme", "reaper", "node_1", LONG_S)
    assert first is not None
    assert await store.leaders.lead("acme", "reaper", "node_2", LONG_S) is None
    assert await store.leaders.lead("acme", "reaper", "node_1", LONG_S) == first
    await store.leaders.resign(first)
    second = await store.leaders.lead("acme", "reaper", "node_2", LONG_S)
    assert second is not None
    assert second.token > first.token
    assert await store.leaders.present("acme") == (second,)


async def test_two_that_ask_at_once_do_not_both_lead(store: Store) -> None:
    asked = [store.leaders.lead("acme", "reaper", f"node_{number}", LONG_S) for number in range(5)]
    assert sum(term is not None for term in await asyncio.gather(*asked)) == 1


async def test_a_leader_that_was_frozen_past_its_term_writes_nothing_when_it_thaws(store: Store) -> None:
    frozen = await store.leaders.lead("acme", "reaper", "node_1", SOON_S)
    assert frozen is not None
    await store.cluster.enter(node())
    async with asyncio.timeout(10):
        while (leads := await store.leaders.lead("acme", "reaper", "node_2", LONG_S)) is None:  # noqa: ASYNC110 - a term has no event
            await asyncio.sleep(SOON_S)
    assert leads.token > frozen.token

    async def bury() -> None:
        async with store.transaction() as unit:
            await unit.cluster.leave("acme", "node_1")
            await unit.leaders.require(frozen)

    with pytest.raises(LeadershipLost, match="as number 1, found 2"):
        await bury()
    assert [each.id for each in await store.cluster.present("acme")] == ["node_1"]
    async with store.transaction() as unit:
        await unit.leaders.require(leads)
        await unit.cluster.leave("acme", "node_1")
    assert not await store.cluster.present("acme")


async def test_a_term_that_is_over_gives_no_right_even_where_nobody_else_leads(store: Store) -> None:
    term = await store.leaders.lead("acme", "reaper", "node_1", SOON_S)
    assert term is not None
    await asyncio.sleep(2 * SOON_S)
    with pytest.raises(LeadershipLost):
        await store.leaders.require(term)
    again = await store.leaders.lead("acme", "reaper", "node_1", LONG_S)
    assert again is not None
    assert again.token == term.token + 1
