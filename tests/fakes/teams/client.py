"""Somebody at Teams: says things, presses buttons of the cards they see, and is shown what comes back."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
from fastapi import FastAPI

from tests.fakes.teams.service import BOT, TENANT, FakeTeams

CHAT, CHANNEL = "a:chat-with-alice", "19:ops@thread.tacv2;messageid=1700000000000"
Card = dict[str, Any]
MARKED = "<at>Quarterdeck</at>"
MENTION = {"type": "mention", "text": MARKED, "mentioned": {"id": BOT, "name": "Quarterdeck"}}
_numbers = count(1)


@dataclass
class Client:
    """One person in one conversation. `app` is ours; what is sent is signed by `service`."""

    app: FastAPI
    service: FakeTeams
    name: str
    conversation: str = CHAT
    direct: bool = True
    tenant: str = TENANT
    sent: list[dict[str, Any]] = field(default_factory=list)

    async def say(self, text: str, **changed: Any) -> httpx.Response:
        """Say something to us."""
        return await self.deliver(self.message(text) | changed)

    def message(self, text: str) -> dict[str, Any]:
        """Return a message to us: where others listen too, by a mention."""
        called: dict[str, Any] = {} if self.direct else {"text": f"{MARKED} {text}", "entities": [MENTION]}
        return self.activity(type="message", text=text) | called

    async def press(self, card: Card, title: str, /, *, trigger: str = "manual", **inputs: str) -> Card:
        """Press a button of a card, and return the answer."""
        action = next(each for each in buttons(card) if each["title"] == title)
        return await self.invoke(action, trigger=trigger, **inputs)

    async def invoke(self, action: Card, *, trigger: str = "manual", **inputs: str) -> Card:
        """Send an action as Teams does when it is pressed."""
        answer = await self.deliver(self.invocation(action, trigger=trigger, **inputs))
        assert answer.status_code == 200, answer.text
        found: Card = answer.json()
        return found

    def invocation(self, action: Card, *, trigger: str = "manual", **inputs: str) -> dict[str, Any]:
        """Return what Teams sends when an action is pressed."""
        told = {"type": "Action.Execute", "verb": action["verb"], "data": {**action["data"], **inputs}}
        value = {"action": told, "trigger": trigger}
        return self.activity(type="invoke", name="adaptiveCard/action", value=value)

    async def deliver(self, activity: dict[str, Any], token: str | None = None) -> httpx.Response:
        """Send an activity."""
        self.sent.append(activity)
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {self.service.token() if token is None else token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://quarterdeck.test") as client:
            return await client.post("/teams/messages", json=activity, headers=headers)

    def activity(self, **told: Any) -> dict[str, Any]:
        """Return an activity of this person's."""
        return {
            "id": f"f:{next(_numbers)}",
            "channelId": "msteams",
            "serviceUrl": f"{self.service.url}/",
            "from": {"id": self.mri, "name": self.name.capitalize(), "aadObjectId": f"oid-{self.name}"},
            "recipient": {"id": BOT, "name": "Quarterdeck"},
            "conversation": {
                "id": self.conversation,
                "conversationType": "personal" if self.direct else "channel",
                "tenantId": self.tenant,
            },
            "channelData": {"tenant": {"id": self.tenant}},
        } | told

    @property
    def mri(self) -> str:
        return f"29:{self.name}"

    def seen(self) -> list[Card]:
        """Return the cards in the conversation, in order."""
        return [each["attachments"][0]["content"] for each in self.service.said(self.conversation)]


def buttons(card: Card) -> list[Card]:
    """Return the buttons of a card."""
    return list(card.get("actions", []))


def titles(card: Card) -> list[str]:
    """Return what its buttons say."""
    return [each["title"] for each in buttons(card)]


def words(card: Any) -> str:
    """Return every word of a card."""
    if isinstance(card, list):
        return " ".join(filter(None, map(words, card)))
    if not isinstance(card, dict):
        return ""
    if card.get("type") == "RichTextBlock":
        return "".join(run["text"] for run in card["inlines"])
    return " ".join(filter(None, map(words, card.values())))
