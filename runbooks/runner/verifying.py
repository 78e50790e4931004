"""Measuring whether a step worked: the check is read again and again until it holds or its time is over."""

from datetime import timedelta

from memory.clock import Clock
from memory.errors import ConnectorError, LimitExceeded
from memory.model.decision import Deny
from memory.model.plan import Check, Comparison
from memory.model.run import Outcome, Run, Waiting
from runbooks.runner.affording import failure, require_budget
from runbooks.runner.drive import Pause
from runbooks.runner.holding import HeldRun
from runbooks.runner.legs import cancelled
from tools.contract import CallContext
from tools.gate import Gate

INTERVAL_S = 1.0


class Verifying:
    """Reads checks through the gate, as the plan's requester."""

    def __init__(self, gate: Gate, clock: Clock, pause: Pause) -> None:
        self._gate = gate
        self._clock = clock
        self._pause = pause

    async def verify(
        self, held: HeldRun, step: int, number: int, check: Check, calls: int = 0
    ) -> tuple[Outcome, int]:
        """Return an outcome that is ok once the check holds, or the last measurement when it never did.

        With it comes how often was measured; `calls` is how often was before, for the run's budget. It ends early
        when somebody cancels the run. Who watches the run is told what is waited for, with the number as it is.
        """
        began = self._clock.now()
        deadline = began + timedelta(seconds=check.within_s)
        waiting = Waiting(
            number=number,
            says=check.says,
            comparison=check.comparison,
            bound=check.bound,
            since=began,
            until=deadline,
        )
        if check.settle_s:
            first = began + timedelta(seconds=check.settle_s)
            await held.save_step(step, waiting=waiting.model_copy(update={"measures_at": first}))
            await self._pause(check.settle_s)
        measurements = 0
        while True:
            try:
                require_budget(held.run, self._clock.now(), calls=calls + measurements)
            except LimitExceeded as error:
                return failure(error), measurements
            measured = await self.measure(held.run, step, check)
            measurements += 1
            if holds(check, measured):
                said = _sentence(check, measured, held=True)
                return measured.model_copy(update={"ok": True, "summary": said}), measurements
            if self._clock.now() >= deadline or cancelled(held.run):
                said = _sentence(check, measured, held=False)
                return measured.model_copy(update={"ok": False, "summary": said}), measurements
            unit = next((each.unit for each in measured.evidence if each.unit), "")
            seen = {"value": measured.value if measured.ok else None, "unit": unit}
            await held.save_step(step, waiting=waiting.model_copy(update=seen))
            await self._pause(INTERVAL_S)

    async def once(self, run: Run, step: int, check: Check) -> tuple[Outcome, bool]:
        """Return one measurement, and whether the check holds by it."""
        measured = await self.measure(run, step, check)
        held = holds(check, measured)
        if not measured.ok:
            return measured, held
        said = f"{check.says}: {'yes' if held else 'no'} (measured {measured.value})."
        return measured.model_copy(update={"ok": held, "summary": said}), held

    async def measure(self, run: Run, step: int, check: Check) -> Outcome:
        """Return what a check measures now, as it was seen; what could not be measured is an outcome too."""
        context = CallContext(
            tenant=run.tenant,
            principal=run.plan.requester,
            correlation=run.correlation,
            key=f"{run.id}:{step}:check",
            now=self._clock.now(),
        )
        try:
            seen = await self._gate.read(check.call, context)
        except ConnectorError as error:
            return failure(error)
        if isinstance(seen, Deny):
            return Outcome(ok=False, summary=seen.because(), error_code="policy.denied")
        return seen


def holds(check: Check, measured: Outcome) -> bool:
    """Return whether a measurement satisfies a check. No number satisfies nothing."""
    if not measured.ok or measured.value is None:
        return False
    if check.comparison is Comparison.BELOW:
        return measured.value < check.bound
    return measured.value > check.bound


def _sentence(check: Check, measured: Outcome, *, held: bool) -> str:
    found = measured.summary if measured.value is None else f"measured {measured.value:.4g}"
    return f"Verified: {check.says} ({found})." if held else f"Not verified: {check.says} ({found})."
