"""A Bot Framework on loopback: OpenID metadata, tokens for the bot, and a connector service that throttles.

It behaves as the REST reference says, and misbehaves as a test tells it: `answers` are statuses it gives before it
works again, `away` has it answer 503. It takes nothing without the token that it gave to the app.
"""

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from bot.serving import listener, serving
from bot.surfaces.teams.cloud import App, Cloud
from memory.clock import Clock

APP, SECRET, TENANT = "11111111-app", "a-secret-of-the-test", "72f988bf-86f1-41af-91ab-2d7cd011db47"
BOT = f"28:{APP}"
Claims = dict[str, Any]
WINDOWS = ((7, 1.0), (8, 2.0), (60, 30.0))  # of one conversation


def _key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"}, private=True)


KEYS = (_key("first"), _key("second"), _key("never published"))


@dataclass
class FakeTeams:
    """The service. `sent` are the activities that arrived, with where; `asked` counts requests by path."""

    clock: Clock
    url: str = ""
    app: FastAPI = field(default_factory=lambda: FastAPI(openapi_url=None))
    published: list[RSAKey] = field(default_factory=lambda: [KEYS[0]])
    endorsed: tuple[str, ...] = ("msteams",)
    signing: RSAKey = field(default_factory=lambda: KEYS[0])
    asked: Counter[str] = field(default_factory=Counter)
    answers: list[int] = field(default_factory=list)
    throttled: int = 0
    throttling: bool = False
    away: bool = False
    open: bool = False  # as the playground: anybody is served
    hangs_s: float = 0.0
    failing: dict[str, int] = field(default_factory=dict)  # words, and how often writing them ends in a 500
    shown: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    typing: list[str] = field(default_factory=list)
    streams: dict[str, list[str]] = field(default_factory=dict)  # that go on, by conversation
    streamed: list[str] = field(default_factory=list)
    stopped: bool = False  # as by the button with which people stop a stream
    updates: list[tuple[str, str]] = field(default_factory=list)
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    invited: list[dict[str, Any]] = field(default_factory=list)
    _went: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.app.get("/metadata")(self.metadata)
        self.app.get("/keys")(self.keys)
        self.app.post("/{tenant}/oauth2/v2.0/token")(self.token_for_the_bot)
        self.app.post("/v3/conversations")(self.begun)
        self.app.post("/v3/conversations/{conversation}/activities")(self.posted)
        self.app.post("/v3/conversations/{conversation}/activities/{activity}")(self.posted)
        self.app.put("/v3/conversations/{conversation}/activities/{activity}")(self.updated)
        self.app.get("/v3/conversations/{conversation}/members/{member}")(self.member)
        self.app.get("/files/{name}")(self.file)
        self.app.put("/files/{name}")(self.filled)
        self.app.post("/v1.0/users/{person}/getMemberGroups")(self.groups_of)
        self.app.middleware("http")(self._counted)

    def cloud(self) -> Cloud:
        return Cloud(metadata=f"{self.url}/metadata", login=self.url, graph=self.url)

    def registration(self, **changed: Any) -> App:
        told: dict[str, Any] = {
            "id": APP,
            "home": TENANT,
            "secret": SecretStr(SECRET),
            "tenants": frozenset({TENANT}),
            "cloud": self.cloud(),
        }
        return App(**(told | changed))

    def rotate(self) -> None:
        """Sign with another key from now on, and publish it beside the first."""
        self.published, self.signing = [KEYS[0], KEYS[1]], KEYS[1]

    def token(self, **changed: Any) -> str:
        """Return what comes with an activity; a claim that is None is left out."""
        now = int(self.clock.now().timestamp())
        told = {
            "iss": "https://api.botframework.com",
            "aud": APP,
            "nbf": now - 300,
            "exp": now + 3600,
            "serviceurl": f"{self.url}/",
        }
        claims = {name: value for name, value in (told | changed).items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": self.signing.kid, "typ": "JWT"}, claims, self.signing)

    def said(self, conversation: str) -> list[dict[str, Any]]:
        """Return what stands in a conversation, in order."""
        return list(self.shown[conversation].values())

    async def metadata(self) -> dict[str, Any]:
        await asyncio.sleep(self.hangs_s)
        return {"issuer": "https://api.botframework.com", "jwks_uri": f"{self.url}/keys"}

    async def keys(self) -> dict[str, Any]:
        more = {"endorsements": [*self.endorsed]}
        return {"keys": [dict(key.as_dict(private=False)) | more for key in self.published]}

    async def token_for_the_bot(self, tenant: str, request: Request) -> Response:
        sent = dict(parse_qsl((await request.body()).decode()))
        good = {
            "grant_type": "client_credentials",
            "client_id": APP,
            "client_secret": SECRET,
        }
        scopes = {"https://api.botframework.com/.default", f"{self.url}/.default"}
        if sent.pop("scope", "") not in scopes or sent != good or tenant != TENANT:
            return JSONResponse({"error": "invalid_client"}, 401)
        return JSONResponse({"access_token": "for-the-bot", "expires_in": 3600, "token_type": "Bearer"})

    async def begun(self, request: Request) -> dict[str, Any]:
        told = await request.json()
        self.invited.append(told)
        return {"id": f"a:{told['members'][0]['id']}"}

    async def posted(self, conversation: str, request: Request) -> Response:
        told = await request.json()
        if self._fails(json.dumps(told)):
            return JSONResponse({"error": {}}, 500)
        if "streaminfo" in {each.get("type") for each in told.get("entities", ())}:
            return self._streamed(conversation, told)
        if told["type"] == "typing":
            self.typing.append(conversation)
            return JSONResponse({}, 202)
        name = str(1_000 + sum(map(len, self.shown.values())))
        self.shown[conversation][name] = told
        return JSONResponse({"id": name}, 201)

    def _fails(self, told: str) -> bool:
        words = next((each for each, times in self.failing.items() if times and each in told), None)
        if words is not None:
            self.failing[words] -= 1
        return words is not None

    def _streamed(self, conversation: str, told: dict[str, Any]) -> Response:
        """Take a word of a stream, as Teams does: one to one alone, one at a time, in order, and until its end."""
        (info,) = told["entities"]
        assert told["channelData"] == {name: each for name, each in info.items() if name != "type"}
        going = self.streams.get(conversation)
        begins = "streamId" not in info
        if self.stopped or conversation.startswith("19:") or (going is None) != begins:
            return _refused("ContentStreamNotAllowed")
        if info["streamType"] == "final":
            assert "streamSequence" not in info
            del self.streams[conversation]
            name = str(info["streamId"])
            self.shown[conversation][name] = told
            return JSONResponse({"id": name}, 201)
        said = [] if going is None else going
        if told["type"] != "typing" or info["streamSequence"] != len(said) + 1 or len(told["text"]) > 1_000:
            return _refused("ContentStreamSequenceOrderPreConditionFailed")
        self.streams[conversation] = [*said, told["text"]]
        self.streamed.append(told["text"])
        return JSONResponse({"id": f"a-{conversation}"} if begins else {}, 201 if begins else 202)

    async def updated(self, conversation: str, activity: str, request: Request) -> Response:
        if activity not in self.shown[conversation]:
            return JSONResponse({"error": {"code": "BadArgument", "message": "unknown"}}, 404)
        self.shown[conversation][activity] = await request.json()
        self.updates.append((conversation, activity))
        return JSONResponse({"id": activity})

    async def member(self, conversation: str, member: str) -> Response:
        del conversation
        known = self.members.get(member)
        return JSONResponse({"error": {}}, 404) if known is None else JSONResponse(known)

    async def file(self, name: str) -> Response:
        return Response(self.files[name]) if name in self.files else Response(status_code=404)

    async def filled(self, name: str, request: Request) -> Response:
        content = await request.body()
        assert request.headers["Content-Range"] == f"bytes 0-{len(content) - 1}/{len(content)}"
        self.files[name] = content
        return JSONResponse({}, 201)

    async def groups_of(self, person: str, request: Request) -> Response:
        if request.headers.get("Authorization") != "Bearer for-the-bot" or person not in self.groups:
            return JSONResponse({"error": {"code": "Authorization_RequestDenied"}}, 403)
        return JSONResponse({"value": self.groups[person]})

    async def _counted(self, request: Request, call: Callable[[Request], Any]) -> Any:
        path = request.url.path
        self.asked[path] += 1
        if self.away:
            return JSONResponse({}, 503)
        if not path.startswith("/v3/"):
            return await call(request)
        if not self.open and request.headers.get("Authorization") != "Bearer for-the-bot":
            return JSONResponse({"error": {"code": "Unauthorized"}}, 401)
        if self.answers:
            return JSONResponse({"error": {}}, self.answers.pop(0), {"Retry-After": "0"})
        if self.throttling and request.method == "POST" and self._too_fast(path.split("/")[3]):
            self.throttled += 1
            return JSONResponse({"error": {}}, 429, {"Retry-After": "1"})
        return await call(request)

    def _too_fast(self, conversation: str) -> bool:
        now, went = time.monotonic(), self._went[conversation]
        went.append(now)
        return any(sum(at > now - window for at in went) > most for most, window in WINDOWS)


def _refused(code: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": "refused"}}, 403)


@asynccontextmanager
async def teams(clock: Clock) -> AsyncIterator[FakeTeams]:
    """Serve one for as long as the block lasts."""
    with listener("127.0.0.1", 0) as bound:
        made = FakeTeams(clock, url=f"http://127.0.0.1:{bound.getsockname()[1]}")
        async with serving(made.app, bound, asyncio.Event()):
            yield made


async def deliver(to: str, token: str | None, activity: dict[str, Any]) -> httpx.Response:
    """Send an activity as Teams does."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient() as client:
        return await client.post(to, json=activity, headers=headers)
