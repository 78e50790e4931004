"""One declared request, sent once: to the address that was checked, within its time and size, never redirected."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from memory.errors import ConnectorError, ConnectorRejected, ConnectorUnreachable, InvalidInput
from memory.model.value import JsonValue
from tools.connectors.web.addresses import Guard, PinnedTransport
from tools.declared.endpoint import Endpoint, origin_and_rest
from tools.declared.templates import KEY, filled, plain
from tools.http import body
from tools.http.outgoing import plain as plain_headers
from tools.http.outgoing import transport_to
from tools.once import not_begun

_GAP = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_OWN = {"accept": "application/json", "accept-encoding": "gzip", "user-agent": "quarterdeck"}
HIDDEN = "[secret]"

Transport = Callable[[httpx.URL], httpx.AsyncBaseTransport]


@dataclass(frozen=True)
class Answered:
    """What came back: the status, the JSON value if it was one, and the text without our secrets. Untrusted."""

    status: int
    json: JsonValue
    text: str


class Asking:
    """Sends the requests of one endpoint."""

    def __init__(
        self, endpoint: Endpoint, guard: Guard | None = None, transport: Transport = transport_to
    ) -> None:
        self.endpoint = endpoint
        self.source = f"http.{endpoint.name}"
        self._headers = plain_headers(dict(endpoint.headers), self.source)
        inner = transport(httpx.URL(origin_and_rest(endpoint.url)[0]))
        self._http = httpx.AsyncClient(
            headers=_OWN,
            timeout=endpoint.timeout_s,
            transport=PinnedTransport(guard or Guard(endpoint.networks), inner),
            follow_redirects=False,
            trust_env=False,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def url(self, template: str, values: dict[str, JsonValue]) -> str:
        """Return the URL with every value encoded; raises `InvalidInput` for one that would lead elsewhere."""
        origin, rest = origin_and_rest(template)
        path, mark, query = rest.partition("?")
        filled_path = _GAP.sub(lambda gap: _segment(gap[1], plain(values.get(gap[1]))), path)
        filled_query = _GAP.sub(lambda gap: quote(plain(values.get(gap[1])), safe=""), query)
        return f"{origin}{filled_path}{mark}{filled_query}"

    async def send(self, values: dict[str, JsonValue], key: str, deadline_s: float) -> Answered:
        """Send the request itself, under an idempotency key."""
        content = filled(self.endpoint.body, {**values, KEY: key})
        url = self.url(self.endpoint.url, {**values, KEY: key})
        headers = {self.endpoint.key_header: key} if self.endpoint.method != "GET" else {}
        return await self._exchange(self.endpoint.method, url, content, headers, deadline_s)

    async def get(self, template: str, values: dict[str, JsonValue], deadline_s: float) -> Answered:
        """Look at something beside it on the same server."""
        return await self._exchange("GET", self.url(template, values), None, {}, deadline_s)

    async def _exchange(
        self, method: str, url: str, content: JsonValue, headers: dict[str, str], deadline_s: float
    ) -> Answered:
        json = {} if content is None else {"json": content}
        request = self._http.build_request(method, url, headers={**self._headers, **headers}, **json)  # type: ignore[arg-type]  # a JSON body, or none
        try:
            async with asyncio.timeout(min(self.endpoint.timeout_s, deadline_s)):
                return await self._answer(request)
        except TimeoutError:
            raise ConnectorUnreachable(f"{self.source} did not answer in time") from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise not_begun(f"{self.source} could not be connected to: {type(error).__name__}") from error
        except httpx.TransportError as error:
            raise ConnectorUnreachable(f"{self.source} broke off: {type(error).__name__}") from error

    async def _answer(self, request: httpx.Request) -> Answered:
        response = await self._http.send(request, stream=True)
        try:
            content = await body.read(response, self.endpoint.max_bytes, self.source)
        finally:
            await response.aclose()
        if response.is_redirect:
            raise ConnectorRejected(
                f"expected an answer of {self.source}, found a redirect, which is never followed",
                hint="Declare the address that it leads to, if that is where it should go.",
                status=response.status_code,
            )
        return Answered(response.status_code, self._read(content), self._hidden(content.decode(errors="replace")))

    def _read(self, content: bytes) -> JsonValue:
        try:
            return body.decode(content, self.source)
        except ConnectorError:  # an answer need not be JSON: then it is text, and has no values
            return None

    def _hidden(self, text: str) -> str:
        """Return what was said without our own secrets, which a server may echo."""
        for secret in self.endpoint.headers.values():
            text = _without(text, secret)
        return text


def _without(text: str, secret: SecretStr) -> str:
    value = secret.get_secret_value()
    for part in (value, *value.split()[1:]):
        text = text.replace(part, HIDDEN) if part else text
    return text


def _segment(name: str, value: str) -> str:
    """Return a value as it stands in a path; raises `InvalidInput` for one that is a step to elsewhere."""
    if value in {"", ".", ".."}:
        raise InvalidInput(f"expected a name for {name}, found {value!r}, which leads to another place")
    return quote(value, safe="")
