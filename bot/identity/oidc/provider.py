"""One OpenID provider over HTTP: its configuration, its keys and its token endpoint.

What it publishes is kept for an hour and used longer while it is away.
"""

import asyncio
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from pydantic import BaseModel, ValidationError

from bot.identity.oidc.client import ClientSettings
from bot.published_keys import KEPT, PublicKey, PublishedKeys
from memory.clock import Clock
from memory.errors import ConnectorError, ConnectorRejected, InvalidSettings, TokenInvalid
from memory.model.value import JsonValue
from tools.http import HttpClient

TIMEOUT_S: Final = 5.0
MOST_BYTES: Final = 500_000
SOURCE: Final = "the sign-in provider"
_HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Configuration(BaseModel):
    """What the provider says of itself (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    end_session_endpoint: str = ""


class Tokens(BaseModel):
    """What comes for a code."""

    id_token: str
    access_token: str = ""


class Provider:
    """Speaks to the provider of an issuer; raises `ConnectorUnreachable` while it is away."""

    def __init__(self, client: ClientSettings, clock: Clock) -> None:
        _secure(client.issuer)
        self.client = client
        self._clock = clock
        self._http: dict[str, HttpClient] = {}
        self._configuration: tuple[datetime, Configuration] | None = None
        self._keys = PublishedKeys(self._key_set, clock)
        self._asking = asyncio.Lock()

    async def configuration(self) -> Configuration:
        """Return what the provider publishes about itself; raises `ConnectorRejected` where it is another's."""
        async with self._asking:
            kept = self._configuration
            if kept is None or self._clock.now() >= kept[0] + KEPT:
                try:
                    kept = (self._clock.now(), await self._discovered())
                except ConnectorError:
                    if kept is None:
                        raise
                self._configuration = kept
        return kept[1]

    async def key(self, kid: str | None) -> PublicKey:
        """Return the provider's key of this id; raises `TokenInvalid` where it has none such, even newly."""
        found = await self._keys.find(kid)
        if found is None:
            raise TokenInvalid(
                f"expected a token signed with a key of the provider, found the key {str(kid)[:80]!r}"
            )
        return found

    async def tokens(self, code: str, verifier: str) -> Tokens:
        """Return what the provider gives for a code, which it gives once; raises `TokenInvalid` for a no."""
        there = await self.configuration()
        body = prepare_token_request(
            "authorization_code",
            redirect_uri=self.client.redirect_uri,
            code=code,
            code_verifier=verifier,
        )
        secret = self.client.secret.get_secret_value()
        auth = ClientAuth(self.client.client_id, secret, _method(there, secret=bool(secret)))
        _, headers, body = auth.prepare("POST", there.token_endpoint, {}, body)  # type: ignore[no-untyped-call]  # untyped there
        sent = {name: value for name, value in headers.items() if name == "Authorization"}
        try:
            said = await self._at(there.token_endpoint).post(
                _path(there.token_endpoint), data=dict(parse_qsl(body)), headers=sent
            )
            return Tokens.model_validate(said)
        except ConnectorRejected as error:
            raise TokenInvalid(
                "expected tokens for the code, found that the provider refuses it", hint="Sign in again."
            ) from error
        except ValidationError:
            raise TokenInvalid("expected an ID token from the provider, found none") from None

    async def close(self) -> None:
        """Close the connections."""
        for each in self._http.values():
            await each.close()

    async def _key_set(self) -> JsonValue:
        where = (await self.configuration()).jwks_uri
        return await self._at(where).get(_path(where))

    async def _discovered(self) -> Configuration:
        said = await self._at(self.client.issuer, whole=True).get("/.well-known/openid-configuration")
        try:
            found = Configuration.model_validate(said)
        except ValidationError:
            raise ConnectorRejected(f"expected {SOURCE} to tell its configuration, found something else") from None
        if found.issuer.rstrip("/") != self.client.issuer.rstrip("/"):
            raise ConnectorRejected(
                f"expected the configuration of {self.client.issuer}, found that of {found.issuer[:200]}",
                hint="Set oidc_issuer to exactly what the provider calls itself.",
            )
        for each in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
            _secure(each)
        return found

    def _at(self, url: str, *, whole: bool = False) -> HttpClient:
        """Return what speaks to where this address is; `whole`: to what lies below it."""
        parts = urlsplit(url)
        place = url.rstrip("/") if whole else f"{parts.scheme}://{parts.netloc}"
        if place not in self._http:
            self._http[place] = HttpClient(
                place, source=SOURCE, timeout_s=TIMEOUT_S, max_bytes=MOST_BYTES, attempts=2
            )
        return self._http[place]


def _secure(url: str) -> None:
    """Raise `InvalidSettings` unless the address is reached over TLS, or is on this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise InvalidSettings(f"expected https for {SOURCE}, found {url[:200]!r}")


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _method(there: Configuration, *, secret: bool) -> str:
    if not secret:
        return "none"
    basic = "client_secret_basic" in there.token_endpoint_auth_methods_supported
    return "client_secret_basic" if basic else "client_secret_post"
