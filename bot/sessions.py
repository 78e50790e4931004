"""Who is signed in to the console: sealed cookies, one-time sign-in codes, and tokens against forged requests.

A seal is HMAC-SHA256 (RFC 2104) over canonical JSON, under a key of its own for each purpose. Nothing secret lies
inside: a seal proves, it does not hide. Whether a sign-in still stands is asked of the store at every request, so
that what is ended on one node is over on all of them, and after a restart.
"""

import hashlib
import hmac
import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from pydantic import ValidationError

from memory.canonical import canonical, digest
from memory.clock import Clock
from memory.errors import AuthenticationFailed, InvalidSettings, PolicyDenied
from memory.ids import Ids
from memory.model.identity import SignIn
from memory.model.people import Principal
from memory.model.value import Digest, Identifier, Moment, Value

SHORTEST_KEY = 32  # bytes
IDLE: Final = timedelta(hours=4)  # a cookie that is not renewed ends after this
LONGEST: Final = timedelta(hours=12)  # a sign-in ends after this, whatever happens: one shift
RENEWED_AFTER: Final = timedelta(minutes=10)
OVERLAP: Final = timedelta(minutes=1)  # for requests that were under way when the cookie was renewed
CODE_LASTS: Final = timedelta(minutes=15)
CODE_BYTES: Final = 15  # 120 random bits, 20 characters
INVITATION: Final = "sign_in"

Sealed = TypeVar("Sealed", bound=Value)


class Session(Value):
    """One cookie of a sign-in. `family` is the sign-in, which stays when the cookie is renewed.

    `rights` is the digest of the roles and teams the person had: with others, the cookie is renewed at once.
    """

    family: Identifier
    tenant: Identifier
    person: Identifier
    scopes: tuple[str, ...]
    began_at: Moment
    issued_at: Moment
    serial: int = 0
    rights: Digest

    def ends_at(self) -> datetime:
        """Return the moment from which this cookie is worth nothing."""
        return min(self.issued_at + IDLE, self.began_at + LONGEST)


class Invitation(Value):
    """The right to sign in once as this person."""

    tenant: Identifier
    person: Identifier
    scopes: tuple[str, ...]


class SignIns(Protocol):
    """The sign-ins there are, kept where every node sees them; as `memory.store.sign_ins.SignIns`."""

    async def begin(self, sign_in: SignIn) -> None:
        """Keep a new one."""

    async def find(self, tenant: str, sign_in: str) -> SignIn | None:
        """Return one, None where it is unknown or over."""

    async def of(self, tenant: str, person: str) -> tuple[SignIn, ...]:
        """Return a person's, the newest first."""

    async def move(self, sign_in: SignIn, before: int) -> bool:
        """Store that a newer cookie came back, unless another came first."""

    async def end(self, tenant: str, person: str, now: datetime, only: str | None = None) -> int:
        """End a person's sign-ins, or `only` one of them."""


class Codes(Protocol):
    """One-time codes, each taken at most once; as `memory.store.codes.Codes`."""

    async def issue(self, tenant: str, purpose: str, code: str, document: str, expires_at: datetime) -> None:
        """Keep what a code is good for."""

    async def take(self, tenant: str, purpose: str, code: str, now: datetime) -> str | None:
        """Use a code up and return what it is good for."""


