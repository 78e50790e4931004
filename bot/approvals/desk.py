"""Serves `bot.surfaces.approving.ApprovalDesk`: statements to the runner, credentials and reviews to the store."""

from bot.approvals.enrolment import Enrolment
from bot.approvals.passkeys import passkey_envelope, passkey_request, require_passkeys
from bot.approvals.reviewing import Reviewing
from bot.audit.access import reader
from bot.surfaces.approving import Assertion, PasskeyCreation, PasskeyRequest, Say
from bot.telemetry import Metrics
from memory.errors import QuarterdeckError, StatementInvalid
from memory.model.approval import Assurance, Ballot, Challenge, Review
from memory.model.credential import Credential
from memory.model.people import Principal
from memory.model.run import Run
from memory.store import Store
from runbooks.runner import Runner


class SignedApprovals:
    """Approvals of one tenant that people sign themselves."""

    def __init__(
        self,
        store: Store,
        runner: Runner,
        site: str,
        *,
        enrolment: Enrolment,
        reviewing: Reviewing,
        metrics: Metrics,
    ) -> None:
        self._store = store
        self._runner = runner
        self._site = site
        self._enrolment = enrolment
        self._reviewing = reviewing
        self._metrics = metrics

    async def offer(self, principal: Principal, run: str, say: Say) -> Challenge:
        """Return exactly what this person is to sign."""
        if say.assurance.attested:
            raise StatementInvalid("expected the level passkey or key for what is to be signed, found chat")
        found = await self._store.runs.get(reader(principal), run)
        ballot = Ballot(approver=principal.id, plan_digest=found.plan_digest, **say.model_dump())
        return await self._runner.offer(principal.tenant, run, ballot)

    async def cast(self, principal: Principal, run: str, envelope: bytes) -> Run:
        """Take a signed statement."""
        try:
            decided = await self._runner.cast(reader(principal), run, principal.id, envelope)
        except QuarterdeckError as error:
            self._metrics.approval("signed", error.code)
            raise
        self._metrics.approval("signed", "accepted")
        return decided

    async def ask_passkey(self, principal: Principal, run: str, say: Say) -> PasskeyRequest:
        """Return what is to be signed with one of this person's passkeys."""
        mine = await self._store.credentials.of(reader(principal), principal.id)
        passkeys = require_passkeys(mine, principal.id, self._site)
        offered = await self.offer(principal, run, say.model_copy(update={"assurance": Assurance.PASSKEY}))
        return passkey_request(offered, passkeys, self._site)

    async def cast_passkey(self, principal: Principal, run: str, payload: bytes, assertion: Assertion) -> Run:
        """Take the statement that a passkey signed, in an envelope that is examined as any other."""
        mine = await self._store.credentials.of(reader(principal), principal.id)
        return await self.cast(principal, run, passkey_envelope(mine, payload, assertion))

    async def credentials(self, principal: Principal) -> tuple[Credential, ...]:
        """Return this person's credentials, or everybody's to those who may know."""
        return await self._enrolment.known(principal)

    async def enrol_key(self, principal: Principal, public: bytes, signature: bytes, label: str) -> Credential:
        """Enrol a key."""
        return await self._enrolment.key(principal, public, signature, label)

    async def make_passkey(self, principal: Principal) -> PasskeyCreation:
        """Return what a browser needs to make a passkey."""
        return await self._enrolment.begin(principal)

    async def enrol_passkey(self, principal: Principal, nonce: str, response: str, label: str) -> Credential:
        """Enrol a passkey."""
        return await self._enrolment.passkey(principal, nonce, response, label)

    async def confirm(self, principal: Principal, credential: str) -> Credential:
        """Agree as the second person."""
        return await self._enrolment.confirm(principal, credential)

    async def revoke(self, principal: Principal, credential: str) -> Credential:
        """Ask to end a credential."""
        return await self._enrolment.revoke(principal, credential)

    async def reviews(self, principal: Principal, *, waiting: bool) -> tuple[Review, ...]:
        """Return the queue of reviews."""
        return await self._reviewing.queue(principal, waiting=waiting)

    async def close_review(self, principal: Principal, review: str, *, justified: bool, remark: str) -> Review:
        """Close a review."""
        return await self._reviewing.close(principal, review, justified=justified, remark=remark)
