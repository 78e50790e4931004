"""A war room is made once, furnished once and closed once, however often and from wherever that is asked."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.surfaces.slack.blocks import note
from bot.surfaces.slack.war_rooms import SlackWarRooms, WarRoom
from memory.errors import Conflict, InvalidInput, SlackRejected
from tests.bot.surfaces.slack.room import Node, node
from tests.fakes.slack.server import TOKEN, SlackServer
from tests.fakes.slack.workspace import TEAM, Workspace


@pytest.fixture
async def rooms(here: Node) -> SlackWarRooms:
    return SlackWarRooms(await here.room.webs.of(TEAM))


@pytest.fixture
def workspace(slack: SlackServer) -> Workspace:
    return slack.workspaces[TOKEN]


@pytest.fixture
async def another(tmp_path: Path, slack: SlackServer) -> AsyncIterator[SlackWarRooms]:
    """The rooms as another process of ours sees them, at the same database."""
    async with node(f"sqlite:///{tmp_path / 'quarterdeck.db'}", tmp_path, slack, working=False) as made:
        yield SlackWarRooms(await made.room.webs.of(TEAM))


async def furnished(rooms: SlackWarRooms) -> WarRoom:
    """Have a room with everything in it."""
    room = await rooms.open("inc-1-checkout")
    await rooms.topic(room, "checkout fails for 31 % of its requests")
    assert await rooms.invite(room, ("UALICE", "UBOB")) == ()
    first = await rooms.say(room, note("Alice leads."), key="incident_1:opening")
    await rooms.pin(room, first)
    await rooms.bookmark(room, "Incident", "https://qd.test/incidents/1")
    await rooms.summarise(room, "# Checkout\nIt fails.")
    return room


def stands(workspace: Workspace, room: WarRoom) -> None:
    """Assert that there is one room, with one of everything."""
    assert [each["name"] for each in workspace.channels.values()].count("inc-1-checkout") == 1
    channel = workspace.channels[room.channel]
    assert channel["topic"]["value"] == "checkout fails for 31 % of its requests"
    assert sorted(channel["members"]) == ["U0QD", "UALICE", "UBOB"]
    assert len(channel["messages"]) == len(channel["pins"]) == len(channel["bookmarks"]) == 1
    assert list(workspace.canvases.values()) == ["# Checkout\nIt fails."]


async def test_a_room_is_furnished_once_however_often_it_is_asked_for(
    rooms: SlackWarRooms, workspace: Workspace
) -> None:
    room = await furnished(rooms)
    assert await furnished(rooms) == room
    stands(workspace, room)


async def test_another_process_goes_on_where_one_died(
    rooms: SlackWarRooms, another: SlackWarRooms, workspace: Workspace
) -> None:
    room = await rooms.open("inc-1-checkout")
    await rooms.invite(room, ("UALICE",))
    await rooms.say(room, note("Alice leads."), key="incident_1:opening")
    await rooms.summarise(room, "# Checkout\nIt began.")
    assert await furnished(another) == room
    stands(workspace, room)


async def test_two_at_once_make_one_room(
    rooms: SlackWarRooms, another: SlackWarRooms, workspace: Workspace
) -> None:
    first, second = await asyncio.gather(rooms.open("inc-2"), another.open("inc-2"))
    assert first == second
    assert [each["name"] for each in workspace.channels.values()].count("inc-2") == 1


async def test_the_rate_of_slack_is_waited_for(
    rooms: SlackWarRooms, slack: SlackServer, workspace: Workspace
) -> None:
    slack.failing |= {"conversations.create": [429], "conversations.invite": [429], "pins.add": [429]}
    stands(workspace, await furnished(rooms))


async def test_who_cannot_be_invited_is_named_and_keeps_nobody_else_out(
    rooms: SlackWarRooms, workspace: Workspace
) -> None:
    room = await rooms.open("inc-3")
    assert await rooms.invite(room, ("UALICE", "UNOBODY", "UBOB")) == ("UNOBODY",)
    assert {"UALICE", "UBOB"} <= set(workspace.channels[room.channel]["members"])


async def test_a_bookmark_and_the_summary_are_changed_in_place(rooms: SlackWarRooms, workspace: Workspace) -> None:
    room = await furnished(rooms)
    await rooms.bookmark(room, "Incident", "https://qd.test/incidents/2")
    await rooms.summarise(room, "# Checkout\nIt is over.")
    (bookmark,) = workspace.channels[room.channel]["bookmarks"]
    assert bookmark["link"] == "https://qd.test/incidents/2"
    assert list(workspace.canvases.values()) == ["# Checkout\nIt is over."]


async def test_a_room_is_closed_once(rooms: SlackWarRooms, workspace: Workspace) -> None:
    room = await rooms.open("inc-4")
    await rooms.close(room)
    await rooms.close(room)
    assert workspace.channels[room.channel]["is_archived"]
    with pytest.raises(Conflict, match="found it archived"):
        await rooms.open("inc-4")


async def test_a_channel_that_somebody_else_made_is_not_taken_for_a_room(
    rooms: SlackWarRooms, workspace: Workspace
) -> None:
    workspace.add_channel("C9", "inc-5", "UALICE", creator="UALICE")
    with pytest.raises(Conflict, match="somebody else made"):
        await rooms.open("inc-5")


@pytest.mark.parametrize("name", ["", "Incident 1", "x" * 81, "inc/1"])
async def test_a_name_that_no_channel_can_have_is_refused(rooms: SlackWarRooms, name: str) -> None:
    with pytest.raises(InvalidInput, match="expected a channel's name"):
        await rooms.open(name)


async def test_any_other_no_of_slack_is_told(rooms: SlackWarRooms, slack: SlackServer) -> None:
    slack.failing["conversations.create"] = ["restricted_action"]
    with pytest.raises(SlackRejected, match="restricted_action"):
        await rooms.open("inc-6")
