"""What people are shown to sign, what they signed, and what the platform attests where they only clicked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from memory.canonical import canonical
from memory.clock import Clock
from memory.ids import Ids
from memory.log.checkpoint import Checkpoint
from memory.model.approval import Approval, Ballot, Challenge
from memory.model.credential import Credential
from memory.model.run import Run
from memory.store import Store
from tools.approvals.casting import ballot_of, examined
from tools.approvals.envelope import Envelope
from tools.approvals.signing import Attester
from tools.approvals.statement import Approval as Predicate
from tools.approvals.statement import Shown, Statement, parse_statement
from tools.approvals.verifying import digest_of
from tools.gate import Gate
from tools.policy import Say

SIGN_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Said:
    """What a person said, and the proof of it: the envelope, what it answers, and how it was given.

    `event` is kept where the platform attests; `credential` and `used` (how it stands after) where they signed.
    """

    ballot: Ballot
    envelope: Envelope
    challenge: Challenge
    expires_at: datetime
    event: bytes = b""
    credential: Credential | None = None
    used: Credential | None = None


class Statements:
    """Makes statements, and reads those that come back signed. It decides nothing and spends nothing."""

    def __init__(self, store: Store, gate: Gate, attester: Attester, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._gate = gate
        self._attester = attester
        self._clock = clock
        self._ids = ids

    async def offer(self, run: Run, ballot: Ballot) -> Challenge:
        """Return, and keep, exactly what this person is to sign; it is worth nothing until they did."""
        now = self._clock.now()
        until = min(run.expires_at, now + SIGN_WITHIN)
        challenge = await self._challenge(run, ballot, self._gate.policy_hash, now, until)
        await self._store.challenges.offer(challenge)
        return challenge

    async def attested(self, run: Run, approval: Approval, ballot: Ballot) -> Said:
        """Return a click as the platform attests it: the statement is new, and the raw event beside it."""
        event = ballot.event or canonical(ballot.model_dump(mode="json", exclude={"event"}))
        seen = ballot.model_copy(update={"event": event})
        under, at = approval.policy_hash, approval.decided_at
        challenge = await self._challenge(run, seen, under, at, approval.expires_at)
        envelope = self._attester.attest(challenge.content.encode(), run.tenant)
        return Said(ballot, envelope, challenge, approval.expires_at, event=event)

    async def answered(self, run: Run, person: str, data: bytes) -> Said:
        """Return what a person signed, after every check; raises the `ApprovalRefused` that says what fails."""
        envelope = Envelope.parse(data)
        nonce = parse_statement(envelope.payload).predicate.nonce
        challenge = await self._store.challenges.get(run.tenant, nonce)
        credentials = {each.id: each for each in await self._store.credentials.of(run.tenant, person)}
        verified = examined(
            envelope,
            challenge,
            run,
            person,
            credentials,
            pseudonym=await self._store.pseudonyms.of(run.tenant, person),
            policy_hash=self._gate.policy_hash,
            now=self._clock.now(),
        )
        signed_with = credentials[verified.keyid]
        return Said(
            ballot_of(verified, person),
            envelope,
            challenge,
            verified.statement.predicate.expires_at,
            credential=signed_with,
            used=signed_with.model_copy(update={"uses": verified.uses}),
        )

    async def _challenge(
        self, run: Run, ballot: Ballot, policy_hash: str, at: datetime, until: datetime
    ) -> Challenge:
        nonce = self._ids.new("nonce")
        said = await self._predicate(run, ballot, policy_hash, at, nonce)
        statement = Statement.about(run.plan_digest, said)
        return Challenge(
            nonce=nonce,
            tenant=run.tenant,
            principal=ballot.approver,
            purpose="approval",
            subject=run.id,
            content=statement.encode().decode(),
            issued_at=at,
            expires_at=until,
        )

    async def _predicate(self, run: Run, ballot: Ballot, policy_hash: str, at: datetime, nonce: str) -> Predicate:
        alone = ballot.break_glass
        window = self._gate.permission(run, ballot.approver, Say.BREAK_GLASS).window if alone else None
        return Predicate(
            tenant=run.tenant,
            run=run.id,
            requester=await self._store.pseudonyms.of(run.tenant, run.plan.requester),
            approver=await self._store.pseudonyms.of(run.tenant, ballot.approver),
            verdict=ballot.verdict,
            reason=ballot.reason,
            break_glass=ballot.break_glass,
            surface=ballot.surface,
            assurance=ballot.assurance,
            policy_hash=policy_hash,
            checkpoint=await self._shown(run.tenant),
            issued_at=at,
            expires_at=min(at + window, run.expires_at) if window else run.expires_at,
            nonce=nonce,
            event=digest_of(ballot.event) if ballot.assurance.attested else None,
        )

    async def _shown(self, tenant: str) -> Shown:
        checkpoint = Checkpoint.parse((await self._store.ledger.checkpoint(tenant)).text)
        return Shown(origin=checkpoint.origin, size=checkpoint.size, root=checkpoint.root.hex())
