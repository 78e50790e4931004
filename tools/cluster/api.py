"""Asking an API server and telling it what to do, bounded in time and size.

Reads are repeated when the connection fails, writes never: whoever wrote looks whether it took effect. Raises
`ConnectorUnreachable`, `PermissionMissing`, `ConnectorRejected` (with `status`), `ResponseTooLarge`, and
`ConnectorError` for an answer that is no JSON.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Iterable
from typing import Any, cast

import aiohttp
import stamina

from memory.errors import ConnectorError, ConnectorRejected, ConnectorUnreachable, ResponseTooLarge
from memory.model.value import JsonValue
from tools.cluster.access import Access, connect
from tools.cluster.refusals import BAD_REQUEST, GONE, NOT_FOUND, UNAUTHORIZED, refusal
from tools.http import Breaker, Circuit, Deadline

Json = dict[str, JsonValue]
Params = Iterable[tuple[str, str]]

PAGE = 250
MOST_PAGES = 40
MOST_BYTES = 8_000_000
_ERROR_BYTES = 16_384
_LOST = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, ConnectionError, TimeoutError)


class Api:
    """One API server, asked with one set of credentials. `timeout_s` bounds each request."""

    def __init__(
        self, access: Access, *, source: str = "kubernetes", timeout_s: float = 5.0, breaker: Breaker | None = None
    ) -> None:
        self._access = access
        self.source = source
        self._timeout_s = timeout_s
        self._breaker = breaker or Circuit(source)
        self._connected: Any = None
        self._connecting = asyncio.Lock()
        self._closed = False

    def __repr__(self) -> str:
        return f"Api({self.source!r})"

    async def get(self, path: str, deadline: Deadline, params: Params = ()) -> Json:
        """Return the object at `path`."""
        return _object(await self._read(path, params, deadline), path, self.source)

    async def find(self, path: str, deadline: Deadline) -> Json | None:
        """Return the object at `path`, None where there is none."""
        try:
            return await self.get(path, deadline)
        except ConnectorRejected as error:
            if error.status == NOT_FOUND:
                return None
            raise

    async def text(self, path: str, deadline: Deadline, params: Params = ()) -> str:
        """Return what stands at `path` as text, which is untrusted."""
        return (await self._read(path, params, deadline)).decode(errors="replace")

    async def every(
        self, path: str, deadline: Deadline, params: Params = (), *, page: int = 0
    ) -> tuple[tuple[Json, ...], str]:
        """Return all objects of a list, read page by page, and the version they stand at.

        A list whose pages went stale half-way is begun anew, once. `page` is how many are asked for
        at a time. Raises `ResponseTooLarge` for endless ones.
        """
        try:
            return await self._pages(path, deadline, params, page or PAGE)
        except ConnectorRejected as error:
            if error.status != GONE:
                raise
            return await self._pages(path, deadline, params, page or PAGE)

    async def replace(self, path: str, body: Json, deadline: Deadline, *, dry: bool = False) -> Json:
        """Put `body` in place of the object at `path`; with `dry`, return what would stand there instead."""
        return await self._write("PUT", path, body, deadline, dry)

    async def create(self, path: str, body: Json, deadline: Deadline, *, dry: bool = False) -> Json:
        """Create an object, or a request that is answered at once such as an access review."""
        return await self._write("POST", path, body, deadline, dry)

    async def events(self, path: str, params: Params, deadline: Deadline) -> AsyncIterator[Json]:
        """Yield the watch events of a list until the server ends them or the deadline does."""
        asked = [*params, ("watch", "true"), ("allowWatchBookmarks", "true")]
        try:
            async with asyncio.timeout(deadline.remaining()):
                response = await self._send("GET", path, asked, None, deadline.remaining())
                async with response:
                    if response.status >= BAD_REQUEST:
                        raise refusal(response.status, await _cut(response), f"GET {path}", self.source)
                    async for line in response.content:
                        if line.strip():
                            yield _object(line, path, self.source)
        except (TimeoutError, aiohttp.ClientPayloadError, aiohttp.ClientConnectionError):
            return
        except ValueError:
            raise ResponseTooLarge(
                f"expected watch events of at most 2 MiB from {self.source}, found more"
            ) from None

    async def close(self) -> None:
        """Close the connections; nothing is asked afterwards."""
        self._closed = True
        await self._disconnected()

    async def _disconnected(self) -> None:
        connected, self._connected = self._connected, None
        if connected is not None:
            await connected.close()

    async def _pages(
        self, path: str, deadline: Deadline, params: Params, size: int
    ) -> tuple[tuple[Json, ...], str]:
        found: list[Json] = []
        further = ""
        for _ in range(MOST_PAGES):
            asked = [*params, ("limit", str(size)), *([("continue", further)] if further else [])]
            page = await self.get(path, deadline, asked)
            found += cast("list[Json]", page.get("items") or [])
            meta = cast("Json", page.get("metadata") or {})
            further = str(meta.get("continue") or "")
            if not further:
                return tuple(found), str(meta.get("resourceVersion") or "")
        raise ResponseTooLarge(f"expected at most {size * MOST_PAGES:,} objects at {path}, found more")

    async def _write(self, method: str, path: str, body: Json, deadline: Deadline, dry: bool) -> Json:
        params = [("dryRun", "All")] if dry else []
        return _object(await self._answered(method, path, params, body, deadline), path, self.source)

    async def _read(self, path: str, params: Params, deadline: Deadline) -> bytes:
        retries = stamina.retry_context(
            on=lambda error: isinstance(error, ConnectorUnreachable) and deadline.remaining() > 1.0,
            attempts=3,
            timeout=None,
            wait_initial=0.05,
            wait_max=0.5,
            wait_jitter=0.1,
        )
        async for attempt in retries:
            with attempt:
                return await self._answered("GET", path, params, None, deadline)
        raise AssertionError  # pragma: no cover - the loop returns or raises

    async def _answered(
        self, method: str, path: str, params: Params, body: Json | None, deadline: Deadline
    ) -> bytes:
        seconds = min(self._timeout_s, deadline.remaining())
        if seconds <= 0:
            raise ConnectorUnreachable(f"{self.source} was not asked: no time was left")
        until = self._breaker.open_until()
        if until is not None:
            raise ConnectorUnreachable(
                f"{self.source} was not asked: its last requests failed, and it is left alone "
                f"until {until:%H:%M:%S} UTC"
            )
        try:
            status, said = await self._exchanged(method, path, params, body, seconds)
            if status == UNAUTHORIZED:  # a bound token is renewed in its file every hour
                await self._disconnected()
                status, said = await self._exchanged(method, path, params, body, seconds)
        except _LOST as error:
            lost = self._unreachable(error, seconds)
            self._breaker.failed(lost)
            raise lost from None
        self._breaker.succeeded()
        if status >= BAD_REQUEST:
            raise refusal(status, said[:_ERROR_BYTES], f"{method} {path}", self.source)
        return said

    async def _exchanged(
        self, method: str, path: str, params: Params, body: Json | None, seconds: float
    ) -> tuple[int, bytes]:
        async with asyncio.timeout(seconds):
            response = await self._send(method, path, params, body, seconds)
            async with response:
                return response.status, await _whole(response, self.source)

    async def _send(
        self, method: str, path: str, params: Params, body: Json | None, seconds: float
    ) -> aiohttp.ClientResponse:
        client = await self._client()
        request = await client.param_serialize(
            method,
            path,
            query_params=list(params),
            header_params={"Accept": "application/json", "Content-Type": "application/json"},
            body=body,
            auth_settings=["BearerToken"],
        )
        answered = await client.call_api(*request, _request_timeout=aiohttp.ClientTimeout(total=seconds))
        return cast("aiohttp.ClientResponse", answered.response)

    async def _client(self) -> Any:
        async with self._connecting:
            if self._closed:
                raise ConnectorUnreachable(f"{self.source} was not asked: its connections are closed")
            if self._connected is None:
                self._connected = await connect(self._access)
                self._connected.user_agent = "quarterdeck"
            return self._connected

    def _unreachable(self, error: Exception, seconds: float) -> ConnectorUnreachable:
        if isinstance(error, TimeoutError):
            because = f"it did not answer within {seconds:.3g} s"
        elif isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLError):
            because = "no secure connection could be made: its certificate is not trusted"
        elif isinstance(error, aiohttp.ClientConnectorError):
            because = "it does not accept connections"
        else:
            because = "the connection was lost"
        return ConnectorUnreachable(
            f"{self.source} could not be reached: {because}", hint="Check the server of its kubeconfig's context."
        )


async def _whole(response: aiohttp.ClientResponse, source: str) -> bytes:
    said = bytearray()
    async for chunk in response.content.iter_any():
        said += chunk
        if len(said) > MOST_BYTES:
            raise ResponseTooLarge(f"expected at most {MOST_BYTES:,} bytes from {source}, found more")
    return bytes(said)


async def _cut(response: aiohttp.ClientResponse) -> bytes:
    return await response.content.read(_ERROR_BYTES)


def _object(said: bytes, path: str, source: str) -> Json:
    try:
        found = json.loads(said)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ConnectorError(
            f"expected a JSON object from {source} at {path}, found something else",
            hint="Check that the kubeconfig's server is a Kubernetes API server.",
            body=said[:400].decode(errors="replace"),
        )
    return found
