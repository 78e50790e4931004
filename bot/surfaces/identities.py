"""What surfaces ask of who is who: whose an account is, how accounts are linked, people, and ways to sign in.

A chat surface has verified the request it got before it names an account here; nothing here verifies one. An
account that is nobody's has no rights at all, and neither has a guest, whom a surface does not bring here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from memory.model.access import ApiKey
from memory.model.identity import Account, Identity, Link, SignIn
from memory.model.people import Principal, PrincipalKind, Role
from memory.model.value import Identifier, Moment, Value


class LinkCode(Value):
    """A code that was begun with: to be shown to nobody but who began, and typed on the other side in time."""

    link: Identifier
    code: str
    expires_at: Moment


class PersonLine(Value):
    """Somebody as administrators see them."""

    id: Identifier
    name: str
    kind: PrincipalKind
    origin: str
    roles: tuple[Role, ...] = ()
    teams: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    disabled_at: Moment | None = None


class ServiceAccount(Value):
    """A program that acts under its own name, and its keys."""

    id: Identifier
    name: str
    roles: tuple[Role, ...]
    disabled_at: Moment | None = None
    keys: tuple[ApiKey, ...] = ()


class NewKey(Value):
    """A key that was made. The secret is shown this once and kept nowhere; `replaces` ends at its `expires_at`."""

    key: ApiKey
    secret: str
    replaces: ApiKey | None = None


class Identities(Protocol):
    """The side of accounts: what Slack and Teams call, once they know that a request is really the account's."""

    async def resolve(self, account: Account) -> Principal | None:
        """Return the person an account belongs to, as they are now; None has no rights."""

    async def seen(self, account: Account, groups: Collection[str]) -> Principal | None:
        """Say which groups the platform has the account in now, and return the person with what these give."""

    async def begin_link(self, account: Account, label: str = "") -> LinkCode:
        """Begin on this side; raises `Conflict` for an account that is linked, `LimitExceeded` for too many."""

    async def look_link(self, account: Account, code: str) -> Link:
        """Return the link of a code, to show whose it is (`person`) before it is answered. Raises `NotFound`."""

    async def answer_link(self, account: Account, code: str, label: str = "") -> Link:
        """Answer with the code a person was shown, who is then asked. Raises `NotFound` or `Conflict`."""

    async def waiting(self, account: Account) -> tuple[Link, ...]:
        """Return links that were begun here and answered elsewhere: `person` is who wants the account."""

    async def finish_link(self, account: Account, link: str) -> Identity:
        """Say yes on this side, the first one; from now on the account is that person's. Raises `Conflict`."""

    async def unlink_account(self, account: Account) -> Identity:
        """Take the account from its person, on the word of who has it; raises `NotFound`."""


class Linking(Protocol):
    """The side of people who are signed in: the same, the other way round."""

    async def identities(self, principal: Principal, *, everybody: bool = False) -> tuple[Identity, ...]:
        """Return this person's accounts; `everybody`'s for administrators and auditors."""

    async def begin(self, principal: Principal) -> LinkCode:
        """Begin on this side; raises `LimitExceeded`."""

    async def look(self, principal: Principal, code: str) -> Link:
        """Return the link of a code, to show which `account` it is about before it is answered."""

    async def answer(self, principal: Principal, code: str) -> Link:
        """Answer with a code that an account was shown. Raises `NotFound`, `Conflict` or `LimitExceeded`."""

    async def waiting_for(self, principal: Principal) -> tuple[Link, ...]:
        """Return links that this person began and an account answered: `account` is which."""

    async def finish(self, principal: Principal, link: str) -> Identity:
        """Say yes to one of these; raises `Conflict` or `NotFound`."""

    async def unlink(self, principal: Principal, identity: str) -> Identity:
        """Take an account from this person, or as an administrator from anybody; raises `NotFound`."""


class PeopleDesk(Protocol):
    """People, programs and their sign-ins, as administrators and people themselves handle them."""

    async def people(self, principal: Principal) -> tuple[PersonLine, ...]:
        """Return everybody, for administrators."""

    async def disable(self, principal: Principal, person: str) -> PersonLine:
        """Make somebody nobody: their sessions end at once and their keys open nothing."""

    async def enable(self, principal: Principal, person: str) -> PersonLine:
        """Take that back."""

    async def sign_ins(self, principal: Principal, person: str | None = None) -> tuple[SignIn, ...]:
        """Return one's own sign-ins that stand, or as an administrator somebody else's."""

    async def sign_out(self, principal: Principal, person: str, sign_in: str | None = None) -> int:
        """End one sign-in or all of them, one's own or as an administrator another's; return how many ended."""

    async def add_service(
        self, principal: Principal, service: str, name: str, roles: Collection[Role]
    ) -> ServiceAccount:
        """Add a program that may never approve; raises `Conflict` or `InvalidInput`."""

    async def services(self, principal: Principal) -> tuple[ServiceAccount, ...]:
        """Return the programs and their keys, those of the settings too."""

    async def add_key(
        self, principal: Principal, service: str, scopes: Collection[str], label: str, lifetime: timedelta | None
    ) -> NewKey:
        """Make a key for a program."""

    async def rotate_key(self, principal: Principal, key: str, overlap: timedelta) -> NewKey:
        """Give a key a successor; both work until the overlap is over. One's own keys, and those of programs."""


class Leaving(Value):
    """Where to send somebody to sign in at the provider, and what their browser has to bring back."""

    url: str
    browser: str


class Arrival(Value):
    """Somebody who came back from the provider: as a person, or with an account that `link` waits for."""

    onward: str
    person: Principal | None = None
    link: Identifier | None = None


class SingleSignOn(Protocol):
    """Signing in at an OpenID provider. Raises `TokenInvalid`, `AccountUnknown` or `ConnectorUnreachable`."""

    @property
    def label(self) -> str:
        """Return what the button says."""

    async def leave(self, onward: str, linking: Principal | None = None) -> Leaving:
        """Begin to sign in, or to link the account there to somebody who is signed in here."""

    async def arrive(self, query: dict[str, str], browser: str) -> Arrival:
        """Take what the provider sent a browser back with."""

    async def signed_out(self, token: str) -> None:
        """End the sign-ins of whom the provider says has signed out there (Back-Channel Logout 1.0)."""


@dataclass(frozen=True)
class IdentityRoom:
    """All of them; `sign_on` is None where no provider is configured."""

    accounts: Identities
    linking: Linking
    people: PeopleDesk
    sign_on: SingleSignOn | None = None
