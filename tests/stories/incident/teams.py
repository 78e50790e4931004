"""Teams, for the story: a thread of the configured channel at a fake Bot Framework, over the real door."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.demo.stage import Stage
from bot.surfaces.teams.channel import THREAD
from bot.surfaces.teams.cloud import CLOUDS
from memory.clock import SystemClock
from memory.model.identity import AccountSource
from memory.model.incident import Incident
from tests.bot.surfaces.teams.house import joined
from tests.fakes.teams.client import Card, Client, titles, words
from tests.fakes.teams.service import APP, SECRET, TENANT, FakeTeams, teams
from tests.patience import until
from tests.stories.incident.people import linked
from tests.stories.incident.room import Room, Surface, Told, cited
from tests.stories.incident.telling import WITHIN_S

CHANNEL = "19:incidents@thread.tacv2"
WHAT = "What can I do?"
SUMMARY, PLAN = ("How things stand",), ("Digest: ", "1.4.2 → 1.4.1")  # what stands on each card
PEOPLE = ("alice", "bob", "cara")


class TeamsRoom(Room):
    """A thread. Alice speaks in it by mentions, and presses what its cards offer her."""

    def __init__(self, stage: Stage, service: FakeTeams) -> None:
        super().__init__(stage)
        self._service = service
        self._thread = ""

    async def enter(self, incident: Incident) -> None:
        (begun,) = self._service.shown[CHANNEL]
        self._thread = f"{CHANNEL}{THREAD}{begun}"
        (first,) = self._service.said(CHANNEL)
        assert incident.title in words(_card(first))

    async def said(self, *wanted: str) -> Told:
        return _told(await self._saying(*wanted))

    async def take_command(self) -> None:
        await self._press(SUMMARY, "Take command")

    async def note(self, text: str) -> None:
        await self._client("alice").say(f"note: {text}")

    async def summary(self, wanted: str) -> Told:
        return _told(await self._saying("How things stand", wanted))

    async def roll_back(self) -> str:
        look = await self._saying("First look at checkout")
        offered = next(each for each in titles(look) if each != WHAT)
        await self._client("alice").press(look, offered)
        return words(await self._saying(*PLAN))

    async def approve(self, who: str) -> None:
        await self._press(PLAN, "Approve", who, trigger="automatic")

    async def done(self) -> str:
        return words(await self._saying("Done and verified", "Approved by Bob at ", "Approved by Cara at "))

    async def resolve(self) -> None:
        await self._press(SUMMARY, "Resolved", reason="rolled back to 1.4.1")

    async def review(self) -> Told:
        await self._client("alice").say("review 1")
        return _told(await self._saying("Post-incident review"))

    async def _press(
        self, card: Sequence[str], title: str, who: str = "alice", *, trigger: str = "manual", **entered: str
    ) -> None:
        """Ask a shared card what one may do, and do that."""
        client = self._client(who)
        own = await client.press(await self._saying(*card), WHAT, trigger=trigger)
        await client.press(own["value"], title, **entered)

    async def _saying(self, *wanted: str) -> Card:
        def found() -> list[Card]:
            cards = [_card(each) for each in self._service.said(self._thread) if each.get("attachments")]
            return [each for each in cards if all(word in words(each) for word in wanted)]

        await until(found, WITHIN_S)
        return found()[0]

    def _client(self, who: str) -> Client:
        return Client(self.stage.house.app, self._service, who, conversation=self._thread, direct=False)


def _card(message: dict[str, Any]) -> Card:
    card: Card = message["attachments"][0]["content"]
    return card


def _told(card: Card) -> Told:
    """Return what stands on a card, line by line, without its heading and the list of what it rests on."""
    blocks = [each for each in card["body"][1:] if each.get("type") == "RichTextBlock"]
    lines = [words(each) for each in blocks]
    return cited([each for each in lines if not each.startswith("[")], [*_links(blocks)])


def _links(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _links(each)
    elif isinstance(value, dict):
        if value.get("type") == "Action.OpenUrl":
            yield value["url"]
        yield from _links([*value.values()])


@asynccontextmanager
async def microsoft() -> AsyncIterator[FakeTeams]:
    """Serve a Bot Framework, and have the house take it for Microsoft's."""
    with pytest.MonkeyPatch.context() as patched:
        async with teams(SystemClock()) as service:
            patched.setitem(CLOUDS, "public", service.cloud())
            yield joined(service)


def settings(_: FakeTeams) -> dict[str, Any]:
    return {
        "teams_app_id": APP,
        "teams_app_secret": SECRET,
        "teams_home_tenant": TENANT,
        "teams_channel": CHANNEL,
        "room_venue": "teams",
    }


@asynccontextmanager
async def room(stage: Stage, service: FakeTeams, _: Path) -> AsyncIterator[Room]:
    """Have the app be somewhere in the tenant: where it is not, nobody can be written to."""
    await linked(stage, AccountSource.TEAMS, TENANT, {each: f"oid-{each}" for each in PEOPLE})
    await Client(stage.house.app, service, "alice").say("incidents")
    yield TeamsRoom(stage, service)


TEAMS = Surface("teams", microsoft, settings, room)
