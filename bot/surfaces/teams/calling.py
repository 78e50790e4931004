"""Calls to Teams' connector service: paced, within a time limit, tried again where Microsoft says to.

Source: learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference.
"""

import asyncio
import json
import random
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpx

from bot.surfaces.teams.cloud import FILE_HOSTS, secure
from bot.surfaces.teams.credentials import Credentials
from bot.surfaces.teams.limits import AGAIN, MESSAGE_BYTES
from bot.surfaces.teams.pacing import Pacer
from memory.errors import InputTooLarge, TeamsBusy, TeamsError, TeamsGone, TeamsRejected, TeamsUnreachable
from tools.http.retrying import retry_after

TIMEOUT_S: Final = 10.0
FILE_S: Final = 60.0
ATTEMPTS: Final = 5
FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 20.0
MOST_BYTES: Final = 1_000_000


class Calls:
    """Calls the service for one Entra tenant after the other. `pace` shortens every wait, for tests."""

    def __init__(
        self,
        credentials: Credentials,
        pacer: Pacer,
        *,
        pace: float = 1.0,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._credentials = credentials
        self._pacer = pacer
        self._pace = pace
        self._jitter = jitter
        self._http = httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False)

    async def call(
        self, tenant: str, service_url: str, method: str, *path: str, thread: str = "", body: object = None
    ) -> dict[str, Any]:
        """Return what the service answers. `path` are its parts below `v3`; `thread` is where this writes.

        Raises `TeamsError` or one of its kinds, and `InputTooLarge` for what Teams would not take.
        """
        if not secure(service_url):
            raise TeamsRejected("expected the address of Teams' service, over https, found another")
        url = f"{service_url.rstrip('/')}/v3/{'/'.join(quote(part, safe='') for part in path)}"
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        if content is not None and len(content) > MESSAGE_BYTES:
            raise InputTooLarge(f"expected a message of at most {MESSAGE_BYTES} bytes, found {len(content)}")
        for attempt in range(ATTEMPTS):
            headers = await self._credentials.headers() | {"Content-Type": "application/json"}
            await self._pacer.turn(tenant, thread)
            answer = await self._sent(method, url, headers, content)
            if answer.is_success:
                return _read(answer)
            if answer.status_code == httpx.codes.UNAUTHORIZED and attempt == 0:
                self._credentials.forget()
                continue
            if answer.status_code not in AGAIN or attempt == ATTEMPTS - 1:
                break
            await self._wait(answer, attempt, tenant, thread)
        raise _refusal(method, answer.status_code)

    async def fetch(self, url: str, most_bytes: int) -> bytes:
        """Return a file that somebody sent; raises `TeamsRejected`, `TeamsUnreachable` or `InputTooLarge`."""
        _of_microsoft(url)
        found = bytearray()
        try:
            async with asyncio.timeout(FILE_S), self._http.stream("GET", url) as answer:
                if not answer.is_success:
                    raise _refusal("a file", answer.status_code)
                async for part in answer.aiter_bytes():
                    found += part
                    if len(found) > most_bytes:
                        raise InputTooLarge(f"expected a file of at most {most_bytes} bytes, found a larger one")
        except (httpx.HTTPError, TimeoutError) as error:
            raise TeamsUnreachable(f"expected Teams to give a file, found: {type(error).__name__}") from None
        return bytes(found)

    async def upload(self, url: str, content: bytes) -> None:
        """Put a file where Teams said to; raises `TeamsRejected` or `TeamsUnreachable`."""
        _of_microsoft(url)
        headers = {"Content-Range": f"bytes 0-{len(content) - 1}/{len(content)}"}
        try:
            async with asyncio.timeout(FILE_S):
                answer = await self._http.put(url, content=content, headers=headers)
        except (httpx.HTTPError, TimeoutError) as error:
            raise TeamsUnreachable(f"expected Teams to take a file, found: {type(error).__name__}") from None
        if not answer.is_success:
            raise _refusal("a file", answer.status_code)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _sent(self, method: str, url: str, headers: dict[str, str], content: bytes | None) -> httpx.Response:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await self._http.request(method, url, content=content, headers=headers)
        except (httpx.HTTPError, TimeoutError) as error:
            raise TeamsUnreachable(f"expected Teams to answer, found: {type(error).__name__}") from None

    async def _wait(self, answer: httpx.Response, attempt: int, tenant: str, thread: str) -> None:
        """Wait longer each time, never all at the same moment, and at least as long as Teams asks."""
        asked = retry_after(answer.headers) or 0.0
        if asked > LONGEST_PAUSE_S:
            raise TeamsBusy(f"expected Teams to be back soon, found that it asks for {asked:.0f} s")
        pause = (max(asked, FIRST_PAUSE_S * 2**attempt) + self._jitter() * FIRST_PAUSE_S) * self._pace
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS and thread:
            self._pacer.hold_back(tenant, thread, pause)
        else:
            await asyncio.sleep(pause)


def _of_microsoft(url: str) -> None:
    """Let nobody have us fetch from, or put a file at, an address that is not where Teams keeps files."""
    host = urlsplit(url).hostname or ""
    if not secure(url) or not (host.endswith(FILE_HOSTS) or url.startswith("http:")):
        raise TeamsRejected("expected a file where Teams keeps files, found another address")


def _read(answer: httpx.Response) -> dict[str, Any]:
    if len(answer.content) > MOST_BYTES:
        raise TeamsRejected("expected a short answer of Teams, found a long one")
    try:
        found = answer.json() if answer.content else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _refusal(method: str, status: int) -> TeamsError:
    said = f"expected Teams to take {method}, found the status {status}"
    match status:
        case httpx.codes.FORBIDDEN | httpx.codes.NOT_FOUND | httpx.codes.GONE:
            return TeamsGone(said, hint="The app was removed there, or the message deleted.")
        case httpx.codes.TOO_MANY_REQUESTS | httpx.codes.PRECONDITION_FAILED:
            return TeamsBusy(said, hint="Wait, and ask again.")
        case _ if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            return TeamsUnreachable(said)
        case _:
            return TeamsRejected(said, hint="quarterdeck teams doctor says what is missing.")
