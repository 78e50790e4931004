"""An OpenID provider on loopback, over real HTTP: discovery, a page to sign in at, PKCE, tokens, keys that rotate.

It behaves as OpenID Connect Core 1.0 says, and misbehaves as a test tells it: `twist` changes what is signed,
`forge` signs it in another way. It keeps no secret of its users: whoever picks a name is that person.
"""

import asyncio
import hashlib
import secrets
from base64 import b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import RSAKey

from bot.serving import listener, serving
from memory.clock import Clock

Claims = dict[str, Any]
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
CLIENT, SECRET = "quarterdeck", "a-secret-of-the-test"


def _key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"}, private=True)


KEYS = (_key("first"), _key("second"), _key("never published"))


@dataclass
class FakeProvider:
    """The provider. `users` are the claims of each by `sub`; `asked` counts requests by path."""

    clock: Clock
    users: dict[str, Claims]
    issuer: str = ""
    app: FastAPI = field(default_factory=FastAPI)
    published: list[RSAKey] = field(default_factory=lambda: [KEYS[0]])
    signing: RSAKey = field(default_factory=lambda: KEYS[0])
    twist: Callable[[Claims], Claims] = lambda claims: claims
    forge: Callable[[Claims], str] | None = None
    asked: Counter[str] = field(default_factory=Counter)
    away: bool = False
    confused: str = ""  # what it says its issuer is, if another
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app.get("/.well-known/openid-configuration")(self.configuration)
        self.app.get("/authorize")(self.page)
        self.app.post("/authorize")(self.chosen)
        self.app.post("/token")(self.token)
        self.app.get("/jwks")(self.jwks)
        self.app.get("/favicon.ico")(self.icon)  # browsers ask, and complain
        self.app.middleware("http")(self._counted)

    def rotate(self) -> None:
        """Sign with another key from now on, and publish it beside the first."""
        self.published, self.signing = [KEYS[0], KEYS[1]], KEYS[1]

    def claims(self, sub: str, nonce: str) -> Claims:
        """Return what an ID token of this user says now."""
        now = int(self.clock.now().timestamp())
        told = {"iss": self.issuer, "sub": sub, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        return self.twist(told | self.users[sub])

    def signed(self, claims: Claims, kind: str = "JWT") -> str:
        """Return claims as a token."""
        return jwt.encode({"alg": "RS256", "kid": self.signing.kid, "typ": kind}, claims, self.signing)

    def logout_token(self, user: str, **changed: Any) -> str:
        """Return what the provider sends when a user signs out there."""
        now = int(self.clock.now().timestamp())
        told = {"iss": self.issuer, "sub": user, "aud": CLIENT, "iat": now, "jti": "1", "events": {LOGOUT: {}}}
        return self.signed({name: value for name, value in (told | changed).items() if value is not None})

    async def answer(self, url: str, sub: str) -> str:
        """Sign in at the page this address leads to, and return where the browser is sent then."""
        async with httpx.AsyncClient() as browser:
            form = dict(parse_qsl(urlsplit(url).query)) | {"user": sub}
            sent = await browser.post(f"{self.issuer}/authorize", data=form)
            return sent.headers["Location"]

    async def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.confused or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    async def page(self, request: Request) -> HTMLResponse:
        kept = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in request.query_params.items()
        )
        names = "".join(f'<button name="user" value="{escape(sub)}">{escape(sub)}</button>' for sub in self.users)
        return HTMLResponse(f'<h1>Provider</h1><form method="post" action="/authorize">{kept}{names}</form>')

    async def chosen(self, request: Request) -> Response:
        asked = dict(parse_qsl((await request.body()).decode()))
        if asked.get("response_type") != "code" or asked.get("client_id") != CLIENT or not asked.get("nonce"):
            return JSONResponse({"error": "invalid_request"}, 400)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", 303)

    async def token(self, request: Request) -> Response:
        sent = dict(parse_qsl((await request.body()).decode()))
        basic = request.headers.get("Authorization", "").removeprefix("Basic ")
        asked = self.codes.pop(sent.get("code", ""), None)
        challenge = urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        refused = (
            asked is None
            or b64decode(basic) != f"{CLIENT}:{SECRET}".encode()
            or asked.get("code_challenge_method") != "S256"
            or asked.get("code_challenge") != challenge.decode().rstrip("=")
            or asked.get("redirect_uri") != sent.get("redirect_uri")
        )
        if refused or asked is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        claims = self.claims(asked["user"], asked["nonce"])
        token = self.forge(claims) if self.forge else self.signed(claims)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    async def icon(self) -> Response:
        return Response(status_code=204)

    async def jwks(self) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in self.published]}

    async def _counted(self, request: Request, call: Callable[[Request], Any]) -> Any:
        self.asked[request.url.path] += 1
        return JSONResponse({}, 503) if self.away else await call(request)


@asynccontextmanager
async def provider(clock: Clock, users: dict[str, Claims]) -> AsyncIterator[FakeProvider]:
    """Serve a provider for as long as the block lasts."""
    with listener("127.0.0.1", 0) as bound:
        made = FakeProvider(clock, users, issuer=f"http://127.0.0.1:{bound.getsockname()[1]}")
        async with serving(made.app, bound, asyncio.Event()):
            yield made
