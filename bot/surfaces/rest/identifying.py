"""Routes of who is who: linked accounts, people, service accounts and their keys, sign-ins."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from bot.surfaces.identities import IdentityRoom, LinkCode, NewKey, PersonLine, ServiceAccount
from bot.surfaces.rest.keyed import UNREPEATED, Administrator, Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Form
from memory.model.identity import Identity, Link, SignIn
from memory.model.people import Role
from memory.model.value import Identifier, Value

Everybody = Annotated[bool, Query(description="Everybody's; for auditors and administrators")]
Whose = Annotated[Identifier | None, Query(description="Somebody else's; for administrators")]


class CodeTyped(Form):
    """A code that was shown on the other side."""

    code: str = Field(min_length=1, max_length=40, examples=["Q7KXM-2ZB4N"])


class ServiceRequest(Form):
    """A program that is to act under its own name. It never approves."""

    id: Identifier
    name: str = Field(default="", max_length=200)
    roles: tuple[Role, ...] = (Role.VIEWER,)


class KeyRequest(Form):
    """A key for a program; without `days` it lasts until it is revoked."""

    scopes: tuple[Identifier, ...] = ("observe",)
    label: str = Field(default="", max_length=200)
    days: int | None = Field(default=90, ge=1, le=3650)


class RotationRequest(Form):
    """For how long the old key goes on working beside its successor."""

    overlap_hours: float = Field(default=24.0, ge=0, le=720)


class EndRequest(Form):
    """Which sign-ins are to end: one's own, or as an administrator somebody's; all of them, or one."""

    person: Identifier | None = None
    sign_in: Identifier | None = None


class Accounts(Value):
    """Accounts, and whom they are linked to."""

    items: tuple[Identity, ...]


class Waiting(Value):
    """Links that wait for your yes."""

    items: tuple[Link, ...]


class People(Value):
    """Everybody, disabled or not."""

    items: tuple[PersonLine, ...]


class Services(Value):
    """Programs and their keys. The secrets are kept nowhere."""

    items: tuple[ServiceAccount, ...]


class Presences(Value):
    """Sign-ins to the console that stand, the newest first."""

    items: tuple[SignIn, ...]


class Ended(Value):
    """How many sign-ins ended."""

    ended: int


class Identifying:
    """Brings requests to those who know who is who.

    Linking gives an account whatever its person may, so it takes a key with every scope; and so does what
    administrators do.
    """

    def __init__(self, room: IdentityRoom) -> None:
        self._linking = room.linking
        self._people = room.people

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        self._of_links(router)
        self._of_people(router)

    def _of_links(self, router: APIRouter) -> None:
        tags, changed = ["identity"], described(400, 404, 409)
        for path, get, summary in (
            ("/identities", self.identities, "Linked accounts"),
            ("/identities/links", self.waiting, "Links that wait for your yes"),
            ("/sign-ins", self.sign_ins, "Where you are signed in"),
            ("/people", self.people, "Everybody"),
            ("/service-accounts", self.services, "Programs and their keys"),
        ):
            router.get(path, tags=[*tags], summary=summary, responses=described())(get)
        for path, post, summary in (
            ("/identities/links", self.begin, "Begin to link an account"),
            ("/identities/links/look", self.look, "What a code is about"),
            ("/identities/links/answer", self.answer, "Say that an account is yours"),
            ("/identities/links/{link}/finish", self.finish, "Say yes to an account that answered"),
            ("/identities/{identity}/unlink", self.unlink, "Unlink an account"),
        ):
            router.post(path, tags=[*tags], summary=summary, responses=changed)(post)

    def _of_people(self, router: APIRouter) -> None:
        changed = described(400, 404, 409)
        for path, post, summary in (
            ("/sign-ins/end", self.end, "Sign out"),
            ("/people/{person}/disable", self.disable, "Make somebody nobody"),
            ("/people/{person}/enable", self.enable, "Take that back"),
            ("/service-accounts", self.add_service, "Add a program"),
            ("/service-accounts/{service}/keys", self.add_key, "Make a key for a program"),
            ("/keys/{key}/rotate", self.rotate, "Give a key a successor"),
        ):
            router.post(path, tags=["identity"], summary=summary, responses=changed)(post)

    async def identities(self, observer: Observer, everybody: Everybody = False) -> Accounts:
        """Return the accounts that are linked to you."""
        return Accounts(items=await self._linking.identities(observer, everybody=everybody))

    async def waiting(self, observer: Observer) -> Waiting:
        """Return the links that you began and that an account answered."""
        return Waiting(items=await self._linking.waiting_for(observer))

    async def begin(self, person: Administrator, response: Response) -> LinkCode:
        """Get a code to type where the account is, such as in Slack. It is good once, for ten minutes."""
        response.headers["Cache-Control"] = UNREPEATED
        return await self._linking.begin(person)

    async def look(self, request: CodeTyped, person: Administrator, response: Response) -> Link:
        """Return which account a code is about. It is used up only by answering."""
        response.headers["Cache-Control"] = UNREPEATED
        return await self._linking.look(person, request.code)

    async def answer(self, request: CodeTyped, person: Administrator) -> Link:
        """Say that the account is yours. Who has it is asked next, where it is."""
        return await self._linking.answer(person, request.code)

    async def finish(self, link: Identifier, person: Administrator) -> Identity:
        """Say yes, as the side that began. From now on the account is yours."""
        return await self._linking.finish(person, link)

    async def unlink(self, identity: Identifier, person: Administrator) -> Identity:
        """Let an account be nobody's again: one of yours, or as an administrator, anybody's."""
        return await self._linking.unlink(person, identity)

    async def sign_ins(self, observer: Observer, person: Whose = None) -> Presences:
        """Return the sign-ins to the console that stand."""
        return Presences(items=await self._people.sign_ins(observer, person))

    async def end(self, request: EndRequest, person: Administrator) -> Ended:
        """End sign-ins, on every node and at once."""
        whose = request.person or person.id
        return Ended(ended=await self._people.sign_out(person, whose, request.sign_in))

    async def people(self, admin: Administrator) -> People:
        """Return everybody, those the settings list and those who came. For administrators."""
        return People(items=await self._people.people(admin))

    async def disable(self, person: Identifier, admin: Administrator) -> PersonLine:
        """Make somebody nobody: their sessions end at once, and their keys and accounts open nothing."""
        return await self._people.disable(admin, person)

    async def enable(self, person: Identifier, admin: Administrator) -> PersonLine:
        """Let somebody in again."""
        return await self._people.enable(admin, person)

    async def services(self, admin: Administrator) -> Services:
        """Return the programs, and what is known of their keys."""
        return Services(items=await self._people.services(admin))

    async def add_service(self, request: ServiceRequest, admin: Administrator) -> ServiceAccount:
        """Add a program. It may look, ask and propose, and never approves."""
        return await self._people.add_service(admin, request.id, request.name, request.roles)

    async def add_key(
        self, service: Identifier, request: KeyRequest, admin: Administrator, response: Response
    ) -> NewKey:
        """Make a key for a program. Its secret is in this answer alone, a repetition makes another."""
        response.headers["Cache-Control"] = UNREPEATED
        lifetime = None if request.days is None else timedelta(days=request.days)
        return await self._people.add_key(admin, service, request.scopes, request.label, lifetime)

    async def rotate(
        self, key: Identifier, request: RotationRequest, person: Administrator, response: Response
    ) -> NewKey:
        """Give a key of yours, or of a program, a successor; both work until the overlap is over."""
        response.headers["Cache-Control"] = UNREPEATED
        return await self._people.rotate_key(person, key, timedelta(hours=request.overlap_hours))
