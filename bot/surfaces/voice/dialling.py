"""Codes that let a signed-in person in by telephone: given to their session, dialled once, and over with it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final, Protocol

from bot.sessions import Codes
from bot.surfaces.desk import Doorkeeper
from bot.surfaces.speech import Person
from memory.clock import Clock
from memory.errors import AuthenticationFailed
from memory.model.identity import SignIn
from memory.model.people import Surface
from memory.model.value import Identifier, Value

LASTS: Final = timedelta(minutes=5)
PURPOSE: Final = "voice_call"
DIGITS: Final = 8


class Dialled(Value):
    """Whom a code lets in, in which of their sign-ins, and the conversation it goes on in."""

    tenant: Identifier
    person: Identifier
    session: Identifier
    scopes: tuple[str, ...]
    thread: Identifier


class Standing(Protocol):
    """Which sign-ins stand; as `memory.store.sign_ins.SignIns`."""

    async def find(self, tenant: str, sign_in: str) -> SignIn | None:
        """Return one, None where it is unknown or over."""


class DialIn:
    """Gives codes and takes them, each once."""

    def __init__(
        self,
        tenant: str,
        codes: Codes,
        sign_ins: Standing,
        doorkeeper: Doorkeeper,
        clock: Clock,
        draw: Callable[[], str],
    ) -> None:
        self._tenant = tenant
        self._codes = codes
        self._sign_ins = sign_ins
        self._doorkeeper = doorkeeper
        self._clock = clock
        self._draw = draw

    async def give(self, person: Person, thread: str) -> str:
        """Return a code of eight digits that lets this person in once, within five minutes."""
        who, code = person.principal, self._draw()
        dialled = Dialled(
            tenant=who.tenant,
            person=who.id,
            session=person.session,
            scopes=tuple(sorted(person.scopes)),
            thread=thread,
        )
        until = self._clock.now() + LASTS
        await self._codes.issue(self._tenant, PURPOSE, code, dialled.model_dump_json(), until)
        return code

    async def enter(self, code: str) -> Dialled:
        """Use a code up; raises `AuthenticationFailed` for one that is unknown, late or used."""
        document = await self._codes.take(self._tenant, PURPOSE, code, self._clock.now())
        if document is None:
            raise AuthenticationFailed("expected the code of a signed-in person, found another")
        return Dialled.model_validate_json(document)

    async def person(self, dialled: Dialled, call: str) -> Person:
        """Return who calls as they are now; raises `AuthenticationFailed` once they signed out."""
        if await self._sign_ins.find(dialled.tenant, dialled.session) is None:
            raise AuthenticationFailed("expected a sign-in that stands, found it over")
        principal = await self._doorkeeper.person(dialled.tenant, dialled.person)
        return Person(principal, frozenset(dialled.scopes), call, Surface.VOICE)
