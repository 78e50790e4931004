"""Many savings together, with no money counted twice.

A cost is a price, times size, count and hours of what exists. Savings on different factors of one cost multiply:
each takes its share of what the others leave. Savings on the same factor, of the same pool or of one inside the
other, are two ways to the same money, and only one of them counts. A pool's cost bounds all that is saved in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from agents.savings.prices import cents
from memory.model.saving import Band, Counted, Factor, Overlap, Saving

_NOTHING: Final = Decimal(0)


_Place = tuple[str, tuple[str, ...]]  # a currency and a pool


class Combination:
    """Savings taken one after another, and what each still brings after those before it."""

    def __init__(self) -> None:
        self.counted: list[Counted] = []
        self.left_out: list[Overlap] = []
        self._within: defaultdict[_Place, list[int]] = defaultdict(list)  # numbers in `counted`, ascending
        self._at: defaultdict[_Place, list[int]] = defaultdict(list)

    def take(self, saving: Saving) -> Counted | None:
        """Take a saving; None where another one brings the same money already."""
        rival = self.rival(saving)
        marginal = _NOTHING if rival else cents(self.marginal(saving))
        if marginal <= 0:
            beside = rival or self._nearest(saving)
            if beside is not None:
                self.left_out.append(Overlap(saving=saving, by=beside.id))
            return None
        part = min(Decimal(1), marginal / saving.monthly.expected)
        scaled = saving.monthly.scaled(part)
        rounded = {name: cents(getattr(scaled, name)) for name in ("low", "high")}
        counted = Counted(saving=saving, monthly=scaled.model_copy(update={**rounded, "expected": marginal}))
        self._file(saving)
        self.counted.append(counted)
        return counted

    def _file(self, saving: Saving) -> None:
        number = len(self.counted)
        self._at[saving.currency, saving.pool].append(number)
        for length in range(len(saving.pool) + 1):
            self._within[saving.currency, saving.pool[:length]].append(number)

    def rival(self, saving: Saving) -> Saving | None:
        """Return what was taken and is another way to the same money, None where nothing is."""
        for each in self._related(saving):
            other = each.saving
            if other.factor is saving.factor:
                return other
            if other.factor is Factor.EXISTENCE and within(saving.pool, other.pool):
                return other
        return None

    def marginal(self, saving: Saving) -> Decimal:
        """Return what a saving still brings after those that were taken."""
        if saving.cost <= 0 or saving.monthly.expected <= 0:
            return _NOTHING
        share = min(Decimal(1), saving.monthly.expected / saving.cost)
        left = max(_NOTHING, saving.cost - self._saved_in(saving.pool, saving.currency))
        for each in self._around(saving):
            other = each.saving
            if other.pool != saving.pool:
                left *= 1 - min(Decimal(1), other.monthly.expected / other.cost)
        return min(share * left, self._room(saving))

    def _room(self, saving: Saving) -> Decimal:
        """Return what is left of every pool around the saving's that a taken saving knows the cost of."""
        room = saving.cost
        for each in self._around(saving):
            room = min(room, each.saving.cost - self._saved_in(each.saving.pool, saving.currency))
        return max(_NOTHING, room)

    def _saved_in(self, pool: tuple[str, ...], currency: str) -> Decimal:
        inside = self._within.get((currency, pool), ())
        return sum((self.counted[number].monthly.expected for number in inside), _NOTHING)

    def _nearest(self, saving: Saving) -> Saving | None:
        return next((each.saving for each in self._related(saving)), None)

    def _around(self, saving: Saving) -> list[Counted]:
        """Return what was taken of the saving's pool or of one around it, in that order."""
        return [self.counted[number] for number in sorted(self._numbers_around(saving))]

    def _related(self, saving: Saving) -> list[Counted]:
        """Return what was taken of the saving's pool, of one around it, or of one inside it, in that order."""
        inside = self._within.get((saving.currency, saving.pool), ())
        return [self.counted[number] for number in sorted({*self._numbers_around(saving), *inside})]

    def _numbers_around(self, saving: Saving) -> list[int]:
        lengths = range(len(saving.pool) + 1)
        return [
            number for length in lengths for number in self._at.get((saving.currency, saving.pool[:length]), ())
        ]


def within(pool: Sequence[str], around: Sequence[str]) -> bool:
    """Return whether a pool is another one or a part of it."""
    return tuple(pool[: len(around)]) == tuple(around)


def related(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether one pool is within the other."""
    return within(one, other) or within(other, one)


def apart(savings: Iterable[Saving]) -> dict[str, list[Saving]]:
    """Return, by the id of each saving, those that may overlap it or each other; their order is kept.

    Two of one group have the same list. Nothing in one group changes what another brings.
    """
    known = list(savings)
    pools = {(each.currency, each.pool) for each in known}
    groups: defaultdict[_Place, list[Saving]] = defaultdict(list)
    found = {}
    for each in known:
        around = (each.pool[:length] for length in range(1, len(each.pool) + 1))
        widest = next(pool for pool in around if (each.currency, pool) in pools)
        found[each.id] = groups[each.currency, widest]
        found[each.id].append(each)
    return found


def total(counted: Iterable[Counted]) -> Band:
    """Return what savings come to together. Its bounds are those of all of them at once: the widest there are."""
    low = expected = high = _NOTHING
    for each in counted:
        low, expected, high = low + each.monthly.low, expected + each.monthly.expected, high + each.monthly.high
    return Band(low=low, expected=expected, high=high, basis="every one of them at its bound at once")
