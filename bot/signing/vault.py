"""The log's key out of HashiCorp Vault or OpenBao, from its KV version 2 engine over HTTPS.

https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#read-secret-version
"""

import ipaddress
import re
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpx
from pydantic import SecretStr

from memory.errors import ConnectorError, ConnectorRejected, InvalidSettings, LogKeyWrong
from memory.model.value import JsonValue
from tools.http import HttpClient

WITHIN_S = 10.0

_PLACE = re.compile(r"(?P<path>[A-Za-z0-9_-]+/data/[A-Za-z0-9._/-]+)#(?P<field>[^#\s]+)")
_HINTS = {
    403: "The token has to be in force and allowed to read that path.",
    404: "vault kv put puts a key there; the path has the form MOUNT/data/NAME#FIELD.",
}


@dataclass(frozen=True, slots=True)
class VaultPlace:
    """A field of a secret in a KV version 2 engine, written `MOUNT/data/PATH#FIELD`."""

    path: str
    field: str

    def __str__(self) -> str:
        return f"{self.path}#{self.field}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the place that `text` writes; raises `InvalidSettings`."""
        match = _PLACE.fullmatch(text)
        if match is None or {"", ".", ".."} & set(match["path"].split("/")):
            raise InvalidSettings(
                f"expected a place in Vault as secret/data/quarterdeck#log_key, found {text[:100]!r}"
            )
        return cls(match["path"], match["field"])


class Vault:
    """One Vault, spoken to with one token. Its certificate is verified, against `ca_file` where one is given.

    Raises `InvalidSettings` for an address that would show the token to others on the way.
    """

    def __init__(self, url: str, token: SecretStr, ca_file: Path | None = None) -> None:
        _check_private(url)
        headers: dict[str, str | SecretStr] = {"X-Vault-Token": token, "X-Vault-Request": "true"}
        self._url = url
        self._http = HttpClient(
            url, source="Vault", headers=headers, timeout_s=WITHIN_S, transport=_transport(ca_file)
        )

    async def read(self, place: VaultPlace) -> bytes:
        """Return the text in that field; raises `LogKeyWrong`, which shows nothing of what is there."""
        try:
            answer = await self._http.get(f"/v1/{place.path}")
        except ConnectorRejected as error:
            hint = _HINTS.get(error.status or 0, error.hint)
            raise LogKeyWrong(
                f"expected the log's key in Vault at {place}, found: {error.message}", hint=hint
            ) from error
        except ConnectorError as error:
            raise LogKeyWrong(
                f"expected Vault at {self._url} to give the log's key, found: {error.message}", hint=error.hint
            ) from error
        return _field(answer, place).encode()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()


def _field(answer: JsonValue, place: VaultPlace) -> str:
    outer = answer.get("data") if isinstance(answer, dict) else None
    inner = outer.get("data") if isinstance(outer, dict) else None
    if not isinstance(inner, dict):
        raise LogKeyWrong(
            f"expected a secret of a KV version 2 engine at {place.path}, found an answer of another form",
            hint="Is it a version 1 engine, or something else altogether?",
        )
    value = inner.get(place.field)
    if not isinstance(value, str):
        found = "none of that name" if value is None else "one that is no text"
        raise LogKeyWrong(f"expected the field {place.field} in Vault at {place.path}, found {found}")
    return value


def _check_private(url: str) -> None:
    """Plain HTTP would show the token, and the key, to everybody on the way."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL()
    if parsed.scheme == "http" and not _is_here(parsed.host):
        raise InvalidSettings("expected https for Vault, found http to another machine", hint="Set vault_addr.")


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _transport(ca_file: Path | None) -> httpx.AsyncHTTPTransport | None:
    if ca_file is None:
        return None
    try:
        return httpx.AsyncHTTPTransport(verify=ssl.create_default_context(cafile=str(ca_file)))
    except (OSError, ssl.SSLError):
        raise InvalidSettings(f"expected certificates as PEM at {ca_file}, found none that can be read") from None
