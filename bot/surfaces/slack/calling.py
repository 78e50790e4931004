"""One call of Slack's Web API: in its turn, within a time limit, and repeated only where that changes nothing.

A token goes into the request's header and nowhere else. What Slack answers is never logged.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.surfaces.slack.pacing import Pacer
from bot.surfaces.slack.ports import Answer
from bot.surfaces.slack.refusals import refusal
from memory.errors import SlackBusy, SlackError, SlackRejected, SlackUnreachable
from memory.model.value import JsonValue

SLACK: Final = "https://slack.com/api/"
TIMEOUT_S: Final = 15.0
LONGEST_ANSWER: Final = 16 * 1024 * 1024
MOST_HELD_BACK: Final = 5  # 429s of one call
LONGEST_HOLD_S: Final = 120.0
BACKOFF_S: Final = (0.5, 2.0)  # before a call is repeated after a fault

_READS: Final = (".info", ".list", ".history", ".replies", ".members", ".test", ".getPermalink")
_SETS: Final = frozenset(
    {
        "chat.update",
        "chat.delete",
        "chat.unfurl",
        "views.publish",
        "views.update",
        "assistant.threads.setStatus",
        "assistant.threads.setTitle",
        "assistant.threads.setSuggestedPrompts",
        "conversations.open",
        "conversations.setTopic",
        "conversations.archive",
        "conversations.invite",
        "conversations.join",
        "pins.add",
        "canvases.edit",
        "files.getUploadURLExternal",
    }
)
_STATUS_FAULT: Final = 500
_STATUS_BUSY: Final = 429

_log = structlog.get_logger(__name__)


def repeatable(method: str) -> bool:
    """Return whether a call may be made twice with nothing more coming of it than of one."""
    return method in _SETS or method.endswith(_READS)


@dataclass(frozen=True)
class Granted:
    """What a token is: whose, its scopes, and what time Slack says it is."""

    answer: Answer
    scopes: frozenset[str]
    date: str


@dataclass
class Caller:
    """Calls methods for every workspace over one pool of connections. Close it at the end."""

    base_url: str = SLACK
    pacer: Pacer = field(default_factory=Pacer)
    timeout_s: float = TIMEOUT_S
    _session: aiohttp.ClientSession | None = None
    _closed: bool = False

    async def close(self) -> None:
        """Close the connections; nobody is called afterwards."""
        self._closed = True
        if self._session is not None:
            await self._session.close()

    def session(self) -> aiohttp.ClientSession:
        """Return the pool, made when it is first needed; raises `SlackUnreachable` once it is closed."""
        if self._closed:
            raise SlackUnreachable("expected open connections to Slack, found them closed with the house")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self.timeout_s), connector=aiohttp.TCPConnector(limit=50)
            )
        return self._session

    async def call(self, team: str, token: str, method: str, arguments: Mapping[str, JsonValue]) -> Answer:
        """Call a method and return what Slack says; raises `SlackError`."""
        channel = str(arguments.get("channel") or "")
        faults = held_back = 0
        while True:
            await self.pacer.turn(team, method, channel)
            try:
                return await self._once(token, method, arguments)
            except _HeldBack as told:
                held_back += 1
                self.pacer.hold_back(team, method, channel, told.seconds)
                _log.info("slack.held_back", team=team, method=method, seconds=told.seconds)
                if held_back > MOST_HELD_BACK or told.seconds > LONGEST_HOLD_S:
                    raise told.error from None
            except SlackUnreachable:
                if faults == len(BACKOFF_S) or not repeatable(method):
                    raise
                await asyncio.sleep(BACKOFF_S[faults])
                faults += 1

    async def granted(self, token: str, method: str = "auth.test") -> "Granted":
        """Return what Slack says of a token, and what the token may do; raises `SlackError`."""
        await self.pacer.turn("", method)
        try:
            answer = await self._asked(token, method, {})
        except _HeldBack as told:
            raise told.error from None
        scopes = answer.headers.get("x-oauth-scopes", "")
        return Granted(
            answer=answer.data if isinstance(answer.data, dict) else {},
            scopes=frozenset(filter(None, map(str.strip, scopes.split(",")))),
            date=answer.headers.get("Date", ""),
        )

    async def _once(self, token: str, method: str, arguments: Mapping[str, JsonValue]) -> Answer:
        answer = await self._asked(token, method, arguments)
        return answer.data if isinstance(answer.data, dict) else {}

    async def _asked(self, token: str, method: str, arguments: Mapping[str, JsonValue]) -> AsyncSlackResponse:
        client = AsyncWebClient(
            token=token or None,
            base_url=self.base_url,
            timeout=int(self.timeout_s),
            session=self.session(),
            retry_handlers=[],
            logger=_SILENT,
        )
        form = {name: _formed(value) for name, value in arguments.items() if value is not None}
        try:
            return await client.api_call(method, data=form)
        except SlackApiError as error:
            raise _understood(method, error) from None  # its text repeats the whole answer
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _unreachable(method, type(error).__name__) from error

    async def send(self, url: str, *, body: bytes = b"", document: Answer | None = None) -> None:
        """Post bytes or a JSON document to an address that Slack gave; raises `SlackError`."""
        try:
            async with self.session().post(
                url, data=body if document is None else None, json=document, allow_redirects=False
            ) as answer:
                if answer.status >= _STATUS_FAULT:
                    raise _unreachable("an address it gave", f"HTTP {answer.status}")
                if not answer.ok:
                    raise SlackRejected(
                        f"expected Slack to take what was sent to an address it gave, found HTTP {answer.status}"
                    )
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _unreachable("an address it gave", type(error).__name__) from error

    async def fetch(self, url: str, token: str, most_bytes: int) -> bytes:
        """Return a file of Slack's; raises `SlackError`."""
        headers = {"Authorization": f"Bearer {token}"}
        try:
            async with self.session().get(url, headers=headers, allow_redirects=False) as answer:
                if not answer.ok:
                    raise SlackRejected(f"expected Slack to give a file, found HTTP {answer.status}")
                found = bytearray()
                async for part in answer.content.iter_chunked(65_536):
                    found += part
                    if len(found) > most_bytes:
                        raise SlackRejected(f"expected a file of at most {most_bytes} bytes, found a longer one")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _unreachable("a file of its own", type(error).__name__) from error
        return bytes(found)


class _HeldBack(Exception):
    """Slack did nothing and asks to be left alone for a while."""

    def __init__(self, seconds: float, error: SlackError) -> None:
        super().__init__()
        self.seconds = seconds
        self.error = error


def _understood(method: str, error: SlackApiError) -> SlackError | _HeldBack:
    response = error.response
    answer: Any = getattr(response, "data", None)
    status = getattr(response, "status_code", 0)
    if status == _STATUS_BUSY:
        after = str(response.headers.get("Retry-After", "1"))
        seconds = float(after) if after.isdecimal() else 1.0
        return _HeldBack(
            seconds, SlackBusy(f"expected Slack to take {method}, found that it wants {after} s of rest")
        )
    if status >= _STATUS_FAULT or not isinstance(answer, dict):
        return _unreachable(method, f"HTTP {status}")
    return refusal(method, answer)


def _unreachable(what: str, found: str) -> SlackUnreachable:
    return SlackUnreachable(
        f"expected Slack to take {what} in time, found {found}", hint="See status.slack.com, and the way there."
    )


def _formed(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value)


# At DEBUG it prints what is sent, so no configuration of loggers may reach it.
_SILENT: Final = logging.Logger("slack_sdk.silent", logging.CRITICAL + 1)  # noqa: LOG001 - it stays out of reach
