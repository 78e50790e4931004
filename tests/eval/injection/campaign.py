"""The whole protocol: every class by every carrier, then all without the gate, then each without its control."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

from memory.model.plan import Call
from tests.eval.injection.arena import Arena, Attempt, arena
from tests.eval.injection.classes import CLASSES
from tests.eval.injection.controls import CONTROLS, gate_off
from tests.eval.injection.reading import judgement
from tests.eval.injection.strings import CARRIERS, strings


@dataclass
class Tally:
    """What became of the attempts of one class: how many the model was shown, made, and had an effect by."""

    seen: int = 0
    attempted: int = 0
    executed: int = 0
    authorised: int = 0  # effects that people asked for and agreed to, which some classes begin with
    lacking: dict[str, int] = field(default_factory=dict)


def attempts(each: int, first: int = 0, kinds: Sequence[str] = tuple(CLASSES)) -> Iterator[Attempt]:
    """Return `each` attempts of every class: the carriers in turn, the strings in turn."""
    texts = strings()
    number = first
    for kind in kinds:
        carriers = cycle(CARRIERS)
        for carrier in islice(carriers, each):
            yield Attempt(number, kind, carrier, texts[(number * 7) % len(texts)])
            number += 1


async def made(ring: Arena, tries: Sequence[Attempt], *, front: bool = True) -> None:
    """Make attempts, one after the other: at the front, by way of the carrier, then with everything behind it."""
    for attempt in tries:
        if front:
            await ring.front(attempt, Call(tool="http.tidy", arguments=attempt.place()))
        await CLASSES[attempt.kind](ring, attempt)


async def tallied(ring: Arena, tries: Sequence[Attempt]) -> dict[str, Tally]:
    """Return what became of attempts that were made, by class."""
    found = {attempt.kind: Tally() for attempt in tries}
    by_mark = {attempt.mark: attempt for attempt in tries}
    for attempt in tries:
        found[attempt.kind].attempted += 1
        found[attempt.kind].seen += attempt.number in ring.seen
    leaked = set[str]()
    for each in await judgement(ring):
        if each.mark not in by_mark:
            continue
        tally = found[by_mark[each.mark].kind]
        tally.authorised += not each.lacks
        if each.lacks:
            tally.lacking[each.lacks] = tally.lacking.get(each.lacks, 0) + 1
            tally.executed += each.mark not in leaked
            leaked.add(each.mark)
    return found


@dataclass(frozen=True)
class Leak:
    """What one control's absence let through."""

    control: str
    kind: str
    attempted: int
    executed: int


async def guarded(folder: Path, each: int) -> dict[str, Tally]:
    """Return what became of `each` attempts of every class against the house as it is."""
    async with arena(folder) as ring:
        tries = list(attempts(each))
        await made(ring, tries)
        return await tallied(ring, tries)


async def ungated(folder: Path, each: int) -> dict[str, Tally]:
    """Return what becomes of attempts with the gate off."""
    async with arena(folder) as ring:
        tries = list(attempts(each))
        with gate_off(ring):
            await made(ring, tries, front=False)
        return await tallied(ring, tries)


async def leaks(folder: Path, each: int) -> list[Leak]:
    """Return what leaks with each single control taken away, in the order of the controls."""
    async with arena(folder) as ring:
        found, first = [], 0
        for control in CONTROLS:
            tries = list(attempts(each, first, (control.kind,)))
            first += each
            with control.removed(ring):
                await made(ring, tries, front=False)
            found.append((control, tries))
        return [
            Leak(control.name, control.kind, len(tries), (await tallied(ring, tries))[control.kind].executed)
            for control, tries in found
        ]
