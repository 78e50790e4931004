"""People's say: a yes or no is checked, recorded, and counted; the last yes needed starts the run, once."""

from collections.abc import Callable
from datetime import datetime

import structlog

from memory.clock import Clock
from memory.errors import ApprovalExpired, ApprovalRefused, Conflict, PolicyDenied, QuarterdeckError
from memory.ids import Ids
from memory.model.approval import Approval, Ballot, Verdict
from memory.model.decision import Allow, Decision, Deny
from memory.model.record import Entry
from memory.model.run import Run, RunStatus
from memory.store import Store
from runbooks.runner import record
from tools.approvals import admit, counted, require_open
from tools.gate import Gate

_log = structlog.get_logger(__name__)

_TRIES = 10  # so many people deciding on one plan at the very same moment is not expected


class Deciding:
    """Records decisions by compare-and-set: of two that race, each is counted, and one starts the run."""

    def __init__(self, store: Store, gate: Gate, clock: Clock, ids: Ids, changed: Callable[[Run], None]) -> None:
        self._store = store
        self._gate = gate
        self._clock = clock
        self._ids = ids
        self._changed = changed

    async def decide(self, tenant: str, run_id: str, ballot: Ballot) -> Run:
        """Return the run after this person's say.

        Raises `NotFound`, or an `ApprovalRefused` or `PolicyDenied`, which the ledger keeps too.
        """
        for _ in range(_TRIES):
            run = await self._store.runs.get(tenant, run_id)
            try:
                return await self._count(run, ballot)
            except Conflict:
                continue
        raise Conflict(f"expected run {run_id} to hold still for a decision, found it changed {_TRIES} times")

    async def withdraw(self, tenant: str, run_id: str, principal: str, reason: str = "") -> Run:
        """Take back a plan that waits; only its requester may. Raises `ApprovalRefused` or `PolicyDenied`."""
        run = await self._store.runs.get(tenant, run_id)
        require_open(run)
        if principal != run.plan.requester:
            raise PolicyDenied(f"expected {run.plan.requester}, who asked for this plan, found {principal}")
        because = f": {reason}" if reason else "."
        return await self._end(run, RunStatus.CANCELLED, f"Withdrawn by {principal}{because}", actor=principal)

    async def expire(self, run: Run) -> Run:
        """End a plan that nobody decided on in time."""
        return await self._end(run, RunStatus.EXPIRED, "Nobody decided in time, which is a no.")

    async def _count(self, run: Run, ballot: Ballot) -> Run:
        now = self._clock.now()
        permission = self._gate.assess_approval(run, ballot.approver)
        try:
            admit(run, ballot, now, permission)
            approval = self._approval(run, ballot, permission, now)
            changed = self._after(run.model_copy(update={"approvals": (*run.approvals, approval)}))
        except (ApprovalRefused, PolicyDenied) as error:
            await self._refuse(run, ballot, error)
            raise
        saved = await self._save(run, changed, record.approved(run, approval))
        _log.info(
            "run.decided",
            run=run.id,
            by=approval.approver,
            verdict=approval.verdict.value,
            status=saved.status.value,
            correlation=run.correlation,
        )
        return saved

    def _approval(self, run: Run, ballot: Ballot, permission: Decision, now: datetime) -> Approval:
        return Approval(
            id=self._ids.new("approval"),
            tenant=run.tenant,
            run=run.id,
            plan_digest=run.plan_digest,
            approver=ballot.approver,
            verdict=ballot.verdict,
            reason=ballot.reason,
            surface=ballot.surface,
            assurance=ballot.assurance,
            policy_hash=permission.basis.policy_hash,
            decided_at=now,
            expires_at=run.expires_at,
        )

    def _after(self, run: Run) -> Run:
        """Return the run as its newest approval leaves it: ended by a no, running by the last yes needed."""
        newest = run.approvals[-1]
        if newest.verdict is Verdict.DENY:
            withdrawn = newest.approver == run.plan.requester
            status = RunStatus.CANCELLED if withdrawn else RunStatus.DENIED
            return run.model_copy(
                update={"status": status, "ended_at": newest.decided_at, "summary": _says_no(newest, withdrawn)}
            )
        decision = self._gate.assess_plan(run.plan, self.approvals(run))
        if isinstance(decision, Deny):
            raise PolicyDenied(decision.reason, hint=decision.needed)
        if isinstance(decision, Allow):
            return run.model_copy(update={"status": RunStatus.RUNNING})
        return run

    def approvals(self, run: Run) -> int:
        """Return how many approvals count at this moment."""
        return len(counted(run, self._clock.now(), lambda who: self.may_approve(run, who)))

    def may_approve(self, run: Run, person: str) -> bool:
        """Return whether policy lets this person approve that run."""
        return isinstance(self._gate.assess_approval(run, person), Allow)

    async def _refuse(self, run: Run, ballot: Ballot, error: QuarterdeckError) -> None:
        await self._store.ledger.append(record.refused(run, ballot, error.code, self._clock.now()))
        if isinstance(error, ApprovalExpired):
            await self.expire(run)

    async def _end(self, run: Run, status: RunStatus, summary: str, *, actor: str = record.RUNNER) -> Run:
        now = self._clock.now()
        ended = run.model_copy(update={"status": status, "ended_at": now, "summary": summary})
        return await self._save(run, ended, record.ended(ended, now, actor))

    async def _save(self, run: Run, changed: Run, *entries: Entry) -> Run:
        async with self._store.transaction() as unit:
            saved = await unit.runs.replace(changed, expected_version=run.version)
            for entry in entries:
                await unit.ledger.append(entry)
        self._changed(saved)
        return saved


def _says_no(approval: Approval, withdrawn: bool) -> str:
    verb = "Withdrawn" if withdrawn else "Denied"
    return f"{verb} by {approval.approver}" + (f": {approval.reason}" if approval.reason else ".")
