"""What a person signs with themselves: a key of their own, or a passkey; and how it came to count, and ended."""

from enum import StrEnum

from pydantic import Field

from memory.model.approval import Assurance
from memory.model.value import Identifier, Moment, Value


class CredentialForm(StrEnum):
    """What kind of thing signs."""

    KEY = "key"  # Ed25519
    PASSKEY = "passkey"  # WebAuthn

    def assurance(self) -> Assurance:
        """Return the level of an approval that is signed with it."""
        return Assurance.KEY if self is CredentialForm.KEY else Assurance.PASSKEY


class CredentialStanding(StrEnum):
    """Whether a credential counts. Only an active one does."""

    PROPOSED = "proposed"  # its holder showed that they have it; nobody agreed yet
    ACTIVE = "active"
    SUSPENDED = "suspended"  # somebody asked to end it; a second person has yet to agree
    REVOKED = "revoked"


class Credential(Value):
    """One key or passkey of one person. What is kept is public.

    `public` is base64: the 32 bytes of an Ed25519 key (RFC 8032), or a COSE key (RFC 9052) with `handle`, the
    authenticator's own id of it in base64url, and `site`, the origin it was made for and answers to.
    """

    id: Identifier
    tenant: Identifier
    holder: Identifier
    form: CredentialForm
    public: str = Field(min_length=40, max_length=2_000)
    handle: str = Field(default="", max_length=2_000)
    site: str = Field(default="", max_length=300)
    label: str = Field(default="", max_length=100)
    uses: int = 0  # the authenticator's own counter, which never goes back
    proposed_at: Moment
    confirmed_by: Identifier | None = None
    confirmed_at: Moment | None = None
    suspended_by: Identifier | None = None
    suspended_at: Moment | None = None
    revoked_by: Identifier | None = None
    revoked_at: Moment | None = None

    def standing(self) -> CredentialStanding:
        """Return whether it counts."""
        if self.revoked_at is not None:
            return CredentialStanding.REVOKED
        if self.suspended_at is not None:
            return CredentialStanding.SUSPENDED
        return CredentialStanding.PROPOSED if self.confirmed_at is None else CredentialStanding.ACTIVE
