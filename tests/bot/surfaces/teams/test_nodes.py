"""What was acknowledged is neither lost nor done twice: over restarts, deaths and nodes, whatever is repeated."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI

from bot.surfaces import inbox
from bot.surfaces.ports import Ports
from bot.surfaces.rest import problems
from bot.wiring.teams import TeamsRoom, teams_room
from memory.clock import SystemClock
from memory.ids import RandomIds
from memory.model.identity import Account, AccountSource
from memory.store import Store
from tests.bot.surfaces.teams.house import QUICK, settings
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeDoorkeeper
from tests.fakes.people import ALICE, BOB
from tests.fakes.signed_log import FakeSignedLog
from tests.fakes.teams.accounts import FakeIdentities
from tests.fakes.teams.client import CHANNEL, CHAT, Client, words
from tests.fakes.teams.service import TENANT, FakeTeams, teams
from tests.fakes.time import FakeClock
from tests.memory.opening import opened
from tests.patience import until


@dataclass
class Node:
    """One process of ours at the common database."""

    store: Store
    desk: FakeDesk
    room: TeamsRoom
    app: FastAPI
    service: FakeTeams

    def client(self, name: str, conversation: str = CHAT) -> Client:
        return Client(self.app, self.service, name, conversation, direct=conversation == CHAT)

    def texts(self) -> list[str]:
        return [each.message.text for each in self.desk.exchanges]


@asynccontextmanager
async def node(home: Path, service: FakeTeams, *, tending: bool = True) -> AsyncIterator[Node]:
    clock, desk, people = SystemClock(), FakeDesk(FakeClock()), FakeIdentities()
    for person in (ALICE, BOB):
        people.people[Account(source=AccountSource.TEAMS, issuer=TENANT, subject=f"oid-{person.id}")] = person
        service.members[f"29:{person.id}"] = {"userRole": "user", "tenantId": TENANT}
    ports = Ports(desk=desk, log=FakeSignedLog(), doorkeeper=FakeDoorkeeper(), clock=clock, ids=RandomIds())
    async with (
        opened(f"sqlite:///{home}/qd.db", clock) as store,
        teams_room(
            settings(home), ports, store, people, tending=tending, cloud=service.cloud(), pace=QUICK
        ) as room,
    ):
        app = FastAPI()
        problems.install(app)
        app.include_router(room.router)
        yield Node(store, desk, room, app, service)


@pytest.fixture
async def microsoft() -> AsyncIterator[FakeTeams]:
    async with teams(SystemClock()) as made:
        yield made


@pytest.fixture
async def nodes(tmp_path: Path, microsoft: FakeTeams) -> AsyncIterator[list[Node]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(node(tmp_path, microsoft)) for _ in range(2)]


async def settled(here: Node) -> None:
    async with asyncio.timeout(10):
        while await here.store.teams_arrivals.waiting("acme"):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.005)


async def test_the_same_message_at_two_nodes_is_answered_once(nodes: list[Node]) -> None:
    for number in range(5):
        activity = nodes[0].client("alice").message(f"n{number}")
        answers = await asyncio.gather(*(each.client("alice").deliver(activity) for each in nodes))
        assert {answer.status_code for answer in answers} == {202}
    await settled(nodes[0])
    assert sorted(nodes[0].texts() + nodes[1].texts()) == [f"n{number}" for number in range(5)]


async def test_what_a_node_leaves_undone_another_takes_up_at_once(nodes: list[Node]) -> None:
    first, second = nodes
    first.desk.answering.clear()
    await first.client("alice").say("how are things")
    await until(lambda: first.room.inbox.at_work == 1)
    await first.room.inbox.close()
    await until(lambda: second.texts() == ["how are things"])


async def test_what_a_dead_node_held_is_taken_up_once_its_time_is_over(
    nodes: list[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = nodes
    monkeypatch.setattr(inbox, "LEASE_S", 0.2)
    first.desk.answering.clear()
    await first.client("alice").say("how are things")
    await until(lambda: first.room.inbox.at_work == 1)
    for task in first.room.inbox._hands.values():  # as a death would, without a word to anybody
        task.cancel()
    await until(lambda: second.texts() or first.room.inbox.at_work)
    first.desk.answering.set()
    await settled(second)
    assert len(said_in_teams(first)) == 1


def said_in_teams(here: Node) -> list[str]:
    return [words(each["attachments"][0]["content"]) for each in here.service.said(CHAT)]


async def test_a_process_that_dies_after_the_acknowledgement_loses_nothing(
    tmp_path: Path, microsoft: FakeTeams
) -> None:
    async with node(tmp_path, microsoft, tending=False) as before:
        before.desk.answering.clear()
        await before.client("alice").say("how are things")
        await before.room.inbox.close()
        assert microsoft.said(CHAT) == []
    async with node(tmp_path, microsoft) as after:
        await until(lambda: microsoft.said(CHAT))
        assert after.texts() == ["how are things"]


async def test_an_answer_that_was_written_is_not_written_again_when_the_rest_of_it_is(
    tmp_path: Path, microsoft: FakeTeams
) -> None:
    async with node(tmp_path, microsoft) as here:
        microsoft.failing = {"Digest: ": 1}
        await here.client("alice").say("roll back checkout")
        await settled(here)
        assert microsoft.failing == {"Digest: ": 0}
        assert len(microsoft.said(CHAT)) == 2
        assert here.texts() == ["roll back checkout"]


async def test_a_press_that_comes_three_times_at_once_counts_once(tmp_path: Path, microsoft: FakeTeams) -> None:
    async with node(tmp_path, microsoft) as here:
        await here.client("alice", CHANNEL).say("roll back checkout")
        await until(lambda: len(microsoft.said(CHANNEL)) == 2)
        bob = here.client("bob", CHANNEL)
        own = (await bob.press(bob.seen()[1], "What can I do?"))["value"]
        pressed = bob.invocation(next(each for each in own["actions"] if each["title"] == "Approve"))
        answers = await asyncio.gather(*(bob.deliver(pressed) for _ in range(3)))
        assert sorted(answer.json()["statusCode"] for answer in answers) == [200, 409, 409]
        assert any("Approved by" in words(answer.json()["value"]) for answer in answers)
        assert len(next(iter(here.desk.held.values())).approvals) == 1


async def test_a_press_whose_process_died_is_done_by_another(tmp_path: Path, microsoft: FakeTeams) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(node(tmp_path, microsoft))
        await first.client("alice").say("what is wrong with checkout")
        await until(lambda: microsoft.said(CHAT))
        first.desk.answering.clear()
        shown = first.client("alice").seen()[0]
        assert (await first.client("alice").press(shown, "Roll it back"))["statusCode"] == 200
        await until(lambda: first.room.inbox.at_work == 1)
        second = await stack.enter_async_context(node(tmp_path, microsoft))
        await first.room.inbox.close()
        await until(second.texts)
        assert second.desk.exchanges[0].message.sender == "alice"


async def test_words_that_were_edited_before_anybody_read_them_are_the_ones_answered(
    tmp_path: Path, microsoft: FakeTeams
) -> None:
    async with node(tmp_path, microsoft) as here:
        alice = here.client("alice")
        first = alice.message("how are thinks")
        edit = first | {"type": "messageUpdate", "text": "how are things"}
        edit["channelData"] = {**first["channelData"], "eventType": "editMessage"}
        await alice.deliver(edit)
        await alice.deliver(first)
        await settled(here)
        assert here.texts() == ["how are things"]
        await alice.deliver(edit | {"text": "too late"})
        await settled(here)
        assert here.texts() == ["how are things"]


async def test_a_message_that_was_deleted_before_anybody_read_it_is_not_answered(
    tmp_path: Path, microsoft: FakeTeams
) -> None:
    async with node(tmp_path, microsoft) as here:
        alice = here.client("alice")
        first = alice.message("never mind")
        gone = first | {"type": "messageDelete"}
        gone["channelData"] = {**first["channelData"], "eventType": "softDeleteMessage"}
        await alice.deliver(gone)
        await alice.deliver(first)
        await alice.say("how are things")
        await settled(here)
        assert here.texts() == ["how are things"]


async def test_in_a_channel_what_is_said_to_others_is_left_alone(tmp_path: Path, microsoft: FakeTeams) -> None:
    async with node(tmp_path, microsoft) as here:
        alice = here.client("alice", CHANNEL)
        await alice.deliver(alice.activity(type="message", text="lunch?"))
        await alice.say("how are things")
        await settled(here)
        assert here.texts() == ["how are things"]


async def test_what_was_answered_is_remembered_and_its_words_are_not(tmp_path: Path, microsoft: FakeTeams) -> None:
    async with node(tmp_path, microsoft) as here:
        await here.client("alice").say("a secret word")
        await settled(here)
        now = SystemClock().now()
        assert await here.store.teams_arrivals.prune(now - inbox.REMEMBERED) == 0
        assert await here.store.teams_arrivals.prune(now) == 1
