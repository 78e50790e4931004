"""One call, made at most once however often a run is taken up again: decided and recorded, made, recorded.

Before a call there is "decided" in the ledger, after it "outcome". Where the second is missing, what happened is
unknown, and whoever comes next looks before repeating it. A node that may count as gone does not act.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from memory.clock import Clock
from memory.errors import (
    ActionsStopped,
    Conflict,
    ConnectorBusy,
    ConnectorUnreachable,
    GrantOutdated,
    LimitExceeded,
    OutcomeUnknown,
    QuarterdeckError,
    StoreUnavailable,
)
from memory.model.approval import Grant, Verdict
from memory.model.plan import Call
from memory.model.record import Record
from memory.model.run import Outcome, Run, StepStatus
from memory.store import Store, Unit
from memory.store.grants import Grants
from runbooks.engine.hooks import Pacing
from runbooks.engine.peers import Peers
from runbooks.runner import record
from runbooks.runner.affording import failure, require_budget
from runbooks.runner.braking import Braking
from runbooks.runner.counting import Counting
from runbooks.runner.drive import Pause
from runbooks.runner.holding import HeldRun
from runbooks.runner.legs import OPEN
from tools.contract import CallContext
from tools.gate import Gate


class Once:
    """Makes calls through the gate."""

    def __init__(
        self,
        store: Store,
        gate: Gate,
        clock: Clock,
        braking: Braking,
        counting: Counting,
        *,
        pacing: Pacing,
        peers: Peers,
        pause: Pause,
        prices: Mapping[str, int],
    ) -> None:
        self._store = store
        self._gate = gate
        self._clock = clock
        self._braking = braking
        self._counting = counting
        self._pacing = pacing
        self._peers = peers
        self._pause = pause
        self._prices = prices

    async def make(
        self, held: HeldRun, index: int, call: Call, *, undo: bool, entry: Record | None = None
    ) -> Outcome:
        """Return the outcome of a call that takes effect at most once; `entry` is recorded with the decision.

        Raises `ActionsStopped`, `OutcomeUnknown`, `Conflict` or `StoreUnavailable`: the call is then to be made,
        or looked for, later.
        """
        for tries in range(1, held.run.plan.steps[index].attempts + 1):
            try:
                return await self._attempt(held, index, call, entry, again=tries > 1 or undo, undo=undo)
            except (ConnectorUnreachable, ConnectorBusy, GrantOutdated) as error:
                wait = self._pacing.again_after(held.run, index, call, tries, error)
                lost: QuarterdeckError = error
            except (ActionsStopped, OutcomeUnknown, Conflict, StoreUnavailable):
                raise
            except QuarterdeckError as error:
                return failure(error)
            if wait is None:
                break
            if wait:
                await self._pause(wait)
        return await self.found(held, index, call, undo=undo) or failure(lost)

    async def _attempt(
        self, held: HeldRun, index: int, call: Call, entry: Record | None, *, again: bool, undo: bool
    ) -> Outcome:
        """Make a call, unless it was made before: where it may have been (`again`), look first."""
        async with self._pacing.permit(held.run, index, call) as told:
            again = again or held.run.steps[index].status in OPEN
            outcome = await self.found(held, index, call, undo=undo) if again else None
            if outcome is None:
                outcome = await self._act(held, index, call, entry, undo=undo)
            told.outcome(outcome)
        return outcome

    async def found(self, held: HeldRun, index: int, call: Call, *, undo: bool) -> Outcome | None:
        """Return what came of a call that may have been made, None where it took no effect.

        Raises `OutcomeUnknown` where its target cannot be asked.
        """
        calls = held.run.steps[index].calls + 1
        await held.save_step(index, status=StepStatus.UNKNOWN, calls=calls)
        try:
            return await self._gate.look(call, self._context(held.run, index, undo=undo))
        except ConnectorUnreachable as error:
            raise OutcomeUnknown(f"{call.tool} may have taken effect, and its target cannot be asked") from error

    async def _act(self, held: HeldRun, index: int, call: Call, entry: Record | None, *, undo: bool) -> Outcome:
        within = None if undo else self._affordable(held.run, call)
        budget = None if undo else await self._braking.left(held.run, call)
        count = self._counting.approvals_to_undo if undo else self._counting.approvals
        grant = self._gate.grant(held.run, index, call, count(held.run), budget)
        step = held.run.steps[index]
        self._peers.require_touch()
        try:
            await held.save_step(
                index,
                *filter(None, [entry]),
                record.granted(held.run, index, call, grant, undo=undo),
                inside=lambda unit: self._mint(unit, held.run, call, grant, undo=undo),
                status=StepStatus.DECIDED,
                grant=grant.id,
                started_at=self._clock.now(),
                calls=step.calls + 1,
                cents=step.cents + self._prices.get(call.tool, 0),
            )
        except (ActionsStopped, LimitExceeded) as refusal:
            await self._braking.interrupted(held.run, call, refusal)
            raise
        limit = held.run.plan.steps[index].timeout_s
        context = self._context(held.run, index, undo=undo)
        book = InTouch(self._store.grants, self._peers)
        try:
            async with asyncio.timeout(limit if within is None else min(limit, within)):
                return await self._gate.act(book, grant, call, context)
        except TimeoutError as error:
            raise ConnectorUnreachable(f"expected {call.tool} to answer within {limit:g} s") from error

    async def _mint(self, unit: Unit, run: Run, call: Call, grant: Grant, *, undo: bool) -> None:
        """Record a grant together with the approvals that it uses up: they let nothing else run."""
        nonces = [each.nonce for each in run.approvals if each.verdict is Verdict.APPROVE and each.nonce]
        await unit.challenges.consume(run.tenant, run.id, nonces, grant.id)
        await self._braking.mint(unit, run, call, grant, undo=undo)

    def _affordable(self, run: Run, call: Call) -> float | None:
        """Return how many seconds the run's own budget leaves, None: any; raises `LimitExceeded`."""
        return require_budget(run, self._clock.now(), cents=self._prices.get(call.tool, 0))

    def _context(self, run: Run, index: int, *, undo: bool) -> CallContext:
        return CallContext(
            tenant=run.tenant,
            principal=run.plan.requester,
            correlation=run.correlation,
            key=f"{run.id}:{index}:undo" if undo else f"{run.id}:{index}",
            now=self._clock.now(),
        )


class InTouch:
    """The grants, for a node that has to be in touch with the others at the very moment it has spent one."""

    def __init__(self, grants: Grants, peers: Peers) -> None:
        self._grants = grants
        self._peers = peers

    async def consume(self, tenant: str, grant_id: str, call_digest: str, now: datetime) -> Grant:
        """Spend a grant, once; raises `GrantRefused`, or `OutOfTouch` where this node was frozen meanwhile."""
        grant = await self._grants.consume(tenant, grant_id, call_digest, now)
        self._peers.require_touch()
        return grant
