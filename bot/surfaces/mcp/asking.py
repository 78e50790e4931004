"""Asking the REST surface in somebody's name: an answer, or the problem in words that a caller can act on."""

from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import quote

import httpx

from memory.model.value import JsonValue, Value

NO_ANSWER = "connector.unreachable"

Query: TypeAlias = Mapping[str, str | int | list[str]]


class Told(Value):
    """What came back: the answer as it is, or the problem where `ok` is false."""

    ok: bool
    answer: dict[str, JsonValue]


class Rest:
    """Speaks to the REST surface with the caller's key, which the client carries."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def get(self, path: str, query: Query | None = None) -> Told:
        """Return what stands at a path."""
        return await self._told("GET", path, params=dict(query or {}))

    async def post(self, path: str, body: Mapping[str, JsonValue]) -> Told:
        """Send a body."""
        return await self._told("POST", path, json=dict(body))

    async def text(self, path: str, name: str) -> Told:
        """Return a file at a path as a text of this name."""
        return await self._told("GET", path, name=name)

    async def _told(self, method: str, path: str, *, name: str = "", **request: object) -> Told:
        try:
            response = await self._http.request(method, path, **request)  # type: ignore[arg-type]  # what the two above give
        except httpx.TransportError as error:
            detail = f"expected Quarterdeck to answer, found {type(error).__name__}"
            return Told(ok=False, answer={"code": NO_ANSWER, "detail": detail})
        if name and response.is_success:
            return Told(ok=True, answer={name: response.text})
        try:
            said = response.json()
        except ValueError:
            said = None
        if not isinstance(said, dict):
            said = {
                "code": NO_ANSWER,
                "detail": f"expected an answer of Quarterdeck, found HTTP {response.status_code}",
            }
        return Told(ok=response.is_success, answer=said)


def segment(name: str) -> str:
    """Return a name as one segment of a path, whatever was given."""
    return quote(name, safe="")
