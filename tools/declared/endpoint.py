"""An HTTP request that the settings allow, with all that may vary in it named. Pure."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from memory.model.plan import Effect
from memory.model.value import JsonValue, Value
from tools.declared.hand import Declared
from tools.declared.templates import gaps

_URL = re.compile(r"(?P<origin>https?://[^/?#\s@{}]+)(?P<rest>/[^#\s]*)?")
_PATH = r"^([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)?$"

Url = Annotated[str, Field(max_length=2000)]
JsonPath = Annotated[str, Field(pattern=_PATH)]
"""Where a value stands in a JSON answer: names and positions with dots between them; empty: nowhere."""


def origin_and_rest(url: str) -> tuple[str, str]:
    """Return the part of a URL that names the server, and the path and query.

    Raises `ValueError` for what is no URL, or has a gap where the server is named: nobody fills that in.
    """
    found = _URL.fullmatch(url)
    if found is None:
        raise ValueError("expected an http or https URL with a fixed host, without user, fragment or spaces")
    return found["origin"], found["rest"] or "/"


class Look(Value):
    """How to find out whether a request took effect: a GET that is answered with one status or another."""

    url: Url
    found: tuple[int, ...] = (200,)
    absent: tuple[int, ...] = (404,)

    @field_validator("url")
    @classmethod
    def _a_url(cls, url: str) -> str:
        origin_and_rest(url)
        return url


class State(Value):
    """What stands there before and after: a GET that tells it, where in the answer, and what it will be."""

    url: Url
    value: JsonPath
    after: JsonValue

    @field_validator("url")
    @classmethod
    def _a_url(cls, url: str) -> str:
        origin_and_rest(url)
        return url


class Endpoint(Declared):
    """One request to one server.

    `headers` are secrets; `body` is a JSON template; `value` is where the number stands that checks measure;
    `networks` are those, private ones included, that the host may resolve to, unset: any public address.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    url: Url
    headers: dict[str, SecretStr] = Field(default_factory=dict)
    body: JsonValue = None
    key_header: str = Field(default="Idempotency-Key", pattern=r"^[A-Za-z][A-Za-z0-9-]*$")
    expected: tuple[int, ...] = (200, 201, 202, 204)
    value: JsonPath = ""
    look: Look | None = None
    state: State | None = None
    networks: tuple[str, ...] = ()
    timeout_s: float = Field(default=10.0, gt=0, le=300)
    max_bytes: int = Field(default=1_000_000, ge=1, le=50_000_000)

    @model_validator(mode="after")
    def _safe(self) -> Self:
        origin = origin_and_rest(self.url)[0]
        beside = [each.url for each in (self.look, self.state) if each]
        if any(origin_and_rest(url)[0] != origin for url in beside):
            raise ValueError(f"{self.name} looks at the server it speaks to, and at no other")
        for network in self.networks:
            ipaddress.ip_network(network)
        if self.effect is Effect.READ and self.free():
            raise ValueError(
                f"{self.name} sends {', '.join(self.free())} as somebody fills it in: that is egress, not a read"
            )
        if self.changes() and self.look is None:
            raise ValueError(
                f"{self.name} changes something and has no look: after a crash nobody could say whether it did"
            )
        if self.state is not None and not self.state.value:
            raise ValueError(f"{self.name} needs to be told where in the answer the state stands")
        return self

    def _templates(self) -> Iterator[JsonValue]:
        yield from super()._templates()
        yield from (self.url, self.body, *(each.url for each in (self.look, self.state) if each))
        if self.state is not None:
            yield self.state.after

    def sent(self) -> frozenset[str]:
        """Return the names of the parameters that the request carries."""
        return gaps(self.url) | gaps(self.body)
