"""What is told of people who agree: approvals, the keys they sign with, and ways around a person who is away."""

from typing import Literal

from pydantic import Field

from memory.model.approval import Assurance, Verdict
from memory.model.bodies.kinds import Body, EntryKind, Reference
from memory.model.credential import CredentialForm
from memory.model.identity import AccountSource
from memory.model.people import Role, Surface
from memory.model.value import Digest, Identifier, Moment


class Approved(Body):
    """A person said yes or no. `statement` is the address of the signed envelope, `event` of what the surface saw.

    `credential` is what the person signed with; without one, the log's key attests what the platform saw.
    """

    kind = EntryKind.APPROVAL
    version = 2
    run: Identifier
    approval: Identifier
    plan_digest: Digest
    verdict: Verdict
    surface: Surface
    assurance: Assurance
    policy_hash: Digest
    reason: Digest | None = None
    statement: Digest | None = None
    event: Digest | None = None
    credential: Identifier | None = None

    def subject(self) -> Reference:
        """Return this approval."""
        return f"approval:{self.approval}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the decision that asked for it."""
        return (f"decision:{self.run}",)


class CredentialChanged(Body):
    """A key or passkey was enrolled, agreed to, or ended. `holder` is the pseudonym of whose it is.

    It counts from "confirmed" until "suspended" or "revoked". What it takes to verify with it stands here in full:
    see `memory.model.credential.Credential`.
    """

    kind = EntryKind.CREDENTIAL
    credential: Identifier
    change: Literal["proposed", "confirmed", "suspended", "revoked"]
    holder: Identifier
    form: CredentialForm
    public: str = Field(max_length=2_000)
    handle: str = Field(default="", max_length=2_000)
    site: str = Field(default="", max_length=300)

    def subject(self) -> Reference:
        """Return this change of the credential."""
        return f"credential:{self.credential}/{self.change}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the enrolment."""
        return () if self.change == "proposed" else (f"credential:{self.credential}/proposed",)


class BrokeGlass(Body):
    """A person went ahead without the approvals that are missing; somebody else is to review it."""

    kind = EntryKind.BREAK_GLASS
    review: Identifier
    run: Identifier
    approval: Identifier
    plan_digest: Digest
    missing: int
    window_ends_at: Moment
    policy_hash: Digest
    reason: Digest | None = None

    def subject(self) -> Reference:
        """Return this use of it."""
        return f"break_glass:{self.review}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the approval it stands for."""
        return (f"approval:{self.approval}",)


class Reviewed(Body):
    """Somebody else looked at a use of break-glass and closed its review."""

    kind = EntryKind.REVIEW
    review: Identifier
    run: Identifier
    justified: bool
    remark: Digest | None = None

    def subject(self) -> Reference:
        """Return the review."""
        return f"review:{self.review}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the use of break-glass."""
        return (f"break_glass:{self.review}",)


class StandingChanged(Body):
    """A standing approval was given, used for a plan, or came to its end."""

    kind = EntryKind.STANDING
    standing: Identifier
    change: Literal["given", "used", "revoked", "expired", "spent", "policy_changed"]
    approval: Identifier  # given: the one it repeats; used: the one it made; ended: the one it repeated
    run: Identifier
    policy_hash: Digest
    use: int = 0  # the how manieth
    scope: Digest | None = None  # given: the address of what it covers
    expires_at: Moment | None = None
    most_uses: int = 0

    def subject(self) -> Reference:
        """Return this change of the standing approval."""
        return f"standing:{self.standing}/{self.change}" + (f"/{self.use}" if self.change == "used" else "")

    def causes(self) -> tuple[Reference, ...]:
        """Return the approval it repeats, or that it was given."""
        if self.change == "given":
            return (f"approval:{self.approval}",)
        return (f"standing:{self.standing}/given",)


class AccessChanged(Body):
    """An API key was made, revoked, or got a successor. `holder` is the pseudonym of whose it is."""

    kind = EntryKind.ACCESS
    version = 2
    key: Identifier
    change: Literal["added", "revoked", "rotated"]
    holder: Identifier
    scopes: tuple[str, ...] = ()
    expires_at: Moment | None = None

    def subject(self) -> Reference:
        """Return this change of the key."""
        return f"access:{self.key}/{self.change}"


class IdentityChanged(Body):
    """Who is who changed. `holder` is the pseudonym of whom it is about, `account` the address of the account.

    "joined": somebody, or a program, is known from now on; "changed": their groups, and so their roles, are other
    ones; "disabled" and "enabled": they are nobody, and again somebody; "signed_out": everywhere.
    """

    kind = EntryKind.IDENTITY
    identity: Identifier
    change: Literal["joined", "changed", "disabled", "enabled", "signed_out", "unlinked", "linked"]
    holder: Identifier
    source: AccountSource | None = None
    roles: tuple[Role, ...] = ()  # those the person has now, where they came or changed
    account: Digest | None = None

    def subject(self) -> Reference:
        """Return this change."""
        return f"identity:{self.identity}/{self.change}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the link that came to its end."""
        return (f"identity:{self.identity}/linked",) if self.change == "unlinked" else ()
