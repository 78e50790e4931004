"""A run's checks before and after, in words. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from memory.canonical import digest
from memory.model.plan import Check
from memory.model.run import Measurement, Run
from tools.wording import amount


class Pair(NamedTuple):
    """One check with what it measured before the first step and at the end; None where nobody measured."""

    check: Check
    step: int
    number: int
    before: Measurement | None
    after: Measurement | None


def pairs(run: Run) -> tuple[Pair, ...]:
    """Return each check of the plan once, with both measurements; none before anything was measured."""
    found: dict[str, Pair] = {}
    for pair in _all(run):
        if pair.before is not None or pair.after is not None:
            found.setdefault(digest(pair.check), pair)
    return tuple(found.values())


def compared(run: Run) -> tuple[str, ...]:
    """Return a line for each check: the number before and after, or that there is none."""
    return tuple(_line(pair, ended=run.status.final()) for pair in pairs(run))


def number(measured: Measurement | None) -> str:
    """Return what was measured with its unit, or that nothing was."""
    if measured is None:
        return "not measured"
    return "no number" if measured.value is None else amount(measured.value, measured.unit)


def _line(pair: Pair, *, ended: bool) -> str:
    line = f"{pair.check.says}: {number(pair.before)} before"
    if not ended:
        return f"{line}."
    held = (
        "" if pair.after is None or pair.after.value is None else ", holds" if pair.after.ok else ", does not hold"
    )
    return f"{line}, {number(pair.after)} after{held}."


def _all(run: Run) -> Iterator[Pair]:
    before = {(each.step, each.number): each for each in run.before or ()}
    after = {(each.step, each.number): each for each in run.after or ()}
    for index, step in enumerate(run.plan.steps):
        for count, check in enumerate(step.checks, start=1):
            yield Pair(check, index, count, before.get((index, count)), after.get((index, count)))
