"""People's say: a yes or no is checked, recorded, and counted; the last yes needed starts the run, once."""

from collections.abc import Awaitable, Callable

import structlog

from memory.clock import Clock
from memory.errors import (
    ApprovalExpired,
    ApprovalRefused,
    Conflict,
    NotFound,
    PolicyDenied,
    QuarterdeckError,
    StatementInvalid,
)
from memory.ids import Ids
from memory.model.approval import Approval, Ballot, Challenge
from memory.model.record import SYSTEM, Record
from memory.model.run import Run, RunStatus
from memory.store import Store, Unit
from runbooks.runner import record
from runbooks.runner.admitting import Admitting
from runbooks.runner.statements import Said, Statements
from runbooks.runner.tending import quietly
from tools.approvals import require_open
from tools.gate import Gate

_log = structlog.get_logger(__name__)

Also = Callable[[Unit, Approval], Awaitable[None]]
"""What else is written in the transaction that counts an approval."""

_TRIES = 10  # so many people deciding on one plan at the very same moment is not expected


class Deciding:
    """Records decisions by compare-and-set: of two that race, each is counted, and one starts the run.

    Whatever is refused stands in the ledger, under the name of who tried.
    """

    def __init__(
        self,
        store: Store,
        gate: Gate,
        statements: Statements,
        admitting: Admitting,
        *,
        clock: Clock,
        ids: Ids,
        changed: Callable[[Run], None],
    ) -> None:
        self._store = store
        self._gate = gate
        self._statements = statements
        self._admitting = admitting
        self._clock = clock
        self._ids = ids
        self._changed = changed

    async def offer(self, tenant: str, run_id: str, ballot: Ballot) -> Challenge:
        """Return what a person is to sign for this say, where it would be accepted now; raises as `decide`."""
        run = await self._run(tenant, run_id, ballot.approver)
        try:
            self._admitting.check(run, ballot)
        except (ApprovalRefused, PolicyDenied) as error:
            await self._refuse(run, ballot.approver, error)
            raise
        return await self._statements.offer(run, ballot)

    async def decide(self, tenant: str, run_id: str, ballot: Ballot) -> Run:
        """Return the run after this person's click, which the platform attests.

        Raises `NotFound`, or an `ApprovalRefused` or `PolicyDenied`, which the ledger keeps too.
        """

        async def attested(run: Run) -> Run:
            if not ballot.assurance.attested:
                raise StatementInvalid(f"expected a signature at the level {ballot.assurance}, found a click")
            approval = self._admitting.approval(run, ballot, run.expires_at)
            return await self._record(run, approval, await self._statements.attested(run, approval, ballot))

        return await self._settled(tenant, run_id, ballot.approver, attested)

    async def cast(self, tenant: str, run_id: str, person: str, envelope: bytes) -> Run:
        """Return the run after what this person signed; raises as `decide`."""

        async def signed(run: Run) -> Run:
            said = await self._statements.answered(run, person, envelope)
            return await self._record(run, self._admitting.approval(run, said.ballot, said.expires_at), said)

        return await self._settled(tenant, run_id, person, signed)

    async def repeat(self, run: Run, ballot: Ballot, also: Also) -> Run:
        """Count a standing approval as its approver's click on this run, and write what `also` does with it.

        Raises `Conflict`, or the `ApprovalRefused` or `PolicyDenied` of a click; nothing is then written.
        """
        approval = self._admitting.approval(run, ballot, run.expires_at)
        return await self._record(run, approval, await self._statements.attested(run, approval, ballot), also)

    async def withdraw(self, tenant: str, run_id: str, principal: str, reason: str = "") -> Run:
        """Take back a plan that waits; only its requester may. Raises `ApprovalRefused` or `PolicyDenied`."""
        run = await self._store.runs.get(tenant, run_id)
        try:
            require_open(run)
            _require_requester(run, principal)
        except (ApprovalRefused, PolicyDenied) as error:
            await self._refuse(run, principal, error)
            raise
        because = f": {reason}" if reason else "."
        return await self._end(run, RunStatus.CANCELLED, f"Withdrawn by {principal}{because}", actor=principal)

    async def expire(self, run: Run) -> Run:
        """End a plan that nobody decided on in time."""
        return await self._end(run, RunStatus.EXPIRED, "Nobody decided in time, which is a no.")

    async def _settled(
        self, tenant: str, run_id: str, person: str, attempt: Callable[[Run], Awaitable[Run]]
    ) -> Run:
        """Return what came of an attempt, made anew where somebody else was faster. A refusal is recorded."""
        for _ in range(_TRIES):
            run = await self._run(tenant, run_id, person)
            try:
                return await attempt(run)
            except Conflict:
                continue
            except (ApprovalRefused, PolicyDenied) as error:
                await self._refuse(run, person, error)
                raise
        raise Conflict(f"expected run {run_id} to hold still for a decision, found it changed {_TRIES} times")

    async def _run(self, tenant: str, run_id: str, person: str) -> Run:
        """Return the run; that somebody decides on one which this tenant does not have is recorded too."""
        try:
            return await self._store.runs.get(tenant, run_id)
        except NotFound as error:
            astray = record.astray(tenant, person, error.code, self._clock.now(), self._ids.new("cor"))
            await self._store.ledger.append(astray)
            raise

    async def _record(self, run: Run, approval: Approval, said: Said, also: Also | None = None) -> Run:
        """Count it, and write everything that follows from it: all at once, or nothing."""
        if approval.policy_hash != self._gate.policy_hash:
            raise Conflict("expected the policy it was decided under, found another in force: decided anew")
        signed_with = said.credential.id if said.credential else None
        approval = approval.model_copy(update={"nonce": said.challenge.nonce, "credential": signed_with})
        changed = self._admitting.after(run.model_copy(update={"approvals": (*run.approvals, approval)}))
        entries = [record.approved(run, approval, said.envelope.encode(), said.event)]
        review = self._admitting.review(run, approval) if approval.break_glass else None
        if review is not None:
            entries.append(record.broke_glass(run, approval, review))
        if changed.status.final():
            entries.append(record.ended(changed, approval.decided_at, approval.approver))

        async def inside(unit: Unit) -> None:
            if said.credential is None or said.used is None:
                await unit.challenges.offer(said.challenge)
            else:
                await unit.credentials.replace(said.used, before=said.credential)
            await unit.challenges.spend(said.challenge, approval.decided_at)
            if review is not None:
                await unit.reviews.open(review)
            if also is not None:
                await also(unit, approval)

        saved = await self._save(run, changed, *entries, inside=inside)
        _tell(saved, approval)
        return saved

    async def _refuse(self, run: Run, person: str, error: QuarterdeckError) -> None:
        now = self._clock.now()
        await self._store.ledger.append(record.refused(run, person, error.code, now))
        error.recorded = True
        if isinstance(error, ApprovalExpired) and run.status is RunStatus.WAITING and now >= run.expires_at:
            await quietly(self.expire(run))

    async def _end(self, run: Run, status: RunStatus, summary: str, *, actor: str = SYSTEM) -> Run:
        now = self._clock.now()
        ended = run.model_copy(update={"status": status, "ended_at": now, "summary": summary})
        return await self._save(run, ended, record.ended(ended, now, actor))

    async def _save(
        self,
        run: Run,
        changed: Run,
        *entries: Record,
        inside: Callable[[Unit], Awaitable[None]] | None = None,
    ) -> Run:
        async with self._store.transaction() as unit:
            saved = await unit.runs.replace(changed, expected_version=run.version)
            if inside is not None:
                await inside(unit)
            for entry in entries:
                await unit.ledger.append(entry)
        self._changed(saved)
        return saved


def _require_requester(run: Run, person: str) -> None:
    if person != run.plan.requester:
        raise PolicyDenied(f"expected {run.plan.requester}, who asked for this plan, found {person}")


def _tell(run: Run, approval: Approval) -> None:
    """Log a decision, and loudly where somebody went ahead alone."""
    tell = _log.warning if approval.break_glass else _log.info
    tell(
        "run.break_glass" if approval.break_glass else "run.decided",
        run=run.id,
        by=approval.approver,
        verdict=approval.verdict.value,
        assurance=approval.assurance.value,
        status=run.status.value,
        correlation=run.correlation,
    )
