"""What surfaces ask of approvals beyond a click: statements to sign, credentials to sign with, and reviews.

As with the desk, everything carries the person who asks, and a `QuarterdeckError` is raised for every no.
"""

from typing import Protocol

from memory.model.approval import Assurance, Challenge, Review, Verdict
from memory.model.credential import Credential
from memory.model.people import Principal, Surface
from memory.model.run import Run
from memory.model.value import Identifier, JsonValue, Value


class Say(Value):
    """What a person is about to sign: their answer to a plan, at which level, and on which surface."""

    verdict: Verdict = Verdict.APPROVE
    reason: str = ""
    surface: Surface
    assurance: Assurance
    break_glass: bool = False


class PasskeyRequest(Value):
    """A statement to sign with a passkey, and what the browser asks the authenticator for."""

    challenge: Challenge
    options: JsonValue


class PasskeyCreation(Value):
    """What the browser asks the authenticator for to make a passkey; `nonce` goes back with its answer."""

    nonce: Identifier
    options: JsonValue


class Assertion(Value):
    """What an authenticator answered: all of it in base64url, as WebAuthn's JSON has it, under the handle used."""

    handle: str
    signature: str
    authenticator_data: str
    client_data: str


class ApprovalDesk(Protocol):
    """Approvals of one tenant that people sign themselves."""

    async def offer(self, principal: Principal, run: str, say: Say) -> Challenge:
        """Return exactly what this person is to sign; raises `ApprovalRefused` where it would not be accepted."""

    async def cast(self, principal: Principal, run: str, envelope: bytes) -> Run:
        """Take a signed statement, once; raises `ApprovalRefused` or `PolicyDenied`."""

    async def ask_passkey(self, principal: Principal, run: str, say: Say) -> PasskeyRequest:
        """Return what is to be signed with a passkey of this person; raises `CredentialRefused` without one."""

    async def cast_passkey(self, principal: Principal, run: str, payload: bytes, assertion: Assertion) -> Run:
        """Take the statement `payload` that a passkey signed, otherwise as `cast`."""

    async def credentials(self, principal: Principal) -> tuple[Credential, ...]:
        """Return this person's keys and passkeys; an administrator or auditor is shown everybody's."""

    async def enrol_key(self, principal: Principal, public: bytes, signature: bytes, label: str) -> Credential:
        """Enrol a key that this person shows to have; it counts once a second person agreed."""

    async def make_passkey(self, principal: Principal) -> PasskeyCreation:
        """Return what a browser needs to make a passkey for this person."""

    async def enrol_passkey(self, principal: Principal, nonce: str, response: str, label: str) -> Credential:
        """Enrol the passkey that a browser made; it counts once a second person agreed."""

    async def confirm(self, principal: Principal, credential: str) -> Credential:
        """Agree, as the second person, that a credential counts or that it ends."""

    async def revoke(self, principal: Principal, credential: str) -> Credential:
        """Ask to end a credential: it counts no more from now on."""

    async def reviews(self, principal: Principal, *, waiting: bool) -> tuple[Review, ...]:
        """Return the uses of break-glass that wait for somebody to look at them, or all."""

    async def close_review(self, principal: Principal, review: str, *, justified: bool, remark: str) -> Review:
        """Close a review; never by whoever used break-glass."""
