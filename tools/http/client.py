"""The client every connector speaks through.

A request ends within its deadline, whatever the other side does, and is repeated only where that is harmless. It
raises `ConnectorUnreachable` when it was not answered in time, answered by a gateway only, or not sent because the
circuit is open; `ConnectorRejected` for any other refusal; `ResponseTooLarge`; and `ConnectorError` for an answer
that cannot be read.
"""

import asyncio
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import httpx
import stamina

from memory.errors import ConnectorError, ConnectorUnreachable
from memory.model.value import JsonValue
from tools.http import body
from tools.http.answer import Answer, cause, refusal
from tools.http.breaker import Breaker, Circuit
from tools.http.deadline import Deadline
from tools.http.outgoing import Headers, address, path_below, plain, transport_to
from tools.http.retrying import LONGEST_BACKOFF_S, TRANSIENT, NotNow, pause, retry_after

Params = Iterable[tuple[str, str]]

ERROR_BODY_BYTES = 16_384
_NONE: Headers = MappingProxyType({})
_OWN = {"accept": "application/json", "accept-encoding": "gzip", "user-agent": "quarterdeck"}


class HttpClient:
    """Speaks JSON to one system.

    `base_url` is where its API begins; `source` is its name in messages and evidence; `headers` go with every
    request; `timeout_s` bounds each call, its repetitions included; `max_bytes` bounds an answer, unpacked;
    `attempts` is how often a harmless request is sent at most. Raises `InvalidSettings`.
    """

    def __init__(
        self,
        base_url: str,
        *,
        source: str,
        headers: Headers = _NONE,
        timeout_s: float = 5.0,
        max_bytes: int = 4_000_000,
        attempts: int = 3,
        breaker: Breaker | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        url = address(base_url, source)
        self._source = source
        self._url = str(url)
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes
        self._attempts = attempts
        self._breaker = breaker or Circuit(source)
        self._http = httpx.AsyncClient(
            base_url=url,
            headers=_OWN | plain(headers, source),
            timeout=httpx.Timeout(timeout_s, connect=timeout_s / attempts),
            transport=transport or transport_to(url),
            follow_redirects=False,
            trust_env=False,
        )

    def __repr__(self) -> str:
        return f"HttpClient({self._source!r} at {self._url!r})"

    async def get(self, path: str, params: Params = (), *, deadline: Deadline | None = None) -> JsonValue:
        """Return what stands at `path`, which begins with a slash and is taken relative to the base URL."""
        request = self._http.build_request("GET", path_below(path), params=list(params))
        return await self._exchange(request, self._attempts, deadline)

    async def get_bytes(self, path: str, *, deadline: Deadline | None = None) -> bytes:
        """Return what stands at `path` as it is, of what does not speak JSON."""
        request = self._http.build_request("GET", path_below(path), headers={"accept": "*/*"})
        return await self._successful(request, self._attempts, deadline)

    async def post(
        self,
        path: str,
        *,
        json: JsonValue = None,
        data: Mapping[str, str] | None = None,
        headers: Headers = _NONE,
        idempotent: bool = False,
        deadline: Deadline | None = None,
    ) -> JsonValue:
        """Send `json`, or `data` as a form. Repeated only if `idempotent` or under an `Idempotency-Key` header."""
        more = plain(headers, self._source)
        harmless = idempotent or "idempotency-key" in {name.lower() for name in more}
        request = self._http.build_request("POST", path_below(path), json=json, data=data, headers=more)
        return await self._exchange(request, self._attempts if harmless else 1, deadline)

    async def post_bytes(
        self, path: str, content: bytes, *, idempotent: bool = False, deadline: Deadline | None = None
    ) -> bytes:
        """Send bytes to what does not speak JSON and return what it answers. Repeated only if `idempotent`."""
        request = self._http.build_request("POST", path_below(path), content=content, headers={"accept": "*/*"})
        return await self._successful(request, self._attempts if idempotent else 1, deadline)

    async def put(self, path: str, *, json: JsonValue, deadline: Deadline | None = None) -> JsonValue:
        """Put `json` at `path`. Putting it twice is as putting it once (RFC 9110, 9.2.2), so it is repeated."""
        request = self._http.build_request("PUT", path_below(path), json=json)
        return await self._exchange(request, self._attempts, deadline)

    async def patch(
        self, path: str, *, json: JsonValue, idempotent: bool = False, deadline: Deadline | None = None
    ) -> JsonValue:
        """Change what stands at `path`. Repeated only if `idempotent`."""
        request = self._http.build_request("PATCH", path_below(path), json=json)
        return await self._exchange(request, self._attempts if idempotent else 1, deadline)

    async def delete(self, path: str, *, idempotent: bool = False, deadline: Deadline | None = None) -> JsonValue:
        """Delete what stands at `path`. Repeated only if `idempotent`."""
        request = self._http.build_request("DELETE", path_below(path))
        return await self._exchange(request, self._attempts if idempotent else 1, deadline)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _exchange(self, request: httpx.Request, attempts: int, deadline: Deadline | None) -> JsonValue:
        return body.decode(await self._successful(request, attempts, deadline), self._source)

    async def _successful(self, request: httpx.Request, attempts: int, deadline: Deadline | None) -> bytes:
        given_s = self._timeout_s if deadline is None else min(self._timeout_s, deadline.remaining())
        if given_s <= 0:
            raise ConnectorUnreachable(f"{self._source} was not asked: no time was left")
        self._admit()
        try:
            answer = await self._answer(request, attempts, given_s)
            if not answer.success():
                raise self._refused(answer, request)
        except ConnectorUnreachable as error:
            self._breaker.failed(error)
            raise
        except ConnectorError:
            self._breaker.succeeded()  # it is there, it only says no
            raise
        self._breaker.succeeded()
        return answer.body

    def _admit(self) -> None:
        until = self._breaker.open_until()
        if until is not None:
            raise ConnectorUnreachable(
                f"{self._source} was not asked: its last requests failed, and it is left alone "
                f"until {until:%H:%M:%S} UTC",
                hint=f"Check that {self._source} runs at {self._url}; it is tried again by itself.",
            )

    async def _answer(self, request: httpx.Request, attempts: int, given_s: float) -> Answer:
        """Return the last answer of at most `attempts`; raises `ConnectorUnreachable` if there is none in time."""
        try:
            async with asyncio.timeout(given_s):
                return await self._attempt(request, attempts, Deadline(given_s))
        except NotNow as last:
            return last.answer
        except TimeoutError:
            raise self._unreachable(f"it did not answer within {given_s:.3g} s") from None
        except httpx.TransportError as error:
            raise self._unreachable(cause(error)) from error

    async def _attempt(self, request: httpx.Request, attempts: int, deadline: Deadline) -> Answer:
        retries = stamina.retry_context(
            on=lambda error: pause(error, deadline.remaining()),
            attempts=attempts,
            timeout=None,
            wait_initial=0.05,
            wait_max=LONGEST_BACKOFF_S,
            wait_jitter=0.1,
        )
        async for attempt in retries:
            with attempt:
                answer = await self._send(request)
                if answer.status in TRANSIENT:
                    raise NotNow(answer)
        return answer

    async def _send(self, request: httpx.Request) -> Answer:
        response = await self._http.send(request, stream=True)
        try:
            if response.is_success:
                content = await body.read(response, self._max_bytes, self._source)
            else:
                content = await body.read_beginning(response, ERROR_BODY_BYTES, self._source)
        finally:
            await response.aclose()
        return Answer(response.status_code, response.headers, content)

    def _refused(self, answer: Answer, request: httpx.Request) -> ConnectorError:
        error = refusal(answer, request, self._source)
        error.retry_after_s = retry_after(answer.headers)
        return error

    def _unreachable(self, because: str) -> ConnectorUnreachable:
        return ConnectorUnreachable(
            f"{self._source} could not be reached: {because}",
            hint=f"Check that {self._source} runs at {self._url}.",
        )
