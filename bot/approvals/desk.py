"""Serves `bot.surfaces.approving.ApprovalDesk`: statements to the runner, credentials and reviews to the store."""

from bot.approvals.enrolment import Enrolment
from bot.approvals.reviewing import Reviewing
from bot.audit.access import reader
from bot.surfaces.approving import Assertion, PasskeyCreation, PasskeyRequest, Say
from bot.telemetry import Metrics
from memory.errors import CredentialRefused, QuarterdeckError, StatementInvalid
from memory.model.approval import Assurance, Ballot, Challenge, Review
from memory.model.credential import Credential, CredentialForm, CredentialStanding
from memory.model.people import Principal
from memory.model.run import Run
from memory.store import Store
from runbooks.runner import Runner
from tools.approvals import Envelope
from tools.approvals.envelope import Assertion as Signed
from tools.approvals.envelope import challenge
from tools.approvals.keyring import from_base64url, standard_base64
from tools.approvals.passkeys import request_options

UNKNOWN = "unknown"  # the id of no credential


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
        if say.assurance is Assurance.CHAT:
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
        passkeys = await self._passkeys(principal)
        if not passkeys:
            raise CredentialRefused(
                f"expected a passkey of {principal.id} that counts, found none",
                hint=f"Enrol one at {self._site}/console/passkeys, and have an administrator agree to it.",
            )
        offered = await self.offer(principal, run, say.model_copy(update={"assurance": Assurance.PASSKEY}))
        handles = [from_base64url(each.handle) for each in passkeys]
        options = request_options(self._site, challenge(offered.content.encode()), handles)
        return PasskeyRequest(challenge=offered, options=options)

    async def cast_passkey(self, principal: Principal, run: str, payload: bytes, assertion: Assertion) -> Run:
        """Take the statement that a passkey signed, in an envelope that is examined as any other."""
        mine = await self._store.credentials.of(reader(principal), principal.id)
        used = next((each.id for each in mine if each.handle == assertion.handle), UNKNOWN)
        beside = Signed(
            authenticator_data=standard_base64(assertion.authenticator_data),
            client_data=standard_base64(assertion.client_data),
        )
        envelope = Envelope(payload, used, from_base64url(assertion.signature), beside)
        return await self.cast(principal, run, envelope.encode())

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

    async def _passkeys(self, principal: Principal) -> list[Credential]:
        mine = await self._store.credentials.of(reader(principal), principal.id)
        active = [each for each in mine if each.standing() is CredentialStanding.ACTIVE]
        return [each for each in active if each.form is CredentialForm.PASSKEY and each.site == self._site]
