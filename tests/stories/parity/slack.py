"""Slack, for the stories."""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bot.surfaces.behind import Deaf
from tests.bot.surfaces.slack.house import House, blocks_of, everybody, house, says
from tests.bot.surfaces.slack.room import PACE, workspace
from tests.fakes.slack.server import SlackServer
from tests.stories.parity.chat import Chat, Surface
from tools.approvals import Requirement

USERS = {"alice": "UALICE", "bob": "UBOB", "cara": "UCARA", "vic": "UVIC", "ada": "UADA", "gus": "UGUEST"}
_ACTIONS = {"Pause": "pause", "Approve": "approve", "Deny": "deny", "Edit": "edit"}  # of buttons that went


@dataclass
class Peer:
    """Slack's side, and the thread that the story is told in."""

    server: SlackServer
    thread: str = ""
    linked: bool = False


@asynccontextmanager
async def peer() -> AsyncIterator[Peer]:
    filled = workspace()
    for user in ("UCARA", "UVIC", "UADA"):
        filled.add_user(user, user[1:].lower())
        filled.channels["C1"]["members"].append(user)
    async with SlackServer(filled, pace=PACE).serving() as served:
        yield Peer(served)


class SlackChat(Chat):
    """One thread of a channel."""

    house: House

    def __init__(self, made: House, stands: Peer) -> None:
        super().__init__(made)
        self._peer = stands
        self._seen: dict[str, Any] = {}
        self._responses: dict[str, list[str]] = defaultdict(list)  # by an address that names nobody

    async def say(self, who: str, words: str, *, times: int = 1, lost: int = 0) -> None:
        thread = self._peer.thread or None
        sent = await self.house.deliveries.mention("C1", USERS[who], words, thread, times=times, lost=lost)
        self._peer.thread = self._peer.thread or sent

    def said(self) -> list[str]:
        return [says(each) for each in self.house.thread(self._peer.thread)]

    def cards(self) -> list[str]:
        return [says(each) for each in self.house.cards(self._peer.thread)]

    def pictures(self) -> int:
        blocks = [block for each in self.house.thread(self._peer.thread) for block in each["blocks"]]
        return sum(block["type"] == "image" for block in blocks)

    async def offered(self, who: str) -> list[str]:
        return [each["text"]["text"] for each in _buttons(self._card())]

    async def press(self, who: str, label: str, *, times: int = 1, digest: str = "", **entered: str) -> None:
        card = self._card()
        if label not in {each["text"]["text"] for each in _buttons(card)}:
            card = await self._choices(who, label, card)
        button = next(each for each in _buttons(card) if each["text"]["text"] == label)
        if digest:
            run, _, _ = button["value"].partition(" ")
            button = {**button, "value": f"{run} {digest}"}
        row = next(block["block_id"] for block in blocks_of(card) if block["type"] == "actions")
        pressed = [{**button, "block_id": row, "action_ts": self.house.workspace.ts()}]
        windows = len(self.house.workspace.views)
        message = {**card, "blocks": blocks_of(card)}
        for _ in range(times):
            action = button["action_id"].partition(":")[0]
            await self.house.deliveries.press(USERS[who], "C1", message, action, actions=pressed)
        if entered:
            await self.until(lambda: len(self.house.workspace.views) > windows)
            await self.house.submit(USERS[who], await self.house.window(), **entered)

    def told(self, who: str) -> str:
        mine = [each for each in self.house.whispers() if each.get("user") == USERS[who]]
        return "\n".join([*map(says, mine), *self._responses[who]])

    def calls(self, message: int, person: str) -> bool:
        return f"'user_id': '{USERS[person]}'" in str(self.house.thread(self._peer.thread)[message]["blocks"])

    def settled(self) -> bool:
        return self.house.settled()

    async def alone(self, who: str, words: str) -> str:
        channel = f"D{who.upper()}"
        if channel not in self.house.workspace.channels:
            self.house.workspace.add_channel(channel, "", USERS[who], is_im=True)
        before = len(self.house.ours(channel))
        await self.house.deliveries.direct(channel, USERS[who], words)
        await self.until(lambda: len(self.house.ours(channel)) > before)
        return says(self.house.ours(channel)[-1])

    async def declare(self, who: str, words: str) -> None:
        await self.house.deliveries.command(USERS[who], f"incident {words}")

    def incidents(self) -> list[str]:
        return [says(each) for each in self._incidents()]

    async def take_command(self, who: str) -> None:
        answered = len(self.house.slack.responded)
        await self.house.deliveries.press(USERS[who], "C1", dict(self._incidents()[0]), "incident_command")
        await self.until(self.settled)
        self._responses[who] += [says(each) for _, each in self.house.slack.responded[answered:]]

    async def catch_up(self, who: str) -> str:
        before = len(self.told(who))
        await self.house.deliveries.command(USERS[who], "catchup 1", response_url="")
        await self.until(lambda: len(self.told(who)) > before)
        return self.told(who)[before:]

    def _incidents(self) -> list[dict[str, Any]]:
        return [each for each in self.house.ours("C1") if "Incident 1:" in says(each)]

    def _card(self) -> dict[str, Any]:
        cards = self.house.cards(self._peer.thread)
        waiting = [each for each in cards if "Withdrawn" not in says(each)]
        card = dict((waiting or cards)[-1])
        if any(each["action_id"] == "approve" for each in _buttons(card)):
            self._seen = card
        return card

    async def _choices(self, who: str, label: str, card: dict[str, Any]) -> dict[str, Any]:
        """Return the card with what somebody is offered alone, or as they saw it before its buttons went."""
        more = [each for each in _buttons(card) if each["text"]["text"] == "More"]
        if not more:
            return self._seen
        before = len(self.house.whispers())
        await self.house.deliveries.press(USERS[who], "C1", card, "more")
        await self.until(lambda: len(self.house.whispers()) > before)
        mine = self.house.whispers()[-1]
        return {**mine, "ts": card["ts"], "thread_ts": self._peer.thread, "blocks": blocks_of(mine)}


def _buttons(card: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [block for block in blocks_of(card) if block["type"] == "actions"]
    return [each for row in rows for each in row["elements"]]


@asynccontextmanager
async def chat(
    home: Path,
    stands: Peer,
    *requirements: Requirement,
    rules: str = "",
    bus: Deaf | None = None,
) -> AsyncIterator[SlackChat]:
    async with house(home, stands.server, *requirements, rules=rules, bus=bus) as made:
        if not stands.linked:
            await everybody(made.store)
            stands.linked = True
        yield SlackChat(made, stands)


SLACK = Surface("Slack", peer, chat)
