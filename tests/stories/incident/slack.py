"""Slack, for the story: the incident's own channel in a fake workspace, by signed deliveries to the real door."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from bot.demo.stage import Stage
from memory.model.identity import AccountSource
from memory.model.incident import Incident
from tests.bot.surfaces.slack.house import blocks_of, says
from tests.fakes.slack.deliveries import SIGNING_SECRET, Deliveries
from tests.fakes.slack.server import TOKEN, SlackServer
from tests.fakes.slack.workspace import TEAM, Workspace
from tests.stories.incident.people import linked
from tests.stories.incident.room import Room, Surface, Told, cited
from tests.stories.incident.telling import WITHIN_S

USERS = {"alice": "UALICE", "bob": "UBOB", "cara": "UCARA"}


class SlackRoom(Room):
    """A channel. Alice speaks in it, presses what the messages offer, and types commands."""

    def __init__(self, stage: Stage, slack: SlackServer, http: httpx.AsyncClient) -> None:
        super().__init__(stage)
        self._slack = slack
        self._workspace = slack.workspaces[TOKEN]
        self._deliveries = Deliveries(http, self._workspace, hooks=slack.url)
        self._channel = ""

    async def enter(self, incident: Incident) -> None:
        name = f"inc-{incident.number}-"
        (self._channel,) = [
            channel for channel, each in self._workspace.channels.items() if each["name"].startswith(name)
        ]
        channel = self._workspace.channels[self._channel]
        await self._slack.until(lambda: channel["topic"]["value"] and channel["bookmarks"], WITHIN_S)

    async def said(self, *words: str) -> Told:
        return _told([await self._saying(*words)])

    async def take_command(self) -> None:
        await self._deliveries.mention(self._channel, USERS["alice"], "I am commander")
        channel = self._workspace.channels[self._channel]
        await self._slack.until(lambda: "Alice commands" in channel["topic"]["value"], WITHIN_S)
        await self._slack.until(lambda: USERS["alice"] in channel["members"], WITHIN_S)

    async def note(self, text: str) -> None:
        await self._deliveries.mention(self._channel, USERS["alice"], f"note: {text}")

    async def summary(self, words: str) -> Told:
        messages, pins = self._workspace.channels[self._channel]["messages"], []
        pins += self._workspace.channels[self._channel]["pins"]
        assert len(pins) == 1
        await self._slack.until(lambda: words in says(messages[pins[0]]), WITHIN_S)
        return _told([messages[pins[0]]])

    async def roll_back(self) -> str:
        look = await self._saying("First look at checkout")
        await self._deliveries.press(USERS["alice"], self._channel, dict(look), "say")
        return says(await self._saying("Waiting for approval", "1.4.2 → 1.4.1"))

    async def approve(self, who: str) -> None:
        card = await self._saying("Digest: ", "1.4.2 → 1.4.1")
        await self._deliveries.press(USERS[who], self._channel, dict(card), "approve")

    async def done(self) -> str:
        return says(await self._saying("Done and verified", "Approved by Bob at ", "Approved by Cara at "))

    async def resolve(self) -> None:
        await self._deliveries.mention(self._channel, USERS["alice"], "resolve the incident: rolled back to 1.4.1")

    async def review(self) -> Told:
        before = len(self._slack.responded)
        await self._deliveries.command(USERS["alice"], "review", self._channel)
        await self._slack.until(lambda: len(self._slack.responded) > before, WITHIN_S)
        assert [error for _, error in self._slack.refused if error != "ratelimited"] == []
        return _told([answer for _, answer in self._slack.responded[before:]])

    async def _saying(self, *words: str) -> dict[str, Any]:
        def found() -> list[dict[str, Any]]:
            ours = [each for each in self._workspace.said(self._channel) if each.get("bot_id")]
            return [each for each in ours if all(word in says(each) for word in words)]

        await self._slack.until(found, WITHIN_S)
        return found()[0]


def _told(messages: list[dict[str, Any]]) -> Told:
    """Return what stands in messages, line by line, without the list of what they rest on."""
    parts = [part for each in messages for block in blocks_of(each) for part in block.get("elements", ())]
    lines = [line for part in parts for line in _lines(part) if not line.startswith("[")]
    return cited(lines, [link for part in parts for link in _links(part)])


def _lines(part: dict[str, Any]) -> Iterator[str]:
    if part.get("type") == "rich_text_list":
        for each in part["elements"]:
            yield from _lines(each)
    elif part.get("type") == "rich_text_section":
        yield from "".join(piece.get("text", "") for piece in part["elements"]).splitlines()


def _links(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _links(each)
    elif isinstance(value, dict):
        if value.get("type") == "link":
            yield value["url"]
        yield from _links([*value.values()])


@asynccontextmanager
async def workspace() -> AsyncIterator[SlackServer]:
    made = Workspace()
    for person, user in USERS.items():
        made.add_user(user, person)
    made.add_channel("C1", "ops", *USERS.values())
    async with SlackServer(made).serving() as served:
        yield served


def settings(slack: SlackServer) -> dict[str, Any]:
    return {
        "slack_bot_token": TOKEN,
        "slack_signing_secret": SIGNING_SECRET,
        "slack_api_url": f"{slack.url}/api/",
        "slack_war_rooms": True,
        "room_venue": "slack",
    }


@asynccontextmanager
async def room(stage: Stage, slack: SlackServer, _: Path) -> AsyncIterator[Room]:
    await linked(stage, AccountSource.SLACK, TEAM, USERS)
    async with httpx.AsyncClient(base_url=stage.running.url, trust_env=False) as http:
        yield SlackRoom(stage, slack, http)


SLACK = Surface("slack", workspace, settings, room)
