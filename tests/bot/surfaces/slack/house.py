"""A real desk, runner and store behind Slack's real door, over an estate in memory and the fake Slack."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from bot.server import create_app
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.inbox import Inbox
from bot.surfaces.places import Places
from bot.surfaces.procedures import RunbookDesk
from bot.surfaces.slack.clips import Listener
from bot.surfaces.slack.pacing import Pacer
from bot.surfaces.slack.picturing import Picturing
from bot.surfaces.slack.ports import Webs
from bot.surfaces.slack.talking import Pace, Surroundings, TalkingSide, talking_side
from bot.surfaces.slack.venue import NAME, SlackVenue
from bot.wiring.slack import slack_room
from bot.wiring.slack_talking import kept
from memory.model.plan import Effect
from memory.store import Store
from tests.bot.surfaces.behind import PEOPLE, Behind, Deaf, behind
from tests.bot.surfaces.slack.room import ORIGIN, PACE, linked, settings
from tests.fakes.doorkeeper import FakeReplays
from tests.fakes.people import TENANT
from tests.fakes.sign_ins import sessions_in_memory
from tests.fakes.slack.deliveries import Deliveries
from tests.fakes.slack.server import TOKEN, SlackServer
from tests.fakes.slack.workspace import Workspace
from tests.fakes.time import FakeClock
from tools.approvals import Requirement
from tools.capabilities import EVERY

QUICK = Pace(
    card=timedelta(milliseconds=20),
    sweep=timedelta(milliseconds=200),
    home=timedelta(milliseconds=20),
    incidents=timedelta(milliseconds=200),
    patience=timedelta(minutes=1),
)


EAGER = replace(QUICK, patience=timedelta(milliseconds=50))  # shows steps of whatever takes longer


@dataclass
class House(Behind):
    """One process of ours with Slack's door, and what stands behind it."""

    side: TalkingSide
    slack: SlackServer
    deliveries: Deliveries
    inbox: Inbox
    webs: Webs

    def settled(self) -> bool:
        """Return whether nothing that came is worked on any more."""
        return self.inbox.at_work == 0

    @property
    def workspace(self) -> Workspace:
        return self.slack.workspaces[TOKEN]

    def thread(self, ts: str, channel: str = "C1") -> list[dict[str, Any]]:
        """Return what we said in a thread, in order."""
        return [each for each in self.workspace.said(channel, ts) if each.get("bot_id")]

    def ours(self, channel: str) -> list[dict[str, Any]]:
        """Return everything we said in a channel, in order; nothing where there is no such channel."""
        if channel not in self.workspace.channels:
            return []
        return [each for each in self.workspace.said(channel) if each.get("bot_id")]

    answered = ours  # where we are alone with somebody, a whisper is a message

    async def card(self, ts: str, channel: str = "C1") -> dict[str, Any]:
        """Return the newest card in a thread, once there is one."""
        await self.until(lambda: bool(self.cards(ts, channel)))
        return self.cards(ts, channel)[-1]

    def cards(self, ts: str, channel: str = "C1") -> list[dict[str, Any]]:
        return [each for each in self.thread(ts, channel) if "Digest: " in says(each)]

    async def until(self, holds: Any, within_s: float = 15.0) -> None:
        await self.slack.until(holds, within_s)

    async def shows(self, ts: str, words: str, channel: str = "C1") -> dict[str, Any]:
        """Return the card once it says this."""
        await self.until(lambda: any(words in says(each) for each in self.cards(ts, channel)))
        return next(each for each in self.cards(ts, channel) if words in says(each))

    def whispers(self) -> list[dict[str, Any]]:
        """Return what single people were told."""
        told = [*self.workspace.called("chat.postEphemeral")]
        return told + [each for _, each in self.slack.responded]

    async def whispered(self, words: str) -> dict[str, Any]:
        """Return a whisper once there is one that says this."""
        await self.until(lambda: any(words in says(each) for each in self.whispers()))
        return next(each for each in self.whispers() if words in says(each))

    async def submit(self, user: str, view: dict[str, Any], **entered: str) -> httpx.Response:
        """Have a person send a window that is open."""
        values = {
            block: {"entered": {"type": "plain_text_input", "value": value}} for block, value in entered.items()
        }
        payload = {
            "type": "view_submission",
            "team": {"id": self.workspace.team, "domain": "acme"},
            "user": {"id": user, "team_id": self.workspace.team},
            "api_app_id": "A0QD",
            "view": {**view, "hash": f"{view['id']}.h", "state": {"values": values}},
        }
        return await self.deliveries.interaction(payload)

    async def window(self, number: int = -1) -> dict[str, Any]:
        """Return the newest window that was opened, once there is one."""
        await self.until(lambda: bool(self.workspace.views))
        return [*self.workspace.views.values()][number]


def says(message: dict[str, Any]) -> str:
    """Return every word of a message that was sent."""
    return str(message.get("text", "")) + "".join(_texts(blocks_of(message)))


def blocks_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the blocks of a message that was sent, as JSON or as it stands."""
    blocks = message.get("blocks") or []
    return list(json.loads(blocks) if isinstance(blocks, str) else blocks)


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if isinstance(value.get("text"), str) else []
    own += [value["fallback"]] if isinstance(value.get("fallback"), str) else []
    return own + [text for name, each in value.items() if not isinstance(each, str) for text in _texts(each)]


@asynccontextmanager
async def house(
    home: Path,
    slack: SlackServer,
    *requirements: Requirement,
    rules: str = "",
    listener: Listener | None = None,
    runbooks: RunbookDesk | None = None,
    bus: Deaf | None = None,
    pace: Pace = QUICK,
) -> AsyncIterator[House]:
    """Have one process of ours at the database in `home`."""
    told = settings(home, slack, people=PEOPLE)
    async with AsyncExitStack() as stack:
        inner = await stack.enter_async_context(
            behind(told, *requirements, rules=rules, runbooks=runbooks, bus=bus)
        )
        ports, store = inner.ports, inner.store
        sides: list[TalkingSide] = []

        def talks(webs: Webs) -> Any:
            around = Surroundings(
                TENANT,
                Places(ORIGIN),
                lambda: {"checkout": "shop", "payments": "money"},
                frozenset(each.name for each in EVERY if each.effect is not Effect.READ),
                listener,
            )
            sides.append(talking_side(ports, webs, kept(store), around, pace))
            return sides[0]

        room = await stack.enter_async_context(slack_room(told, ports, store, talks, pacer=Pacer(PACE)))
        accounts = kept(store).accounts
        inner.rooms.venues[NAME] = SlackVenue(room.webs, accounts, Picturing(ports.pictures), Places(ORIGIN))
        app = create_app(
            ports,
            FakeReplays(),
            sessions_in_memory(FakeClock()),
            capabilities=EVERY,
            console=ConsoleSettings(public_url=ORIGIN),
            slack=room.app,
        )
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        http = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=ORIGIN))
        await stack.enter_async_context(room.working())
        deliveries = Deliveries(http, slack.workspaces[TOKEN], hooks=slack.url)
        yield House(
            **vars(inner), side=sides[0], slack=slack, deliveries=deliveries, inbox=room.inbox, webs=room.webs
        )


async def everybody(store: Store) -> None:
    """Link every account to its person."""
    for user, person in (
        ("UALICE", "alice"),
        ("UBOB", "bob"),
        ("UCARA", "cara"),
        ("UVIC", "vic"),
        ("UADA", "ada"),
    ):
        await linked(store, user, person)
