"""What happens to a request before its body is parsed: who asks, may they, is it readable, was it asked before."""

import hashlib
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Annotated, Any, Protocol

from fastapi import Depends, Header, Request, Response, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer, SecurityScopes

from bot.surfaces.desk import Doorkeeper, Scope, allows
from bot.surfaces.inbound import decoded
from memory.errors import AuthenticationFailed, InvalidInput, PolicyDenied
from memory.model.access import StoredResponse
from memory.model.people import Principal
from memory.model.value import Value

LONGEST_KEY = 200  # characters of an idempotency key
REPLAYED = "Idempotent-Replayed"
SOUND = "audio/"  # what a body is that is not text
UNREPEATED = "no-store"  # an answer with a secret in it is kept nowhere, here neither
KEPT_HEADERS = ("Content-Type", "X-Correlation-Id")

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Replays(Protocol):
    """Remembers what was answered under an idempotency key."""

    async def begin(self, tenant: str, principal: str, key: str, request_digest: str) -> StoredResponse | None:
        """Claim a key: None means go ahead; raises `IdempotencyMismatch`, or `Conflict` while it is in flight."""

    async def finish(self, tenant: str, principal: str, key: str, response: StoredResponse) -> None:
        """Keep the answer."""

    async def abandon(self, tenant: str, principal: str, key: str) -> None:
        """Give the key up, so that the request can be tried again."""


class Caller(Value):
    """Who asks, and what their key may be used for."""

    principal: Principal
    scopes: frozenset[str]


bearer = HTTPBearer(
    scheme_name="api_key",
    bearerFormat="qd_…",
    description="An API key. Its scopes (observe, propose, approve, admin) narrow what its owner may do.",
    auto_error=False,
)


async def caller(request: Request, needed: SecurityScopes, _shown: Annotated[Any, Security(bearer)]) -> Principal:
    """Return who asks; raises `PolicyDenied` when their key lacks a scope this route needs."""
    known: Caller = request.state.caller
    missing = [scope for scope in needed.scopes if not allows(known.scopes, Scope(scope))]
    if missing:
        raise PolicyDenied(
            f"expected a key with the scope {missing[0]}, found {', '.join(sorted(known.scopes)) or 'none'}",
            hint="Ask an administrator for a key with that scope.",
        )
    return known.principal


Observer = Annotated[Principal, Security(caller, scopes=[Scope.OBSERVE])]
Asker = Annotated[Principal, Security(caller, scopes=[Scope.PROPOSE])]
Approver = Annotated[Principal, Security(caller, scopes=[Scope.APPROVE])]
Administrator = Annotated[Principal, Security(caller, scopes=[Scope.ADMIN])]


async def _steerer(request: Request, who: Observer) -> Principal:
    """Return who asks, where their key covers asking for plans or deciding on them."""
    known: Caller = request.state.caller
    if not (allows(known.scopes, Scope.PROPOSE) or allows(known.scopes, Scope.APPROVE)):
        raise PolicyDenied(
            f"expected a key with the scope propose or approve, found {', '.join(sorted(known.scopes)) or 'none'}",
            hint="Ask an administrator for a key with one of them.",
        )
    return who


Steerer = Annotated[Principal, Depends(_steerer)]

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=LONGEST_KEY,
        description="Send the same request again under the same key, and it is answered as before, without effect",
    ),
]


def keyed(doorkeeper: Doorkeeper, replays: Replays) -> type[APIRoute]:
    """Return the class of routes that take a key; each POST is answered once for an idempotency key."""

    class KeyedRoute(APIRoute):
        def get_route_handler(self) -> Handler:
            handler = super().get_route_handler()

            async def answer(request: Request) -> Response:
                known = request.state.caller = await _authenticated(request, doorkeeper)
                if not request.headers.get("Content-Type", "").startswith(SOUND):
                    decoded(await request.body())
                key = request.headers.get("Idempotency-Key")
                try:
                    if key is None or request.method != "POST":
                        return await handler(request)
                    return await _once(request, _checked(key), replays, handler)
                except PolicyDenied as denial:
                    await doorkeeper.refused(denial, known.principal)
                    raise

            return answer

    return KeyedRoute


async def _authenticated(request: Request, doorkeeper: Doorkeeper) -> Caller:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise AuthenticationFailed(
            "expected an API key, found none", hint="Send the header: Authorization: Bearer qd_…"
        )
    principal, scopes = await doorkeeper.by_api_key(secret.strip())
    return Caller(principal=principal, scopes=scopes)


async def _once(
    request: Request, key: str, replays: Replays, handler: Callable[[Request], Awaitable[Response]]
) -> Response:
    known: Caller = request.state.caller
    whose = (known.principal.tenant, known.principal.id, key)
    before = await replays.begin(*whose, await _fingerprint(request))
    if before is not None:
        return Response(before.body, before.status, {**before.headers, REPLAYED: "true"})
    async with AsyncExitStack() as unless_answered:
        unless_answered.push_async_callback(replays.abandon, *whose)
        response = await handler(request)
        if response.headers.get("Cache-Control") == UNREPEATED:
            return response
        unless_answered.pop_all()
    await replays.finish(*whose, _stored(response))
    return response


async def _fingerprint(request: Request) -> str:
    """Return the SHA-256 of what makes two requests the same: method, path and body."""
    line = f"{request.method} {request.url.path}\n".encode()
    return hashlib.sha256(line + await request.body()).hexdigest()


def _stored(response: Response) -> StoredResponse:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return StoredResponse(status=response.status_code, body=bytes(response.body).decode(), headers=headers)


def _checked(key: str) -> str:
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise InvalidInput(
            f"expected an idempotency key of 1 to {LONGEST_KEY} printable characters, found another"
        )
    return key
