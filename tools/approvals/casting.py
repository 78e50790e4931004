"""Whether a signed answer is the answer to what one person was shown, here and now. Pure; nothing is spent yet."""

from collections.abc import Mapping
from datetime import datetime

from memory.errors import (
    ApprovalExpired,
    CredentialRefused,
    DigestMismatch,
    PolicyChangedSince,
    StatementInvalid,
)
from memory.model.approval import Ballot, Challenge
from memory.model.credential import Credential, CredentialStanding
from memory.model.run import Run
from tools.approvals.envelope import Envelope
from tools.approvals.keyring import public_key
from tools.approvals.verifying import Verified, verify


def examined(
    envelope: Envelope,
    challenge: Challenge,
    run: Run,
    person: str,
    credentials: Mapping[str, Credential],
    *,
    pseudonym: str,
    policy_hash: str,
    now: datetime,
) -> Verified:
    """Return what was signed after every check; raises the first refusal.

    (1) it is what was shown, to this person, about this run; (2) in time; (3) the plan is the one that waits;
    (4) the policy is the one in force; (5) the credential is theirs and counts; (6) the signature holds.
    """
    require_shown(envelope, challenge, "approval", person, run.id, now)
    credential = require_own(envelope, person, credentials)
    key = public_key(credential, pseudonym)
    verified = verify(envelope, {credential.id: key}, uses=credential.uses)
    said = verified.statement
    if said.plan_digest != run.plan_digest:
        raise DigestMismatch(
            f"expected the waiting plan's digest {run.plan_digest[:12]}…, found {said.plan_digest[:12]}…"
        )
    if said.predicate.policy_hash != policy_hash:
        raise PolicyChangedSince(
            f"expected a decision under the policy {policy_hash[:12]}… in force, "
            f"found one under {said.predicate.policy_hash[:12]}…",
            hint="The policy was changed after this was shown to you. Look at the plan again, and decide again.",
        )
    return verified


def require_shown(
    envelope: Envelope, challenge: Challenge, purpose: str, person: str, subject: str, now: datetime
) -> None:
    """Return where an envelope holds exactly what this person was shown of this, in time; raises otherwise."""
    if (challenge.purpose, challenge.principal) != (purpose, person):
        raise StatementInvalid(f"expected the statement that was shown to {person}, found somebody else's")
    if envelope.payload != challenge.content.encode():
        raise StatementInvalid("expected exactly the statement that was shown, found another")
    if challenge.subject != subject:
        raise DigestMismatch(f"expected a statement about {subject}, found one about {challenge.subject}")
    if now >= challenge.expires_at:
        raise ApprovalExpired(
            f"expected an answer before {challenge.expires_at:%H:%M:%S UTC}, found {now:%H:%M:%S UTC}",
            hint="Ask for the statement again and sign that one.",
        )


def require_own(envelope: Envelope, person: str, credentials: Mapping[str, Credential]) -> Credential:
    """Return this person's credential that signed, where it counts; raises `CredentialRefused`."""
    credential = credentials.get(envelope.keyid)
    if credential is None or credential.holder != person:
        raise CredentialRefused(f"expected a key or passkey of {person}, found {envelope.keyid[:80]!r}")
    if credential.standing() is not CredentialStanding.ACTIVE:
        raise CredentialRefused(
            f"expected a credential that counts, found {credential.id}, which is {credential.standing().value}",
            hint="quarterdeck approvals key list",
        )
    return credential


def ballot_of(verified: Verified, person: str) -> Ballot:
    """Return what a person said, as their statement has it."""
    said = verified.statement.predicate
    return Ballot(
        approver=person,
        plan_digest=verified.statement.plan_digest,
        verdict=said.verdict,
        reason=said.reason,
        surface=said.surface,
        assurance=said.assurance,
        break_glass=said.break_glass,
    )
