"""What Slack sends an app: signed, repeated where it was not acknowledged, late and out of order."""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.fakes.slack.workspace import APP, BOT_USER, Workspace

SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
PATIENCE_S = 3.0  # Slack waits so long for an acknowledgement
RETRIES = ((1, 0.0), (2, 60.0), (3, 300.0))  # number, and seconds after the first attempt


def signature(secret: str, at: str, body: bytes) -> str:
    """Return the signature of a request (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    mac = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256)
    return f"v0={mac.hexdigest()}"


@dataclass
class Deliveries:
    """Sends to an app behind `http`. `took_s` holds how long each acknowledgement took."""

    http: httpx.AsyncClient
    workspace: Workspace
    path: str = "/slack/events"
    pace: float = 0.001
    secret: str = SIGNING_SECRET
    hooks: str = "https://hooks.slack.test"  # where a `response_url` leads
    took_s: list[float] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    async def send(
        self, body: bytes, kind: str, *, headers: dict[str, str] | None = None, at: int | None = None
    ) -> httpx.Response:
        """Send one signed request once."""
        stamp = str(int(time.time()) if at is None else at)
        signed = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(self.secret, stamp, body),
        }
        began = time.perf_counter()
        response = await self.http.post(self.path, content=body, headers=signed | (headers or {}))
        self.took_s.append(time.perf_counter() - began)
        return response

    async def event(self, event: dict[str, Any], *, times: int = 1, lost: int = 0, **more: Any) -> httpx.Response:
        """Deliver an event: `lost` attempts never arrive, then it comes `times` times, as retries of the first."""
        number = next(self._numbers)
        envelope = {
            "token": "legacy",
            "team_id": self.workspace.team,
            "api_app_id": APP,
            "event": {"event_ts": event.get("ts", self.workspace.ts()), **event},
            "type": "event_callback",
            "event_id": f"Ev{number:08d}",
            "event_time": int(time.time()),
            "is_ext_shared_channel": bool(self._channel(event).get("is_ext_shared")),
            "authorizations": [{"team_id": self.workspace.team, "user_id": BOT_USER, "is_bot": True}],
            **more,
        }
        return await self.deliver(json.dumps(envelope).encode(), times=times, lost=lost)

    def _channel(self, event: dict[str, Any]) -> dict[str, Any]:
        return self.workspace.channels.get(str(event.get("channel")), {})

    async def deliver(self, body: bytes, *, times: int = 1, lost: int = 0) -> httpx.Response:
        """Deliver the very same event, as Slack repeats it; return the last answer."""
        response = None
        for attempt in range(lost, lost + times):
            headers = {}
            if attempt:
                number, after_s = RETRIES[min(attempt, len(RETRIES)) - 1]
                await asyncio.sleep(after_s * self.pace)
                headers = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"}
            response = await self.send(body, "application/json", headers=headers)
        assert response is not None, "an event has to arrive at least once"
        return response

    async def mention(self, channel: str, user: str, text: str, thread: str | None = None, **how: Any) -> str:
        """Have a person mention the app, and return the message's time."""
        message = self.workspace.post(channel, user, f"<@{BOT_USER}> {text}", thread)
        await self.event({**message, "type": "app_mention", "channel": channel}, **how)
        return str(message["ts"])

    async def direct(self, channel: str, user: str, text: str, thread: str | None = None, **how: Any) -> str:
        """Have a person write to the app alone, and return the message's time."""
        message = self.workspace.post(channel, user, text, thread)
        await self.event({**message, "channel": channel, "channel_type": "im"}, **how)
        return str(message["ts"])

    async def command(
        self, user: str, text: str, channel: str = "C1", command: str = "/qd", **more: str
    ) -> httpx.Response:
        """Have a person type a slash command; `more` replaces parts of what Slack sends."""
        form = {
            "token": "legacy",
            "team_id": self.workspace.team,
            "channel_id": channel,
            "user_id": user,
            "command": command,
            "text": text,
            "api_app_id": APP,
            "response_url": f"{self.hooks}/hooks/commands/{next(self._numbers)}",
            "trigger_id": self.trigger(),
            **more,
        }
        return await self.send(urlencode(form).encode(), "application/x-www-form-urlencoded")

    async def press(
        self, user: str, channel: str, message: dict[str, Any], action: str, **more: Any
    ) -> httpx.Response:
        """Have a person press a button of a message, as that message stands or once stood."""
        rows = [block for block in message["blocks"] if block["type"] == "actions"]
        pressed, row = next(
            (each, row)
            for row in rows
            for each in row["elements"]
            if each["action_id"].partition(":")[0] == action
        )
        payload = {
            "type": "block_actions",
            "user": {"id": user, "username": user.lower(), "team_id": self.workspace.team},
            "team": {"id": self.workspace.team, "domain": "acme"},
            "api_app_id": APP,
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": channel},
            "trigger_id": self.trigger(),
            "channel": {"id": channel, "name": "ops"},
            "message": {name: value for name, value in message.items() if name != "metadata"},
            "response_url": f"{self.hooks}/hooks/actions/{next(self._numbers)}",
            "actions": [{**pressed, "block_id": row["block_id"], "action_ts": self.workspace.ts()}],
            **more,
        }
        return await self.interaction(payload)

    async def interaction(self, payload: dict[str, Any]) -> httpx.Response:
        """Deliver a click, a shortcut or a modal that was sent."""
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return await self.send(body, "application/x-www-form-urlencoded")

    def trigger(self) -> str:
        """Return a new trigger, which opens one modal."""
        trigger = f"{next(self._numbers)}.trigger"
        self.workspace.triggers.add(trigger)
        return trigger
