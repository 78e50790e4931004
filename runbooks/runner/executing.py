"""Carrying out a run leg by leg: each step once, verified, and taken back in reverse when one fails.

A leg begins and ends at a safe point, where nothing is under way: there a run may be paused, cancelled, or go on
with another node.
"""

import structlog

from memory.clock import Clock
from memory.errors import LimitExceeded, PolicyChangedSince
from memory.model.plan import Call, Check
from memory.model.record import SYSTEM, Record
from memory.model.run import Measurement, Outcome, Run, RunStatus, StepRecord, StepStatus
from memory.store import Unit
from runbooks.engine.hooks import Pacing
from runbooks.outcomes.counting import outcome_records
from runbooks.runner import record
from runbooks.runner.affording import failure, require_budget
from runbooks.runner.conclusion import conclusion
from runbooks.runner.counting import Counting
from runbooks.runner.holding import HeldRun
from runbooks.runner.legs import ACT, END, LOOK, OPEN, TURN, UNDO, VERIFY, Leg, cancelled
from runbooks.runner.measuring import Measuring, changed_something, measurable
from runbooks.runner.once import Once
from runbooks.runner.verifying import Verifying

_log = structlog.get_logger(__name__)


class Executing:
    """Carries out one leg of a held run at a time."""

    def __init__(self, clock: Clock, verifying: Verifying, counting: Counting, once: Once, pacing: Pacing) -> None:
        self._clock = clock
        self._verifying = verifying
        self._measuring = Measuring(verifying, clock)
        self._counting = counting
        self._once = once
        self._pacing = pacing

    async def perform(self, held: HeldRun, leg: Leg) -> None:
        """Carry out a leg, which is what follows for the run as it stands.

        Raises `ActionsStopped`, `OutcomeUnknown`, `Conflict` or `StoreUnavailable`, to be resumed.
        """
        if leg.kind == ACT:
            if self._counting.lapsed(held.run):
                await self._ask_again(held)
            else:
                await self._act(held, leg.step)
        elif leg.kind == VERIFY:
            await self._verify(held, leg.step)
        elif leg.kind == LOOK:
            await self._look(held, leg.step)
        elif leg.kind == TURN:
            await held.save(status=RunStatus.UNDOING, steps=_ungranted(held.run))
        elif leg.kind == UNDO:
            await self._undo(held, leg.step)
        elif leg.kind == END:
            await self._end(held)

    async def _act(self, held: HeldRun, index: int) -> None:
        await self._measure_before(held)
        step = held.run.plan.steps[index]
        entry = None
        if step.when is not None and held.run.steps[index].status is StepStatus.PENDING:
            measured, holds, entry = await self._when(held.run, index, step.when)
            if not holds:
                status = StepStatus.FAILED if measured.error_code else StepStatus.SKIPPED
                calls = held.run.steps[index].calls + 1
                now = self._clock.now()
                await held.save_step(index, entry, status=status, checks=(measured,), calls=calls, ended_at=now)
                return
        outcome = await self._once.make(held, index, step.call, undo=False, entry=entry)
        await self._acted(held, index, step.call, outcome)

    async def _measure_before(self, held: HeldRun) -> None:
        """Measure the checks once, as long as nothing was begun: a number taken later would not be from before."""
        run = held.run
        begun = any(step.started_at is not None or step.status in OPEN for step in run.steps)
        if run.before is None and not begun and measurable(run):
            before, entries = await self._measuring.all(run, "before")
            await held.save(*entries, before=before)

    async def _acted(self, held: HeldRun, index: int, call: Call, outcome: Outcome) -> None:
        done = StepStatus.DONE if outcome.ok else StepStatus.FAILED
        now = self._clock.now()
        entry = record.acted(held.run, index, call, outcome, now)
        await held.save_step(index, entry, status=done, outcome=outcome, ended_at=now)
        _tell("run.acted", held.run, index, call, outcome)

    async def _when(self, run: Run, index: int, check: Check) -> tuple[Outcome, bool, Record]:
        """Measure once whether a step is to be done at all. What cannot be measured does not hold."""
        try:
            require_budget(run, self._clock.now())
            measured, holds = await self._verifying.once(run, index, check)
        except LimitExceeded as error:
            measured, holds = failure(error), False
        return measured, holds, record.checked(run, index, 0, check, measured, self._clock.now())

    async def _look(self, held: HeldRun, index: int) -> None:
        """Find out what came of a step before it is left or taken back."""
        call = held.run.plan.steps[index].call
        outcome = await self._once.found(held, index, call, undo=False)
        if outcome is None:
            await held.save_step(index, status=StepStatus.PENDING)
        else:
            await self._acted(held, index, call, outcome)

    async def _verify(self, held: HeldRun, index: int) -> None:
        outcomes: list[Outcome] = []
        entries: list[Record] = []
        calls = 0
        for number, check in enumerate(held.run.plan.steps[index].checks, start=1):
            outcome, measured = await self._verifying.verify(held, index, number, check, calls)
            calls += measured
            if cancelled(held.run):
                await held.save_step(index, waiting=None)
                return
            outcomes.append(outcome)
            entries.append(record.checked(held.run, index, number, check, outcome, self._clock.now()))
        held_up = all(outcome.ok for outcome in outcomes)
        status = StepStatus.VERIFIED if held_up else StepStatus.FAILED
        made = held.run.steps[index].calls + calls
        await held.save_step(
            index,
            *entries,
            status=status,
            checks=tuple(outcomes),
            calls=made,
            verified_at=self._clock.now(),
            waiting=None,
        )

    async def _undo(self, held: HeldRun, index: int) -> None:
        """Take a step back."""
        call = held.run.plan.steps[index].undo
        if call is None:
            return
        outcome = await self._once.make(held, index, call, undo=True)
        entry = record.taken_back(held.run, index, call, outcome, self._clock.now())
        status = StepStatus.UNDONE if outcome.ok else StepStatus.FAILED
        await held.save_step(index, entry, status=status, undo=outcome, undone_at=self._clock.now())
        _tell("run.undone", held.run, index, call, outcome)

    async def _ask_again(self, held: HeldRun) -> None:
        """Let a run that has not begun wait once more: what it was approved under is not in force any more."""
        code = PolicyChangedSince.code
        entry = record.refused(held.run, SYSTEM, code, self._clock.now())
        summary = (
            "The policy was changed after this was approved, so it has to be approved again. Nothing was done."
        )
        again = held.run.attempt + 1
        await held.save(entry, status=RunStatus.WAITING, summary=summary, attempt=again, release=True)
        _log.warning("run.asked_again", run=held.run.id, code=code, correlation=held.run.correlation)

    async def _end(self, held: HeldRun) -> None:
        status, summary = conclusion(held.run)
        after: tuple[Measurement, ...] | None = None
        measured: tuple[Record, ...] = ()
        if measurable(held.run) and changed_something(held.run):
            after, measured = await self._measuring.all(held.run, "after")
        now = self._clock.now()
        ended = held.run.model_copy(update={"status": status, "summary": summary, "ended_at": now})

        async def kept(unit: Unit) -> None:
            for outcome in outcome_records(ended):
                await unit.outcomes.count(outcome)
            if status in {RunStatus.FAILED, RunStatus.UNDONE}:
                await self._pacing.gave_up(unit, ended)

        entry = record.ended(ended, now)
        changes = {"status": status, "summary": summary, "ended_at": now, "after": after}
        await held.save(*measured, entry, inside=kept, release=True, **changes)
        _log.info("run.ended", run=ended.id, status=status.value, correlation=ended.correlation)


def _tell(what: str, run: Run, index: int, call: Call, outcome: Outcome) -> None:
    """Log an effect under the correlation id of the message that began it."""
    code = outcome.error_code or "ok"
    _log.info(what, run=run.id, step=index, tool=call.tool, result=code, correlation=run.correlation)


def _ungranted(run: Run) -> tuple[StepRecord, ...]:
    """Return the steps as taking them back begins: no grant to act is one to undo."""
    return tuple(step.model_copy(update={"grant": None}) for step in run.steps)
