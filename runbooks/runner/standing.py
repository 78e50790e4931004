"""Standing approvals: given by somebody who approved a plan, counted for the same again, ended in time.

Each use goes the way of a click: the same checks, a statement the platform attests, and the gate assesses anew.
"""

from datetime import datetime, timedelta

import structlog

from memory.canonical import canonical
from memory.clock import Clock
from memory.errors import (
    ApprovalRefused,
    Conflict,
    DigestMismatch,
    InvalidInput,
    PolicyDenied,
    SelfApproval,
)
from memory.ids import Ids
from memory.model.approval import Approval, Ballot, Verdict
from memory.model.decision import Deny
from memory.model.record import SYSTEM
from memory.model.run import Run, RunStatus
from memory.model.standing import StandingApproval, StandingEnd, StandingWish
from memory.store import Store, Unit
from runbooks.runner import record
from runbooks.runner.deciding import Deciding
from tools.gate import Gate
from tools.policy import Say
from tools.standing import applicable, in_force, patterns

MOST_USES = 50

_log = structlog.get_logger(__name__)


class StandingApprovals:
    """Gives, counts and ends standing approvals."""

    def __init__(
        self, store: Store, gate: Gate, deciding: Deciding, *, clock: Clock, ids: Ids, longest: timedelta
    ) -> None:
        self._store = store
        self._gate = gate
        self._deciding = deciding
        self._clock = clock
        self._ids = ids
        self._longest = longest

    async def give(self, tenant: str, wish: StandingWish) -> StandingApproval:
        """Give one for the same as a plan this person approved.

        Raises `InvalidInput`, `NotFound`, or the `ApprovalRefused` or `PolicyDenied` that says why not, which the
        ledger keeps too.
        """
        self._check_bounds(wish.lasts, wish.uses)
        run, approver = await self._store.runs.get(tenant, wish.run), wish.approver
        now = self._clock.now()
        try:
            approval = self._approval(run, approver, wish.plan_digest)
            calls = patterns(run.plan, wish.at_most)
        except (ApprovalRefused, PolicyDenied) as error:
            await self._store.ledger.append(record.refused(run, approver, error.code, now))
            error.recorded = True
            raise
        standing = StandingApproval(
            id=self._ids.new("standing"),
            tenant=tenant,
            approver=approver,
            calls=calls,
            run=run.id,
            approval=approval.id,
            surface=wish.surface,
            policy_hash=approval.policy_hash,
            given_at=now,
            expires_at=now + wish.lasts,
            most_uses=wish.uses,
        )
        async with self._store.transaction() as unit:
            await unit.standing.give(standing)
            await unit.ledger.append(record.standing_given(run, standing))
        _log.warning("standing.given", standing=standing.id, by=approver, until=standing.expires_at.isoformat())
        return standing

    async def apply(self, run: Run) -> Run:
        """Count what covers a plan that waits, person by person, and return it as it stands then."""
        given = await self._store.standing.of(run.tenant, open_only=True)
        for each in applicable(given, run.plan, self._clock.now(), self._gate.policy_hash):
            if run.status is not RunStatus.WAITING:
                break
            run = await self._used(run, each)
        return run

    async def revoke(self, tenant: str, standing_id: str, by: str) -> StandingApproval:
        """End one now; raises `NotFound` or `Conflict`."""
        return await self._end(tenant, standing_id, StandingEnd.REVOKED, by)

    async def sweep(self) -> None:
        """End those whose time is over, and those that were given under another policy than the one in force."""
        now, policy_hash = self._clock.now(), self._gate.policy_hash
        for each in await self._store.standing.unended():
            why = self._over(each, now, policy_hash)
            if why is not None:
                try:
                    await self._end(each.tenant, each.id, why, SYSTEM)
                except Conflict:
                    continue  # another node was faster

    def _over(self, standing: StandingApproval, now: datetime, policy_hash: str) -> StandingEnd | None:
        if now >= standing.expires_at:
            return StandingEnd.EXPIRED
        if standing.tenant == self._gate.tenant and not in_force(standing, now, policy_hash):
            return StandingEnd.POLICY
        return None

    def _check_bounds(self, lasts: timedelta, uses: int) -> None:
        if not timedelta(0) < lasts <= self._longest:
            most = self._longest.total_seconds() / 60
            found = lasts.total_seconds() / 60
            raise InvalidInput(f"expected a standing approval of at most {most:g} minutes, found {found:g}")
        if not 1 <= uses <= MOST_USES:
            raise InvalidInput(f"expected 1 to {MOST_USES} uses, found {uses}")

    def _approval(self, run: Run, approver: str, plan_digest: str) -> Approval:
        """Return this person's yes to the plan; raises why they cannot give one for the same again."""
        if plan_digest != run.plan_digest:
            raise DigestMismatch(f"expected the plan {run.plan_digest[:12]}…, found {plan_digest[:12]}…")
        if approver == run.plan.requester:
            raise SelfApproval(f"expected somebody other than {approver}, who asked for this plan")
        permission = self._gate.permission(run, approver, Say.APPROVE)
        if isinstance(permission.decision, Deny):
            raise PolicyDenied(permission.decision.reason, hint=permission.decision.needed)
        for each in reversed(run.approvals):
            if each.approver == approver and each.verdict is Verdict.APPROVE and not each.break_glass:
                if each.policy_hash != self._gate.policy_hash:
                    break
                return each
        raise ApprovalRefused(
            f"expected a plan that {approver} approved under the policy in force, found {run.id}",
            hint="Approve the plan first; then the same again can be approved for a while.",
        )

    async def _used(self, run: Run, standing: StandingApproval) -> Run:
        """Return the run with this approval counted, or as it was where it cannot be."""
        ballot = Ballot(
            approver=standing.approver,
            plan_digest=run.plan_digest,
            verdict=Verdict.APPROVE,
            reason=f"standing approval {standing.id}",
            surface=standing.surface,
            event=canonical(standing),
        )

        async def also(unit: Unit, approval: Approval) -> None:
            used = await unit.standing.use(run.tenant, standing.id, approval.decided_at)
            await unit.ledger.append(record.standing_used(run, used, approval))
            if used.uses == used.most_uses:
                await _ended(unit, used, StandingEnd.SPENT, approval.decided_at, SYSTEM)

        try:
            return await self._deciding.repeat(run, ballot, also)
        except (ApprovalRefused, PolicyDenied, Conflict) as error:
            _log.info("standing.not_counted", standing=standing.id, run=run.id, why=error.message)
            return await self._store.runs.get(run.tenant, run.id)

    async def _end(self, tenant: str, standing_id: str, why: StandingEnd, by: str) -> StandingApproval:
        now = self._clock.now()
        async with self._store.transaction() as unit:
            standing = await unit.standing.get(tenant, standing_id)
            return await _ended(unit, standing, why, now, by)


async def _ended(
    unit: Unit, standing: StandingApproval, why: StandingEnd, at: datetime, by: str
) -> StandingApproval:
    ended = await unit.standing.end(standing.tenant, standing.id, why, at, by)
    await unit.ledger.append(record.standing_ended(ended, at, by))
    return ended