class Sessions:
    """Opens, reads, renews and ends one tenant's sessions. `key`: 32 random bytes or more, alike on every node."""

    def __init__(self, key: bytes, tenant: str, sign_ins: SignIns, codes: Codes, clock: Clock, ids: Ids) -> None:
        if len(key) < SHORTEST_KEY:
            raise InvalidSettings(f"expected a session key of at least {SHORTEST_KEY} bytes, found {len(key)}")
        self._key = key
        self._tenant = tenant
        self._sign_ins = sign_ins
        self._codes = codes
        self._clock = clock
        self._ids = ids

    async def invite(self, person: str, scopes: Collection[str]) -> str:
        """Return a code of 20 letters and digits that signs this person in, once and within 15 minutes."""
        code = secrets.token_urlsafe(CODE_BYTES)
        invitation = Invitation(tenant=self._tenant, person=person, scopes=tuple(sorted(scopes)))
        until = self._clock.now() + CODE_LASTS
        await self._codes.issue(self._tenant, INVITATION, code, invitation.model_dump_json(), until)
        return code

    async def redeem(self, code: str) -> Invitation:
        """Use a code up and return what it was good for; raises `AuthenticationFailed`."""
        document = await self._codes.take(self._tenant, INVITATION, code, self._clock.now())
        if document is None:
            raise AuthenticationFailed(
                "expected a sign-in link of the last 15 minutes that nobody used, found another",
                hint="Ask for a new one.",
            )
        return Invitation.model_validate_json(document)

    async def begin(
        self, principal: Principal, scopes: Collection[str], how: str = "key", device: str = ""
    ) -> Session:
        """Return a new sign-in, by `how` and on what device."""
        now = self._clock.now()
        session = Session(
            family=self._ids.new("ses"),
            tenant=principal.tenant,
            person=principal.id,
            scopes=tuple(sorted(scopes)),
            began_at=now,
            issued_at=now,
            rights=rights(principal),
        )
        await self._sign_ins.begin(
            SignIn(
                id=session.family,
                tenant=session.tenant,
                person=session.person,
                how=how,
                device=device,
                began_at=now,
                moved_at=now,
            )
        )
        return session

    def cookie(self, session: Session) -> str:
        """Return the session as the cookie's value."""
        return self._sealed("session", session)

    async def read(self, cookie: str) -> Session:
        """Return the session of a cookie; raises `AuthenticationFailed` when it is forged, over or signed out.

        A cookie that was replaced is worth nothing a minute after its successor came back. Whoever still has it
        copied it, or was copied: then the whole sign-in ends.
        """
        session = self._opened("session", cookie, Session)
        known = await self._standing(session)
        if known is None:
            raise AuthenticationFailed("expected a session, found one that is over", hint="Sign in again.")
        if session.serial == known.serial + 1:
            await self._move(known, session.serial)
        elif not self._current(session, known):
            await self._sign_ins.end(known.tenant, known.person, self._clock.now(), known.id)
            raise AuthenticationFailed(
                "expected the newest cookie of a session, found an old one",
                hint="Somebody may have copied it. The session is over everywhere: sign in again.",
            )
        return session

    async def stands(self, session: Session) -> bool:
        """Return whether the session is neither over nor signed out."""
        return await self._standing(session) is not None

    def renewed(self, session: Session, principal: Principal) -> Session | None:
        """Return the session to continue with: after ten minutes, or once the person may something else."""
        now = self._clock.now()
        if now < session.issued_at + RENEWED_AFTER and session.rights == rights(principal):
            return None
        changed = {"issued_at": now, "serial": session.serial + 1, "rights": rights(principal)}
        return session.model_copy(update=changed)

    async def of(self, principal: Principal) -> tuple[SignIn, ...]:
        """Return a person's sign-ins that stand, the newest first."""
        since = self._clock.now() - LONGEST
        return tuple(
            each for each in await self._sign_ins.of(principal.tenant, principal.id) if each.began_at > since
        )

    async def end(self, session: Session) -> None:
        """Sign out: no cookie of this sign-in is accepted from now on, on any node."""
        await self._sign_ins.end(session.tenant, session.person, self._clock.now(), session.family)

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

    async def _standing(self, session: Session) -> SignIn | None:
        """Return the sign-in where it is one of this tenant, in time and not ended."""
        if session.tenant != self._tenant or self._clock.now() >= session.ends_at():
            return None
        known = await self._sign_ins.find(session.tenant, session.family)
        return known if known is not None and known.person == session.person else None

    def _current(self, session: Session, known: SignIn) -> bool:
        late = self._clock.now() >= known.moved_at + OVERLAP
        return session.serial == known.serial or (session.serial == known.serial - 1 and not late)

    async def _move(self, known: SignIn, serial: int) -> None:
        moved = known.model_copy(update={"serial": serial, "moved_at": self._clock.now()})
        await self._sign_ins.move(moved, known.serial)

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


def rights(principal: Principal) -> Digest:
    """Return the digest of what decides what a person may."""
    return digest({"roles": sorted(role.value for role in principal.roles), "teams": sorted(principal.teams)})


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
