"""Measuring whether a step worked: the check is read again and again until it holds or its time is over."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from memory.clock import Clock
from memory.errors import ConnectorError
from memory.model.decision import Deny
from memory.model.plan import Check, Comparison
from memory.model.run import Outcome, Run
from tools.contract import CallContext
from tools.gate import Gate

Pause = Callable[[float], Awaitable[None]]
INTERVAL_S = 1.0


class Verifying:
    """Reads checks through the gate, as the plan's requester."""

    def __init__(self, gate: Gate, clock: Clock, pause: Pause) -> None:
        self._gate = gate
        self._clock = clock
        self._pause = pause

    async def verify(self, run: Run, step: int, check: Check) -> Outcome:
        """Return an outcome that is ok once the check holds, or the last measurement when it never did."""
        deadline = self._clock.now() + timedelta(seconds=check.within_s)
        if check.settle_s:
            await self._pause(check.settle_s)
        while True:
            measured = await self._measure(run, step, check)
            if holds(check, measured):
                return measured.model_copy(update={"ok": True, "summary": _sentence(check, measured, held=True)})
            if self._clock.now() >= deadline:
                return measured.model_copy(update={"ok": False, "summary": _sentence(check, measured, held=False)})
            await self._pause(INTERVAL_S)

    async def _measure(self, run: Run, step: int, check: Check) -> Outcome:
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
            return Outcome(ok=False, summary=error.message, error_code=error.code)
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
