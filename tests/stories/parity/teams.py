"""Microsoft Teams, for the stories."""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from memory.clock import SystemClock
from tests.bot.surfaces.behind import Deaf
from tests.bot.surfaces.teams.house import House, everybody, house, joined
from tests.fakes.teams.client import CHANNEL, Client, buttons, words
from tests.fakes.teams.service import FakeTeams, teams
from tests.stories.parity.chat import Chat, Surface
from tools.approvals import Requirement

VERBS = {
    "Approve": "approve",
    "Deny": "deny",
    "Withdraw": "withdraw",
    "Break glass": "break_glass",
    "Edit": "edit",
    "Pause": "pause",
    "Resume": "resume",
    "Ask for more": "ask_more",
}


@dataclass
class Peer:
    """Microsoft's side."""

    service: FakeTeams
    linked: bool = False


@asynccontextmanager
async def peer() -> AsyncIterator[Peer]:
    async with teams(SystemClock()) as service:
        yield Peer(joined(service))


class TeamsChat(Chat):
    """One thread of a channel."""

    house: House

    def __init__(self, made: House) -> None:
        super().__init__(made)
        self._answers: dict[str, list[str]] = defaultdict(list)

    async def say(self, who: str, words: str, *, times: int = 1, lost: int = 0) -> None:
        del lost  # what never arrives is not there: nothing of ours could know
        client = self._client(who)
        activity = client.message(words)
        for _ in range(times):
            assert (await client.deliver(activity)).status_code == 202

    def said(self) -> list[str]:
        return [_words(each) for each in self._messages()]

    def cards(self) -> list[str]:
        return [_words(each) for each in self._plans()]

    def pictures(self) -> int:
        beside = [each for message in self._messages() for each in message.get("attachments", ())]
        return sum(each["contentType"] == "image/png" for each in beside)

    async def offered(self, who: str) -> list[str]:
        return [each["title"] for each in buttons(await self._view(who))]

    async def press(self, who: str, label: str, *, times: int = 1, digest: str = "", **entered: str) -> None:
        client, card = self._client(who), await self._view(who)
        action = next((each for each in buttons(card) if each["title"] == label), None) or self._forged(label)
        if digest:
            action = {**action, "data": {**action["data"], "digest": digest}}
        if label == "Edit" and entered:
            form = (await client.invoke(action))["value"]
            action = next(each for each in buttons(form) if each["title"] == "Propose")
            entered = {f"argument.{name}": value for name, value in entered.items()}
        sent = client.invocation(action, **entered)
        answers = [(await client.deliver(sent)).json() for _ in range(times)]
        self._answers[who].append(_told(answers[0]))

    def told(self, who: str) -> str:
        return "\n".join(self._answers[who])

    def calls(self, message: int, person: str) -> bool:
        called = [each["mentioned"]["id"] for each in self._messages()[message].get("entities", ())]
        return called == [f"oid-{person}"]

    def settled(self) -> bool:
        return self.house.settled()

    async def alone(self, who: str, words: str) -> str:
        client = self.house.client(who, conversation=f"a:{who}")
        before = len(self.house.service.said(client.conversation))
        await client.say(words)
        await self.until(lambda: len(self.house.service.said(client.conversation)) > before)
        return _words(self.house.service.said(client.conversation)[-1])

    async def declare(self, who: str, words: str) -> None:
        await self.say(who, f"incident {words}")

    def incidents(self) -> list[str]:
        return [words(each) for each in self._incidents()]

    async def take_command(self, who: str) -> None:
        client = self._client(who)
        own = (await client.press(self._incidents()[0], "What can I do?"))["value"]
        answer = await client.press(own, "Take command")
        self._answers[who].append(_told(answer))

    async def catch_up(self, who: str) -> str:
        return await self.alone(who, "catch up 1")

    def _incidents(self) -> list[dict[str, Any]]:
        cards = [each["attachments"][0]["content"] for each in self._messages()]
        shared = [each for each in cards if [button["title"] for button in buttons(each)] == ["What can I do?"]]
        return [each for each in shared if "Incident 1:" in words(each)]

    def _client(self, who: str) -> Client:
        return self.house.client(who, conversation=CHANNEL, direct=False)

    def _messages(self) -> list[dict[str, Any]]:
        return self.house.service.said(CHANNEL)

    def _plans(self) -> list[dict[str, Any]]:
        return [each for each in self._messages() if "Digest: " in _words(each)]

    def _plan(self) -> dict[str, Any]:
        waiting = [each for each in self._plans() if "Withdrawn" not in _words(each)]
        card: dict[str, Any] = (waiting or self._plans())[-1]["attachments"][0]["content"]
        return card

    async def _view(self, who: str) -> dict[str, Any]:
        """Return the newest plan as somebody sees it: Teams asks for that by itself."""
        card = self._plan()
        look = next((each for each in buttons(card) if each["title"] == "What can I do?"), None)
        if look is None:
            return card
        shown = await self._client(who).invoke(look, trigger="automatic")
        return dict(shown["value"]) if shown["statusCode"] == 200 else {}

    def _forged(self, label: str) -> dict[str, Any]:
        """Return a button that is not offered, as somebody would make it who wants to press it all the same."""
        about = next(each for each in buttons(self._plan()) if each["title"] == "Why?")
        return {**about, "title": label, "verb": VERBS[label]}


def _words(message: dict[str, Any]) -> str:
    return " ".join(words(each.get("content", "")) for each in message.get("attachments", ()))


def _told(answer: dict[str, Any]) -> str:
    value = answer["value"]
    if isinstance(value, str):
        return value
    return str(value["message"]) if "message" in value else words(value)


@asynccontextmanager
async def chat(
    home: Path,
    stands: Peer,
    *requirements: Requirement,
    rules: str = "",
    bus: Deaf | None = None,
) -> AsyncIterator[TeamsChat]:
    async with house(home, stands.service, *requirements, rules=rules, bus=bus) as made:
        if not stands.linked:
            await everybody(made.store)
            stands.linked = True
        yield TeamsChat(made)


TEAMS = Surface("Teams", peer, chat)
