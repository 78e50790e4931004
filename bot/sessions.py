"""Who is signed in to the console: sealed cookies, one-time sign-in codes, and tokens against forged requests.

A seal is HMAC-SHA256 (RFC 2104) over canonical JSON, under a key of its own for each purpose, so that a code is
never taken for a session. Nothing secret lies inside: a seal proves, it does not hide.
"""

import hashlib
import hmac
from base64 import b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from pydantic import ValidationError

from memory.canonical import canonical
from memory.clock import Clock
from memory.errors import AuthenticationFailed, InvalidSettings, PolicyDenied
from memory.ids import Ids
from memory.model.value import Identifier, Moment, Value

SHORTEST_KEY = 32  # bytes
IDLE: Final = timedelta(hours=4)  # a cookie that is not renewed ends after this
LONGEST: Final = timedelta(hours=12)  # a sign-in ends after this, whatever happens: one shift
RENEWED_AFTER: Final = timedelta(minutes=10)
CODE_LASTS: Final = timedelta(minutes=15)

Sealed = TypeVar("Sealed", bound=Value)


class Session(Value):
    """One sign-in. `family` stays when the cookie is renewed and ends with signing out."""

    family: Identifier
    tenant: Identifier
    person: Identifier
    scopes: tuple[str, ...]
    began_at: Moment
    issued_at: Moment

    def ends_at(self) -> datetime:
        """Return the moment from which this cookie is worth nothing."""
        return min(self.issued_at + IDLE, self.began_at + LONGEST)


class Invitation(Value):
    """The right to sign in once as this person."""

    id: Identifier
    tenant: Identifier
    person: Identifier
    scopes: tuple[str, ...]
    issued_at: Moment


class Spent(Protocol):
    """Remembers what must not be used again: redeemed codes and ended sign-ins."""

    async def spend(self, name: str, issued_at: datetime, until: datetime) -> bool:
        """Mark it as used up until then; return whether it surely was not used before. Atomic."""

    async def is_spent(self, name: str) -> bool:
        """Return whether it is used up."""


class SpentHere:
    """What was used up in this process, kept in memory for as long as it could still be tried.

    What was issued before the process started may have been used then, so it counts as used.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since = clock.now()
        self._until: dict[str, datetime] = {}

    async def spend(self, name: str, issued_at: datetime, until: datetime) -> bool:
        """Mark it as used up until then; return whether it surely was not used before."""
        now = self._clock.now()
        self._until = {known: end for known, end in self._until.items() if end > now}
        if name in self._until:
            return False
        self._until[name] = until
        return issued_at >= self._since

    async def is_spent(self, name: str) -> bool:
        """Return whether it is used up."""
        return name in self._until


class Sessions:
    """Opens, reads, renews and ends sessions. `key` is at least 32 random bytes and the same on every node."""

    def __init__(self, key: bytes, clock: Clock, ids: Ids, spent: Spent) -> None:
        if len(key) < SHORTEST_KEY:
            raise InvalidSettings(f"expected a session key of at least {SHORTEST_KEY} bytes, found {len(key)}")
        self._key = key
        self._clock = clock
        self._ids = ids
        self._spent = spent

    def invite(self, tenant: str, person: str, scopes: frozenset[str]) -> str:
        """Return a code that signs this person in, once and within 15 minutes."""
        invitation = Invitation(
            id=self._ids.new("inv"),
            tenant=tenant,
            person=person,
            scopes=tuple(sorted(scopes)),
            issued_at=self._clock.now(),
        )
        return self._sealed("invitation", invitation)

    async def redeem(self, code: str) -> Invitation:
        """Use a code up and return what it was good for; raises `AuthenticationFailed`."""
        invitation = self._opened("invitation", code, Invitation)
        ends_at = invitation.issued_at + CODE_LASTS
        if self._clock.now() >= ends_at:
            raise AuthenticationFailed("expected a sign-in link of the last 15 minutes, found an older one")
        if not await self._spent.spend(invitation.id, invitation.issued_at, ends_at):
            raise AuthenticationFailed("expected a new sign-in link, found one that was used before")
        return invitation

    def begin(self, tenant: str, person: str, scopes: frozenset[str]) -> Session:
        """Return a new sign-in."""
        now = self._clock.now()
        return Session(
            family=self._ids.new("ses"),
            tenant=tenant,
            person=person,
            scopes=tuple(sorted(scopes)),
            began_at=now,
            issued_at=now,
        )

    def cookie(self, session: Session) -> str:
        """Return the session as the cookie's value."""
        return self._sealed("session", session)

    async def read(self, cookie: str) -> Session:
        """Return the session of a cookie; raises `AuthenticationFailed` when it is forged, over or signed out."""
        session = self._opened("session", cookie, Session)
        if not await self.stands(session):
            raise AuthenticationFailed("expected a session, found one that is over", hint="Sign in again.")
        return session

    async def stands(self, session: Session) -> bool:
        """Return whether the session is neither over nor signed out."""
        return self._clock.now() < session.ends_at() and not await self._spent.is_spent(session.family)

    def renewed(self, session: Session) -> Session | None:
        """Return the session to continue with once its cookie is ten minutes old, None before that."""
        now = self._clock.now()
        if now < session.issued_at + RENEWED_AFTER:
            return None
        return session.model_copy(update={"issued_at": now})

    async def end(self, session: Session) -> None:
        """Sign out: no cookie of this sign-in is accepted from now on."""
        await self._spent.spend(session.family, session.began_at, session.began_at + LONGEST)

    def form_token(self, session: Session) -> str:
        """Return the token that every form of this sign-in carries."""
        return self._mac("form", session.family.encode()).hex()

    def check_form(self, session: Session, token: str) -> None:
        """Raise `PolicyDenied` unless the token is this sign-in's."""
        if not hmac.compare_digest(self.form_token(session).encode(), token.encode()):
            raise PolicyDenied(
                "expected a form of this session, found one without its token",
                hint="Reload the page and try again.",
            )

    def _mac(self, purpose: str, data: bytes) -> bytes:
        key = hmac.digest(self._key, purpose.encode(), hashlib.sha256)
        return hmac.digest(key, data, hashlib.sha256)

    def _sealed(self, purpose: str, value: Value) -> str:
        data = canonical(value)
        return f"{_text(data)}.{_text(self._mac(purpose, data))}"

    def _opened(self, purpose: str, sealed: str, kind: type[Sealed]) -> Sealed:
        body, _, seal = sealed.partition(".")
        try:
            data, mac = _bytes(body), _bytes(seal)
        except ValueError:
            raise AuthenticationFailed(f"expected a sealed {purpose}, found other text") from None
        if not hmac.compare_digest(mac, self._mac(purpose, data)):
            raise AuthenticationFailed(f"expected a sealed {purpose} of ours, found one with another seal")
        try:
            return kind.model_validate_json(data)
        except ValidationError:
            raise AuthenticationFailed(f"expected a {purpose} of this version, found another form") from None


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
