"""Several nodes on one database: what comes to each is done by one, and what one leaves another takes up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.surfaces import inbox
from memory.model.arrival import Arrival
from tests.bot.surfaces.slack.room import Node, linked, node
from tests.fakes.slack.server import SlackServer
from tests.patience import BOUND_S
from tests.postgres import Cluster


@pytest.fixture(params=["sqlite", "postgresql"])
async def nodes(
    request: pytest.FixtureRequest, tmp_path: Path, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[list[Node]]:
    """Two processes of ours at one database, each with everything of its own, and time to write things down."""
    monkeypatch.setattr("bot.surfaces.slack.receiving.dispatch.WITHIN_S", BOUND_S)
    async with AsyncExitStack() as stack:
        address = f"sqlite:///{tmp_path / 'quarterdeck.db'}"
        if request.param == "postgresql":
            postgres: Cluster = request.getfixturevalue("postgres")
            address = postgres.database()
        made = [await stack.enter_async_context(node(address, tmp_path, slack)) for _ in range(2)]
        await linked(made[0].store, "UALICE", "alice")
        await linked(made[0].store, "UBOB", "bob")
        yield made


async def settled(here: Node) -> None:
    async with asyncio.timeout(10):
        while await here.store.arrivals.waiting("acme"):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.005)


def heard(nodes: list[Node]) -> list[str]:
    return sorted(text for each in nodes for _, text in each.talking.heard())


async def test_the_same_event_at_two_nodes_is_done_once(nodes: list[Node]) -> None:
    for number in range(10):
        event = {
            "type": "app_mention",
            "channel": "C1",
            "user": "UALICE",
            "ts": f"9.{number}",
            "text": f"n{number}",
        }
        answers = await asyncio.gather(*(each.deliveries.event(event) for each in nodes))
        assert {answer.status_code for answer in answers} == {200}
    await settled(nodes[0])
    assert heard(nodes) == [f"n{number}" for number in range(10)]


async def test_a_click_at_two_nodes_is_done_once(nodes: list[Node]) -> None:
    message = {
        "ts": "1.000001",
        "blocks": [{"type": "actions", "block_id": "b", "elements": [{"action_id": "yes:1"}]}],
    }
    pressed = {"actions": [{"action_id": "yes:1", "block_id": "b", "action_ts": "9.1"}]}
    await asyncio.gather(*(each.deliveries.press("UBOB", "C1", message, "yes", **pressed) for each in nodes))
    await settled(nodes[0])
    assert sum(len(each.talking.done) for each in nodes) == 1


async def test_what_a_node_leaves_undone_another_takes_up_at_once(nodes: list[Node]) -> None:
    first, second = nodes
    first.talking.open.clear()
    await first.deliveries.mention("C1", "UALICE", "status")
    await first.slack.until(lambda: len(first.talking.begun) == 1)
    await first.room.inbox.close()
    await first.slack.until(lambda: len(second.talking.done) == 1)
    assert second.talking.heard() == [("alice", "status")]


async def test_what_a_dead_node_held_is_taken_up_once_its_time_is_over(
    nodes: list[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = nodes
    monkeypatch.setattr(inbox, "LEASE_S", 0.2)
    first.talking.open.clear()
    await first.deliveries.mention("C1", "UALICE", "status")
    await first.slack.until(lambda: len(first.talking.begun) == 1)
    for task in first.room.inbox._hands.values():  # as a death would, without a word to anybody
        task.cancel()
    await first.slack.until(lambda: bool(second.talking.done or first.talking.begun[1:]))
    first.talking.open.set()
    await settled(second)
    assert len(first.talking.done) + len(second.talking.done) == 1


async def test_a_restart_between_acknowledgement_and_work_loses_nothing(
    tmp_path: Path, slack: SlackServer
) -> None:
    address = f"sqlite:///{tmp_path / 'quarterdeck.db'}"
    async with node(address, tmp_path, slack, working=False) as before:
        await linked(before.store, "UALICE", "alice")
        before.talking.open.clear()
        await before.deliveries.command("UALICE", "status")
        await slack.until(lambda: len(before.talking.begun) == 1)
        await before.room.inbox.close()
        assert not before.talking.done
    async with node(address, tmp_path, slack) as after:
        await slack.until(lambda: len(after.talking.done) == 1)
        assert after.talking.heard() == [("alice", "status")]
        assert after.talking.done[0].arrival.id.startswith("command:T0ACME:")


async def test_what_fails_every_time_is_given_up(nodes: list[Node], monkeypatch: pytest.MonkeyPatch) -> None:
    first = nodes[0]
    tried: list[str] = []

    async def broken(arrival: Arrival) -> None:
        tried.append(arrival.id)
        raise inbox.Passing

    for each in nodes:
        monkeypatch.setattr(each.room.inbox, "_work", broken)
    monkeypatch.setattr(inbox, "ATTEMPTS", 1)
    await first.deliveries.command("UALICE", "status")
    await settled(first)
    assert len(tried) == 1


async def test_what_was_done_is_remembered_a_day_and_its_words_are_not(nodes: list[Node]) -> None:
    first = nodes[0]
    await first.deliveries.command("UALICE", "a secret word")
    await settled(first)
    now = first.room.ports.clock.now()
    assert await first.store.arrivals.prune(now - inbox.REMEMBERED) == 0
    assert await first.store.arrivals.prune(now) == 1
