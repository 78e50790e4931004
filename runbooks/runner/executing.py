"""Carrying out a plan that may run: each step once, verified, and taken back in reverse when one fails.

Before a call there is "decided" in the ledger, after it "outcome". Where the second is missing, what happened is
unknown, and the executor looks before it repeats.
"""

import structlog

from memory.clock import Clock
from memory.errors import (
    ActionsStopped,
    ConnectorUnreachable,
    GrantOutdated,
    LimitExceeded,
    OutcomeUnknown,
    PolicyChangedSince,
    QuarterdeckError,
)
from memory.model.approval import Grant, Verdict
from memory.model.plan import Call, Step
from memory.model.record import SYSTEM, Record
from memory.model.run import Outcome, Run, RunStatus, StepRecord, StepStatus
from memory.store import Store, Unit
from runbooks.runner import record
from runbooks.runner.braking import Braking
from runbooks.runner.counting import Counting
from runbooks.runner.holding import HeldRun
from runbooks.runner.verifying import Verifying
from tools.contract import CallContext
from tools.gate import Gate

_log = structlog.get_logger(__name__)

ATTEMPTS = 3  # of one call under one key, when its target cannot be reached


class Executing:
    """Walks a held run to its end."""

    def __init__(
        self,
        store: Store,
        gate: Gate,
        clock: Clock,
        verifying: Verifying,
        braking: Braking,
        counting: Counting,
    ) -> None:
        self._store = store
        self._gate = gate
        self._clock = clock
        self._verifying = verifying
        self._braking = braking
        self._counting = counting

    async def carry_out(self, held: HeldRun) -> None:
        """Take the run from where it stands to its end.

        Raises `ActionsStopped`, `OutcomeUnknown` or `Conflict`, to be resumed: no step is then under way.
        """
        if held.run.status is RunStatus.RUNNING and self._counting.lapsed(held.run):
            await self._ask_again(held)
            return
        if held.run.status is RunStatus.RUNNING:
            for index in range(len(held.run.plan.steps)):
                if not await self._forward(held, index):
                    await held.save(status=RunStatus.UNDOING, steps=_ungranted(held.run))
                    break
        if held.run.status is RunStatus.UNDOING:
            for index in reversed(range(len(held.run.plan.steps))):
                await self._backward(held, index)
        await self._finish(held)

    async def _forward(self, held: HeldRun, index: int) -> bool:
        """Return whether the step is done and verified."""
        step = held.run.plan.steps[index]
        if held.run.steps[index].status in {StepStatus.PENDING, StepStatus.DECIDED, StepStatus.UNKNOWN}:
            outcome = await self._once(held, index, step.call, undo=False)
            done = StepStatus.DONE if outcome.ok else StepStatus.FAILED
            now = self._clock.now()
            entry = record.acted(held.run, index, step.call, outcome, now)
            await held.save_step(index, entry, status=done, outcome=outcome, ended_at=now)
            _tell("run.acted", held.run, index, step.call, outcome)
        if held.run.steps[index].status is StepStatus.DONE:
            await self._verify(held, index, step)
        return held.run.steps[index].status is StepStatus.VERIFIED

    async def _verify(self, held: HeldRun, index: int, step: Step) -> None:
        outcomes: list[Outcome] = []
        entries: list[Record] = []
        for number, check in enumerate(step.checks, start=1):
            outcome = await self._verifying.verify(held.run, index, check)
            outcomes.append(outcome)
            entries.append(record.checked(held.run, index, number, check, outcome, self._clock.now()))
        held_up = all(outcome.ok for outcome in outcomes)
        status = StepStatus.VERIFIED if held_up else StepStatus.FAILED
        await held.save_step(index, *entries, status=status, checks=tuple(outcomes))

    async def _backward(self, held: HeldRun, index: int) -> None:
        """Take a step back, if it took effect and can be."""
        step, done = held.run.plan.steps[index], held.run.steps[index]
        if step.undo is None or done.status is StepStatus.UNDONE or not _took_effect(done):
            return
        outcome = await self._once(held, index, step.undo, undo=True)
        entry = record.taken_back(held.run, index, step.undo, outcome, self._clock.now())
        status = StepStatus.UNDONE if outcome.ok else StepStatus.FAILED
        await held.save_step(index, entry, status=status, undo=outcome)
        _tell("run.undone", held.run, index, step.undo, outcome)

    async def _once(self, held: HeldRun, index: int, call: Call, *, undo: bool) -> Outcome:
        """Return the outcome of a call that takes effect at most once, however often this is resumed."""
        context = _context(held.run, index, self._clock, undo=undo)
        lost: QuarterdeckError
        for attempt in range(ATTEMPTS):
            if attempt or _may_have_acted(held.run.steps[index], undo=undo):
                found = await self._look(held, index, call, context)
                if found is not None:
                    return found
            try:
                return await self._act(held, index, call, context, undo=undo)
            except (ConnectorUnreachable, GrantOutdated) as error:
                lost = error
            except ActionsStopped:
                raise
            except QuarterdeckError as error:
                return _failure(error)
        return _failure(lost)

    async def _look(self, held: HeldRun, index: int, call: Call, context: CallContext) -> Outcome | None:
        await held.save_step(index, status=StepStatus.UNKNOWN)
        try:
            return await self._gate.look(call, context)
        except ConnectorUnreachable as error:
            raise OutcomeUnknown(f"{call.tool} may have taken effect, and its target cannot be asked") from error

    async def _act(self, held: HeldRun, index: int, call: Call, context: CallContext, *, undo: bool) -> Outcome:
        count = self._counting.approvals_to_undo if undo else self._counting.approvals
        grant = self._gate.grant(held.run, index, call, count(held.run))
        try:
            await held.save_step(
                index,
                record.granted(held.run, index, call, grant, undo=undo),
                inside=lambda unit: self._mint(unit, held.run, call, grant, undo=undo),
                status=StepStatus.DECIDED,
                grant=grant.id,
                started_at=self._clock.now(),
            )
        except (ActionsStopped, LimitExceeded) as refusal:
            await self._braking.interrupted(held.run, call, refusal)
            raise
        return await self._gate.act(self._store.grants, grant, call, context)

    async def _mint(self, unit: Unit, run: Run, call: Call, grant: Grant, *, undo: bool) -> None:
        """Record a grant together with the approvals that it uses up: they let nothing else run."""
        nonces = [each.nonce for each in run.approvals if each.verdict is Verdict.APPROVE and each.nonce]
        await unit.challenges.consume(run.tenant, run.id, nonces, grant.id)
        await self._braking.mint(unit, run, call, grant, undo=undo)

    async def _ask_again(self, held: HeldRun) -> None:
        """Let a run that has not begun wait once more: what it was approved under is not in force any more."""
        code = PolicyChangedSince.code
        entry = record.refused(held.run, SYSTEM, code, self._clock.now())
        summary = (
            "The policy was changed after this was approved, so it has to be approved again. Nothing was done."
        )
        await held.save(entry, status=RunStatus.WAITING, summary=summary, release=True)
        _log.warning("run.asked_again", run=held.run.id, code=code, correlation=held.run.correlation)

    async def _finish(self, held: HeldRun) -> None:
        now = self._clock.now()
        status, summary = _conclusion(held.run)
        ended = held.run.model_copy(update={"status": status})
        await held.save(record.ended(ended, now), status=status, summary=summary, ended_at=now, release=True)
        _log.info("run.ended", run=ended.id, status=status.value, correlation=ended.correlation)


