"""Whose accounts are whose: accounts elsewhere, the people they are bound to, how they are bound, and sign-ins."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from memory.model.people import PrincipalKind, Role
from memory.model.value import Identifier, Moment, Value

# What a platform calls somebody, in whatever letters it likes, as long as they can be seen.
Outside = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]


class AccountSource(StrEnum):
    """The kind of platform that vouches for an account."""

    OIDC = "oidc"
    SLACK = "slack"
    TEAMS = "teams"


class Account(Value):
    """Somebody as a platform knows them: never a name or an address, which can be given to somebody else.

    `issuer` is the platform's own tenant: the URL of an OpenID provider, a Slack workspace's id, an Entra
    tenant's. `subject` is the person's unchanging id there.
    """

    source: AccountSource
    issuer: Outside
    subject: Outside

    def says(self) -> str:
        """Return the account in words."""
        return f"{self.source.value} account {self.subject} of {self.issuer}"


class Identity(Value):
    """An account that is bound to a person. Nothing binds one account to two people."""

    id: Identifier
    tenant: Identifier
    account: Account
    person: Identifier
    label: str = Field(default="", max_length=200)  # what it is called there, to be recognised by people alone
    linked_at: Moment


class LinkSide(StrEnum):
    """Who began to link: whoever has the account, or the person who is signed in."""

    ACCOUNT = "account"
    PERSON = "person"


class Link(Value):
    """Two sides on their way to be one. It takes a code from the first side, and a yes of each.

    The side that did not begin is empty until somebody answers there with the code; then the first side is asked.
    """

    id: Identifier
    tenant: Identifier
    begun_by: LinkSide
    account: Account | None = None
    person: Identifier | None = None
    label: str = Field(default="", max_length=200)
    begun_at: Moment
    expires_at: Moment
    answered_at: Moment | None = None
    finished_at: Moment | None = None

    def waits(self, now: datetime) -> bool:
        """Return whether both sides are known and the first one is to say yes, in time."""
        return self.answered_at is not None and self.finished_at is None and now < self.expires_at


class Groups(Value):
    """The groups that a platform says a person's account is in, as they were when it said so."""

    source: AccountSource
    issuer: Outside
    names: tuple[str, ...] = Field(max_length=500)
    seen_at: Moment


class RoleMapping(Value):
    """What being in a group of a platform gives: a role, a team, or both. No `issuer`: whichever of that kind."""

    source: AccountSource
    group: str = Field(min_length=1, max_length=300)
    issuer: str = ""
    role: Role | None = None
    team: str = Field(default="", max_length=120)

    @model_validator(mode="after")
    def _gives_something(self) -> "RoleMapping":
        if self.role is None and not self.team:
            raise ValueError(f"a mapping of the group {self.group!r} gives a role, a team, or both")
        return self

    def covers(self, groups: Groups) -> bool:
        """Return whether it is about a group among these."""
        of_this = self.source is groups.source and self.issuer in {"", groups.issuer}
        return of_this and self.group in groups.names


class Member(Value):
    """What is known of a person or program besides the settings. Who is in neither is nobody.

    `origin` is `settings` for somebody the settings list, whose name and own roles stand there; `oidc` for
    somebody who came by an OpenID provider; `service` for a service account.
    """

    tenant: Identifier
    id: Identifier
    origin: Annotated[str, Field(pattern="^(settings|oidc|service)$")]
    name: str = Field(default="", max_length=200)
    kind: PrincipalKind = PrincipalKind.PERSON
    roles: tuple[Role, ...] = ()  # of their own; what groups give comes on top
    groups: tuple[Groups, ...] = ()
    added_at: Moment
    disabled_at: Moment | None = None


class SignIn(Value):
    """One sign-in to the console, as the store knows it: whose, since when, and with which of its cookies.

    `serial` counts its cookies; only the newest that came back counts, and the one before it for a moment more.
    """

    id: Identifier
    tenant: Identifier
    person: Identifier
    how: str = Field(max_length=20)
    device: str = Field(default="", max_length=200)
    began_at: Moment
    serial: int = 0
    moved_at: Moment
    ended_at: Moment | None = None
