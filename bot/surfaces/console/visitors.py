"""Who stands at the console: reads the session cookie, and lets a form in only from a page of ours."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.requests import HTTPConnection

from bot.sessions import LONGEST, Session, Sessions
from bot.surfaces.console.settings import ConsoleSettings
from bot.surfaces.desk import Doorkeeper, Scope, allows
from bot.surfaces.inbound import decoded
from bot.surfaces.links import origin
from bot.surfaces.ports import Ports
from memory.errors import AuthenticationFailed, InvalidEncoding, InvalidInput, PolicyDenied
from memory.model.people import Principal
from memory.model.value import Value

CSRF_FIELD: Final = "form_token"
FORM_TYPE: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 20
_HTTP: Final = {"http": "http", "https": "https", "ws": "http", "wss": "https"}  # whence a page came


class Visitor(Value):
    """A person with their session; `form_token` goes into every form they are shown."""

    principal: Principal
    session: Session
    form_token: str

    def may(self, scope: Scope) -> bool:
        """Return whether the session covers this; roles are the desk's matter."""
        return allows(frozenset(self.session.scopes), scope)

    def require(self, scope: Scope) -> Principal:
        """Return the person; raises `PolicyDenied` when their session does not cover this."""
        if not self.may(scope):
            raise PolicyDenied(
                f"expected a sign-in with the scope {scope}, found {', '.join(self.session.scopes) or 'none'}",
                hint="Sign in with a key that has it.",
            )
        return self.principal


class Reception:
    """Turns requests into visitors. Forms are read only after both the visitor and the page are known."""

    def __init__(self, ports: Ports, sessions: Sessions, settings: ConsoleSettings) -> None:
        self._sessions = sessions
        self._doorkeeper: Doorkeeper = ports.doorkeeper
        self._metrics = ports.metrics
        self._settings = settings

    @property
    def cookie_name(self) -> str:
        """Return the cookie's name; over TLS the prefix makes browsers refuse it from anybody but this host."""
        return "__Host-quarterdeck" if self._settings.secure else "quarterdeck"

    async def visitor(self, request: HTTPConnection) -> Visitor:
        """Return who this is; raises `AuthenticationFailed`. A cookie that has aged is renewed with the answer."""
        cookie = request.cookies.get(self.cookie_name)
        if cookie is None:
            raise AuthenticationFailed("expected a session, found none", hint="Sign in.")
        session = await self._sessions.read(cookie)
        principal = await self._doorkeeper.person(session.tenant, session.person)
        request.state.principal = principal
        renewed = self._sessions.renewed(session, principal)
        if renewed is not None:
            request.state.set_cookie = self.set_cookie(self._sessions.cookie(renewed))
        return Visitor(principal=principal, session=session, form_token=self._sessions.form_token(session))

    async def welcome(self, request: Request, principal: Principal, scopes: Collection[str], how: str) -> str:
        """Open a session for somebody who proved who they are, and return the cookie to set.

        A session that the browser had is over then: what it knew of it before is worth nothing after.
        """
        before = request.cookies.get(self.cookie_name)
        if before is not None:
            with suppress(AuthenticationFailed):
                await self._sessions.end(await self._sessions.read(before))
        self._metrics.sign_in(how, "accepted")
        await self._doorkeeper.signed_in(principal, how)
        session = await self._sessions.begin(principal, scopes, how, _device(request))
        return self.set_cookie(self._sessions.cookie(session), int(LONGEST.total_seconds()))

    async def form(self, request: Request) -> tuple[Visitor, Mapping[str, str]]:
        """Return who sends a form, and its fields; raises `AuthenticationFailed` or `PolicyDenied`."""
        visitor = await self.visitor(request)
        self.check_origin(request)
        fields = await read_form(request)
        self._sessions.check_form(visitor.session, fields.get(CSRF_FIELD, ""))
        return visitor, fields

    def check_origin(self, request: HTTPConnection) -> None:
        """Raise `PolicyDenied` unless a page of this console sends the request. Browsers always say which does."""
        sent_from = request.headers.get("Origin", "")
        ours = {
            origin(f"{_HTTP.get(request.url.scheme, '')}://{request.headers.get('Host', '')}"),
            origin(self._settings.public_url),
        }
        if not sent_from or origin(sent_from) not in ours - {""}:
            raise PolicyDenied(f"expected a form of this console, found one from {sent_from[:100] or 'nowhere'}")

    def set_cookie(
        self, value: str, lasts_s: int | None = None, *, name: str = "", same_site: str = "Strict"
    ) -> str:
        """Return the Set-Cookie header's value: for this site alone and out of reach of scripts."""
        age = "" if lasts_s is None else f"; Max-Age={lasts_s}"
        secure = "; Secure" if self._settings.secure else ""
        return f"{name or self.cookie_name}={value}; Path=/{age}; HttpOnly; SameSite={same_site}{secure}"


def _device(request: Request) -> str:
    """Return what the browser calls itself, to be recognised by its owner."""
    said = request.headers.get("User-Agent", "")
    return "".join(each for each in said if each.isascii() and each.isprintable())[:200]


async def read_form(request: Request) -> Mapping[str, str]:
    """Return the fields of a form of texts, the first of each name; raises `InvalidInput` or `InvalidEncoding`."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != FORM_TYPE:
        raise InvalidInput(f"expected a form of texts ({FORM_TYPE}), found {kind[:80] or 'no type'}")
    body = decoded(await request.body())
    try:
        pairs = parse_qsl(body, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError:
        raise InvalidEncoding("expected a form in UTF-8, found other bytes") from None
    except ValueError:
        raise InvalidInput(f"expected at most {MOST_FIELDS} fields in a form, found more") from None
    return dict(reversed(pairs))
