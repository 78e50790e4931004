"""Many savings together, with no money counted twice.

A cost is a price, times size, count and hours of what exists. Savings on different factors of one cost multiply:
each takes its share of what the others leave. Savings on the same factor, of the same pool or of one inside the
other, are two ways to the same money, and only one of them counts. A pool's cost bounds all that is saved in it.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from agents.savings.prices import cents
from memory.model.saving import Band, Counted, Factor, Overlap, Saving

_NOTHING: Final = Decimal(0)


class Combination:
    """Savings taken one after another, and what each still brings after those before it."""

    def __init__(self) -> None:
        self.counted: list[Counted] = []
        self.left_out: list[Overlap] = []

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
        self.counted.append(counted)
        return counted

    def rival(self, saving: Saving) -> Saving | None:
        """Return what was taken and is another way to the same money, None where nothing is."""
        for each in self.counted:
            other = each.saving
            if other.currency == saving.currency and related(other.pool, saving.pool):
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
        below = sum(
            (each.monthly.expected for each in self._of(saving) if within(each.saving.pool, saving.pool)),
            _NOTHING,
        )
        left = max(_NOTHING, saving.cost - below)
        for each in self._of(saving):
            other = each.saving
            if other.pool != saving.pool and within(saving.pool, other.pool):
                left *= 1 - min(Decimal(1), other.monthly.expected / other.cost)
        return min(share * left, self._room(saving))

    def _of(self, saving: Saving) -> list[Counted]:
        return [each for each in self.counted if each.saving.currency == saving.currency]

    def _room(self, saving: Saving) -> Decimal:
        """Return what is left of every pool around the saving's that a taken saving knows the cost of."""
        room = saving.cost
        for each in self._of(saving):
            pool = each.saving.pool
            if within(saving.pool, pool):
                inside = (other.monthly.expected for other in self._of(saving) if within(other.saving.pool, pool))
                room = min(room, each.saving.cost - sum(inside, _NOTHING))
        return max(_NOTHING, room)

    def _nearest(self, saving: Saving) -> Saving | None:
        near = (each.saving for each in self._of(saving) if related(each.saving.pool, saving.pool))
        return next(near, None)


def within(pool: Sequence[str], around: Sequence[str]) -> bool:
    """Return whether a pool is another one or a part of it."""
    return tuple(pool[: len(around)]) == tuple(around)


def related(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether one pool is within the other."""
    return within(one, other) or within(other, one)


def total(counted: Iterable[Counted]) -> Band:
    """Return what savings come to together. Its bounds are those of all of them at once: the widest there are."""
    low = expected = high = _NOTHING
    for each in counted:
        low, expected, high = low + each.monthly.low, expected + each.monthly.expected, high + each.monthly.high
    return Band(low=low, expected=expected, high=high, basis="every one of them at its bound at once")