def _tell(what: str, run: Run, index: int, call: Call, outcome: Outcome) -> None:
    """Log an effect under the correlation id of the message that began it."""
    code = outcome.error_code or "ok"
    _log.info(what, run=run.id, step=index, tool=call.tool, result=code, correlation=run.correlation)


def _context(run: Run, index: int, clock: Clock, *, undo: bool) -> CallContext:
    return CallContext(
        tenant=run.tenant,
        principal=run.plan.requester,
        correlation=run.correlation,
        key=f"{run.id}:{index}:undo" if undo else f"{run.id}:{index}",
        now=clock.now(),
    )


def _may_have_acted(step: StepRecord, *, undo: bool) -> bool:
    """Return whether a call was decided on whose outcome is not known."""
    return undo or step.status in {StepStatus.DECIDED, StepStatus.UNKNOWN}


def _ungranted(run: Run) -> tuple[StepRecord, ...]:
    """Return the steps as taking them back begins: no grant to act is one to undo."""
    return tuple(step.model_copy(update={"grant": None}) for step in run.steps)


def _took_effect(step: StepRecord) -> bool:
    return step.outcome is not None and step.outcome.ok


def _failure(error: QuarterdeckError) -> Outcome:
    return Outcome(ok=False, summary=error.message, error_code=error.code)


def _conclusion(run: Run) -> tuple[RunStatus, str]:
    """Return how a run that was walked to its end stands, and a sentence that says so."""
    if all(step.status is StepStatus.VERIFIED for step in run.steps):
        checks = [check.summary for step in run.steps for check in step.checks]
        done = [step.outcome.summary for step in run.steps if step.outcome]
        return RunStatus.SUCCEEDED, " ".join([*done, *checks])
    results = [result for step in run.steps for result in (step.outcome, *step.checks) if result is not None]
    why = " ".join(result.summary for result in results if not result.ok)
    effective = [step for step in run.steps if _took_effect(step)]
    if effective and all(step.status is StepStatus.UNDONE for step in effective):
        undone = " ".join(step.undo.summary for step in effective if step.undo is not None)
        return RunStatus.UNDONE, f"{why} Taken back: {undone}"
    return RunStatus.FAILED, why if effective else f"{why} Nothing was changed."
