"""A run's checks as they measure before its first step and at its end: what it changed, and not only whether.

It looks and never decides: a number that cannot be had is written down as missing, and nothing waits for it.
"""

import asyncio
from collections.abc import Iterable
from typing import Literal

from memory.canonical import digest
from memory.clock import Clock
from memory.errors import ConnectorUnreachable
from memory.model.evidence import Evidence
from memory.model.plan import Check
from memory.model.record import Record
from memory.model.run import Measurement, Outcome, Run
from runbooks.runner import record
from runbooks.runner.affording import failure
from runbooks.runner.legs import took_effect
from runbooks.runner.verifying import Verifying, holds

WITHIN_S = 3.0  # all of them, side by side
MOST_POINTS = 60  # kept of the line that led to a number

Point = tuple[float, float]


class Measuring:
    """Measures every check of a plan once. The run's budget is not charged: the looks are ours, not the plan's."""

    def __init__(self, verifying: Verifying, clock: Clock) -> None:
        self._verifying = verifying
        self._clock = clock

    async def all(
        self, run: Run, moment: Literal["before", "after"]
    ) -> tuple[tuple[Measurement, ...], tuple[Record, ...]]:
        """Return what the checks measure now, in the plan's order, and what the ledger is told of it."""
        wanted = list(_checks(run))
        distinct = {digest(check): (step, check) for step, _, check in wanted}
        seen = await asyncio.gather(*(self._seen(run, step, check) for step, check in distinct.values()))
        outcomes = dict(zip(distinct, seen, strict=True))
        found: list[Measurement] = []
        told: list[Record] = []
        for step, number, check in wanted:
            outcome = outcomes[digest(check)]
            measured = self._measurement(step, number, check, outcome)
            first = distinct[digest(check)] == (step, check)  # the same is not kept beside the log twice
            found.append(measured)
            told.append(record.measured(run, moment, measured, check, outcome.evidence if first else ()))
        return tuple(found), tuple(told)

    async def _seen(self, run: Run, step: int, check: Check) -> Outcome:
        try:
            async with asyncio.timeout(WITHIN_S):
                return await self._verifying.measure(run, step, check)
        except TimeoutError:
            return failure(ConnectorUnreachable(f"expected a measurement within {WITHIN_S:g} s, found none"))

    def _measurement(self, step: int, number: int, check: Check, outcome: Outcome) -> Measurement:
        return Measurement(
            step=step,
            number=number,
            at=self._clock.now(),
            ok=holds(check, outcome),
            value=outcome.value if outcome.ok else None,
            unit=unit_of(outcome.evidence),
            code=outcome.error_code,
            points=_thinned(_course(outcome.evidence)),
        )


def measurable(run: Run) -> bool:
    """Return whether the plan has a check at all."""
    return any(step.checks for step in run.plan.steps)


def changed_something(run: Run) -> bool:
    """Return whether a step of the run is known to have taken effect."""
    return any(took_effect(step) for step in run.steps)


def unit_of(evidence: Iterable[Evidence]) -> str:
    """Return the unit of what was seen, empty where none is given."""
    return next((each.unit for each in evidence if each.unit), "")


def _checks(run: Run) -> Iterable[tuple[int, int, Check]]:
    for index, step in enumerate(run.plan.steps):
        for number, check in enumerate(step.checks, start=1):
            yield index, number, check


def _course(evidence: Iterable[Evidence]) -> tuple[Point, ...]:
    lines = [line.points for each in evidence for line in each.series]
    return lines[0] if len(lines) == 1 else ()  # of several nobody says which one is measured


def _thinned(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return at most `MOST_POINTS` evenly spaced points, the newest among them."""
    stride = -(-len(points) // MOST_POINTS) or 1
    return points[::-1][::stride][::-1]
