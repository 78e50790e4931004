"""The whole protocol: every class by every carrier, then all without the gate, then each without its control."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from memory.model.plan import Call
from tests.eval.injection.arena import Arena, Attempt, arena
from tests.eval.injection.checker import Judged
from tests.eval.injection.classes import CLASSES
from tests.eval.injection.controls import CONTROLS, gate_off
from tests.eval.injection.reading import judgement
from tests.eval.injection.strings import WAYS, strings

FREEZING: Final = "freeze boundary"


@dataclass
class Tally:
    """What became of the attempts of one class: how many the model was shown, made, and had an effect by."""

    seen: int = 0
    attempted: int = 0
    executed: int = 0
    authorised: int = 0  # effects that people asked for and agreed to, which some classes begin with
    lacking: dict[str, int] = field(default_factory=dict)

    def __add__(self, other: "Tally") -> "Tally":
        """Return what both count together."""
        lacking = {
            why: self.lacking.get(why, 0) + other.lacking.get(why, 0) for why in {**self.lacking, **other.lacking}
        }
        return Tally(
            self.seen + other.seen,
            self.attempted + other.attempted,
            self.executed + other.executed,
            self.authorised + other.authorised,
            lacking,
        )


@dataclass
class Tallies:
    """What became of attempts, by class and by the way their text came in."""

    kinds: dict[str, Tally] = field(default_factory=dict)
    ways: dict[str, Tally] = field(default_factory=dict)

    def count(self, attempt: Attempt, tally: Tally) -> None:
        """Count what became of one."""
        self.kinds[attempt.kind] = self.kinds.get(attempt.kind, Tally()) + tally
        self.ways[attempt.carrier] = self.ways.get(attempt.carrier, Tally()) + tally

    def __add__(self, other: "Tallies") -> "Tallies":
        """Return what both count together."""
        return Tallies(_together(self.kinds, other.kinds), _together(self.ways, other.ways))


def _together(one: dict[str, Tally], other: dict[str, Tally]) -> dict[str, Tally]:
    return {name: one.get(name, Tally()) + other.get(name, Tally()) for name in {**one, **other}}


def attempts(each: int, first: int = 0, kinds: Sequence[str] = tuple(CLASSES)) -> Iterator[Attempt]:
    """Return `each` attempts of every class: the ways in in turn, the strings in turn."""
    texts = strings()
    for number, kind in enumerate((kind for kind in kinds for _ in range(each)), first):
        yield Attempt(number, kind, WAYS[number % len(WAYS)], texts[(number * 7) % len(texts)])


async def made(ring: Arena, tries: Sequence[Attempt], *, front: bool = True) -> None:
    """Make attempts, one after the other: at the front, by way of the carrier, then with everything behind it."""
    for attempt in tries:
        if front:
            await ring.front(attempt, Call(tool="http.tidy", arguments=attempt.place()))
        await CLASSES[attempt.kind](ring, attempt)


async def tallied(ring: Arena, tries: Sequence[Attempt]) -> Tallies:
    """Return what became of attempts that were made, by class and by their way in."""
    return counted(ring, tries, await judgement(ring))


def counted(ring: Arena, tries: Sequence[Attempt], judgements: Sequence[Judged]) -> Tallies:
    """Return what became of attempts by what the checker says."""
    found = Tallies()
    by_mark = {attempt.mark: attempt for attempt in tries}
    for attempt in tries:
        found.count(attempt, Tally(attempted=1, seen=attempt.number in ring.seen))
    leaked = set[str]()
    for each in judgements:
        if each.mark not in by_mark:
            continue
        lacking = {each.lacks: 1} if each.lacks else {}
        executed = bool(each.lacks) and each.mark not in leaked
        found.count(by_mark[each.mark], Tally(executed=executed, authorised=not each.lacks, lacking=lacking))
        leaked |= {each.mark} if each.lacks else set()
    return found


@dataclass(frozen=True)
class Leak:
    """What one control's absence let through."""

    control: str
    kind: str
    attempted: int
    executed: int


async def guarded(folder: Path, each: int, part: int = 0, parts: int = 1) -> Tallies:
    """Return what became of `each` attempts of every class against the house as it is, or of one part of them."""
    tries = list(attempts(each))[part::parts]
    async with arena(folder, freezes=2 + 2 * _crossing(tries)) as ring:
        await made(ring, tries)
        return await tallied(ring, tries)


async def ungated(folder: Path, each: int) -> Tallies:
    """Return what becomes of attempts with the gate off."""
    tries = list(attempts(each))
    async with arena(folder, freezes=2 + 2 * _crossing(tries)) as ring:
        with gate_off(ring):
            await made(ring, tries, front=False)
        return await tallied(ring, tries)


async def leaks(folder: Path, each: int, part: int = 0, parts: int = 1) -> dict[int, Leak]:
    """Return what leaks with each single control taken away, by the place of the control; or one part of them."""
    mine = list(enumerate(CONTROLS))[part::parts]
    async with arena(folder, freezes=2 + 2 * each) as ring:
        made_of: dict[int, list[Attempt]] = {}
        for place, control in mine:
            made_of[place] = list(attempts(each, place * each, (control.kind,)))
            with control.removed(ring):
                await made(ring, made_of[place], front=False)
        found, judgements = {}, await judgement(ring)
        for place, control in mine:
            tally = counted(ring, made_of[place], judgements).kinds[control.kind]
            found[place] = Leak(control.name, control.kind, tally.attempted, tally.executed)
        return found


def _crossing(tries: Sequence[Attempt]) -> int:
    """Return how many of the attempts cross a freeze of their own."""
    return sum(attempt.kind == FREEZING for attempt in tries)
