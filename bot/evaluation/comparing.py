"""What changed between two runs of a suite, number by number. Pure."""

from bot.evaluation.runs import Better, EvalRun, Number
from memory.errors import InvalidInput
from memory.model.value import Value


class Difference(Value):
    """One number in two runs; None: the run did not measure it. `worse` is beyond its tolerance."""

    name: str
    before: float | None
    after: float | None
    worse: bool = False
    better: bool = False


def compared(before: EvalRun, after: EvalRun) -> tuple[Difference, ...]:
    """Return what changed, in the order of the later run, then what it no longer measures.

    Raises `InvalidInput` for runs of two suites. Something that is no longer measured is worse: it may hide.
    """
    if before.suite != after.suite:
        raise InvalidInput(f"expected two runs of one suite, found {before.suite} and {after.suite}")
    lost = [name for name in before.numbers if name not in after.numbers]
    return (
        *(_difference(name, before.numbers.get(name), number) for name, number in after.numbers.items()),
        *(Difference(name=name, before=before.numbers[name].value, after=None, worse=True) for name in lost),
    )


def _difference(name: str, before: Number | None, after: Number) -> Difference:
    if before is None:
        return Difference(name=name, before=None, after=after.value)
    gained = after.value - before.value if after.better is Better.MORE else before.value - after.value
    return Difference(
        name=name,
        before=before.value,
        after=after.value,
        worse=gained < -after.tolerance,
        better=gained > after.tolerance,
    )
