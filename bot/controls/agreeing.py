"""What a second person says to a proposed policy: what they are shown, what they signed, what is attested.

It decides nothing and keeps nothing but what was shown; policy says how sure the say has to be.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from bot.surfaces.approving import Say
from memory.canonical import canonical
from memory.clock import Clock
from memory.errors import AssuranceTooLow, Conflict, PolicyDenied, StatementInvalid
from memory.ids import Ids
from memory.log.checkpoint import Checkpoint
from memory.model.approval import LADDER, Assurance, Challenge, Verdict
from memory.model.bodies import PolicySaid
from memory.model.credential import Credential
from memory.model.people import Principal
from memory.model.policies import PolicyProposal
from memory.model.record import Attachment, Record
from memory.model.value import JsonValue
from memory.store import Store, Unit
from tools.approvals.casting import require_own, require_shown
from tools.approvals.envelope import Envelope
from tools.approvals.keyring import public_key
from tools.approvals.promotion import Promotion, PromotionStatement, parse_promotion
from tools.approvals.signing import Attester
from tools.approvals.statement import Shown
from tools.approvals.verifying import digest_of, verify_promotion
from tools.policy import Policy
from tools.policy import Promotion as Asked

SIGN_WITHIN = timedelta(minutes=10)
PURPOSE = "promotion"


@dataclass(frozen=True)
class Said:
    """What a person said, and the proof of it; `used` is how the credential stands after."""

    statement: PromotionStatement
    envelope: Envelope
    challenge: Challenge
    event: bytes = b""
    credential: Credential | None = None
    used: Credential | None = None

    @property
    def assurance(self) -> Assurance:
        """How sure it is that it was this person."""
        return self.statement.predicate.assurance

    @property
    def verdict(self) -> Verdict:
        """Their answer."""
        return self.statement.predicate.verdict


class Agreeing:
    """Makes statements about policies, and reads those that come back signed."""

    def __init__(self, store: Store, attester: Attester, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._attester = attester
        self._clock = clock
        self._ids = ids

    async def offer(self, principal: Principal, proposal: PolicyProposal, say: Say) -> Challenge:
        """Return, and keep, exactly what this person is to sign."""
        if say.assurance.attested:
            raise StatementInvalid("expected the level passkey or key for what is to be signed, found chat")
        challenge = await self._challenge(principal, proposal, say, b"")
        await self._store.challenges.offer(challenge)
        return challenge

    async def attested(self, principal: Principal, proposal: PolicyProposal, say: Say, event: bytes) -> Said:
        """Return a click as the platform attests it."""
        told: dict[str, JsonValue] = {"proposal": proposal.id, "by": principal.id, **say.model_dump(mode="json")}
        seen = event or canonical(told)
        challenge = await self._challenge(principal, proposal, say, seen)
        envelope = self._attester.attest(challenge.content.encode(), proposal.tenant)
        return Said(parse_promotion(challenge.content.encode()), envelope, challenge, event=seen)

    async def answered(self, principal: Principal, proposal: PolicyProposal, data: bytes) -> Said:
        """Return what a person signed, after every check; raises the `ApprovalRefused` that says what fails."""
        envelope = Envelope.parse(data)
        nonce = parse_promotion(envelope.payload).predicate.nonce
        tenant, person = proposal.tenant, principal.id
        challenge = await self._store.challenges.get(tenant, nonce)
        require_shown(envelope, challenge, PURPOSE, person, proposal.id, self._clock.now())
        mine = {each.id: each for each in await self._store.credentials.of(tenant, person)}
        credential = require_own(envelope, person, mine)
        key = public_key(credential, await self._store.pseudonyms.of(tenant, person))
        verified = verify_promotion(envelope, {credential.id: key}, uses=credential.uses)
        return Said(
            verified.statement,
            envelope,
            challenge,
            credential=credential,
            used=credential.model_copy(update={"uses": verified.uses}),
        )

    async def keep(self, unit: Unit, principal: Principal, proposal: PolicyProposal, said: Said) -> None:
        """Spend what was shown and record what was said, in the transaction that acts on it."""
        if said.credential is None or said.used is None:
            await unit.challenges.offer(said.challenge)
        else:
            await unit.credentials.replace(said.used, before=said.credential)
        now = self._clock.now()
        await unit.challenges.spend(said.challenge, now)
        predicate = said.statement.predicate
        body = PolicySaid(
            proposal=proposal.id,
            policy_hash=said.statement.policy_hash,
            previous=predicate.previous,
            verdict=predicate.verdict,
            surface=predicate.surface,
            assurance=predicate.assurance,
            credential=said.credential.id if said.credential else None,
        )
        beside = (
            Attachment(field="statement", kind="approval", content=said.envelope.encode()),
            Attachment(field="event", kind="event", content=said.event),
            Attachment(field="reason", kind="policy", content=predicate.reason.encode()),
        )
        await unit.ledger.append(
            Record(
                tenant=proposal.tenant,
                at=now,
                actor=principal.id,
                correlation=proposal.id,
                body=body,
                attachments=tuple(each for each in beside if each.content),
            )
        )

    def require(self, policy: Policy, principal: Principal, proposal: PolicyProposal, said: Assurance) -> None:
        """Return where the policy in force takes this person's yes; raises `PolicyDenied` or `AssuranceTooLow`."""
        asked = Asked(
            principal=principal.id,
            proposer=proposal.by,
            at=self._clock.now(),
            assurance=said,
            changed=changed(proposal),
        )
        ruling = policy.rule_promotion(asked)
        if ruling.allowed:
            return
        for level in LADDER[said.level() :]:
            if policy.rule_promotion(asked.model_copy(update={"assurance": level})).allowed:
                raise AssuranceTooLow(
                    f"expected a yes at the level {level.value} to this policy, found one at {said.value}",
                    hint=f"quarterdeck policy agree {proposal.id} --key FILE, or a passkey at the console.",
                )
        raise PolicyDenied(ruling.reason, hint=ruling.needed)

    async def _challenge(
        self, principal: Principal, proposal: PolicyProposal, say: Say, event: bytes
    ) -> Challenge:
        now, nonce = self._clock.now(), self._ids.new("nonce")
        names, tenant = self._store.pseudonyms, proposal.tenant
        shown = Checkpoint.parse((await self._store.ledger.checkpoint(tenant)).text)
        said = Promotion(
            tenant=tenant,
            proposal=proposal.id,
            proposer=await names.of(tenant, proposal.by),
            approver=await names.of(tenant, principal.id),
            verdict=say.verdict,
            reason=say.reason,
            surface=say.surface,
            assurance=say.assurance,
            previous=proposal.previous,
            golden=_digest(dict(proposal.golden)),
            simulation=_digest(proposal.simulation),
            checkpoint=Shown(origin=shown.origin, size=shown.size, root=shown.root.hex()),
            issued_at=now,
            expires_at=now + SIGN_WITHIN,
            nonce=nonce,
            event=digest_of(event) if event else None,
        )
        return Challenge(
            nonce=nonce,
            tenant=tenant,
            principal=principal.id,
            purpose=PURPOSE,
            subject=proposal.id,
            content=PromotionStatement.about(proposal.policy_hash, said).encode().decode(),
            issued_at=now,
            expires_at=now + SIGN_WITHIN,
        )


def changed(proposal: PolicyProposal) -> int:
    """Return how many past answers would have been others."""
    simulation = proposal.simulation
    found = simulation.get("changes") if isinstance(simulation, dict) else None
    return len(found) if isinstance(found, list) else 0


def require_same(proposal: PolicyProposal, policy_hash: str, before: Policy) -> None:
    """Return where it is this policy, against the one in force; raises `Conflict`."""
    if (policy_hash, before.hash) != (proposal.policy_hash, proposal.previous):
        raise Conflict(
            f"expected {proposal.policy_hash[:12]}… after {proposal.previous[:12]}…, "
            f"found {policy_hash[:12]}… after {before.hash[:12]}…",
            hint="Look at the proposal again, or propose it anew against the policy in force.",
        )


def _digest(value: JsonValue) -> str:
    return sha256(
        json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()
