"""From savings to a plan: the least risk that reaches the target, and nothing that is not needed for it.

Without a target, everything that does not overlap is in it.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Final

from agents.savings.combining import Combination, apart, total
from memory.model.saving import Band, Risk, Saving, SavingsPlan

_NOTHING: Final = Decimal(0)
_Order = Callable[[Saving], tuple[object, ...]]


def largest(saving: Saving) -> tuple[object, ...]:
    """Order savings by their money, what a tool can do before what it cannot, then by id."""
    return (-saving.monthly.expected, not saving.calls, saving.id)


def least_risk(saving: Saving) -> tuple[object, ...]:
    """Order savings by their risk, then as `largest`."""
    return (saving.risk.rank(), *largest(saving))


def ranked(
    savings: Iterable[Saving], before: Decimal, basis: str, currency: str, target: Decimal | None = None
) -> SavingsPlan:
    """Return the plan that gets a month from `before` to the target, or as far as it can be got.

    Savings in another currency are no part of it.
    """
    known = [each for each in savings if each.currency == currency]
    if target is None:
        return _plan(_combined(known, least_risk), before, basis, currency, None)
    wanted = before - target
    if wanted <= 0:
        return _plan(Combination(), before, basis, currency, target)
    best: Combination | None = None
    for risk in Risk:
        allowed = [each for each in known if each.risk.rank() <= risk.rank()]
        tried = [_combined(allowed, order) for order in (largest, least_risk)]
        found = max(tried, key=lambda each: total(each.counted).expected)
        if total(found.counted).expected >= wanted:
            return _plan(_pruned(found, wanted), before, basis, currency, target)
        if best is None or total(found.counted).expected > total(best.counted).expected:
            best = found
    return _plan(best or Combination(), before, basis, currency, target)


def what_if(
    savings: Iterable[Saving], chosen: Sequence[str], before: Decimal, basis: str, currency: str
) -> SavingsPlan:
    """Return what a month would be with exactly these savings, in this order."""
    known = {each.id: each for each in savings if each.currency == currency}
    taken = _taken(known[id_] for id_ in dict.fromkeys(chosen) if id_ in known)
    return _plan(taken, before, basis, currency, None)


def _combined(savings: Iterable[Saving], order: _Order) -> Combination:
    return _taken(sorted(savings, key=order))


def _pruned(found: Combination, wanted: Decimal) -> Combination:
    """Return it without what is not needed, the riskiest and then the smallest given up first."""
    kept = _needed(found, wanted)
    again = _taken(sorted(kept, key=least_risk))
    if total(again.counted).expected < wanted:  # another order counts overlaps otherwise: keep the one that holds
        again = _taken(kept)
    taken = {each.saving.id for each in again.counted}
    again.left_out = [each for each in found.left_out if each.by in taken and each.saving.id not in taken]
    return again


def _needed(found: Combination, wanted: Decimal) -> list[Saving]:
    """Return what is left once each that is not needed is given up; only what is around it is looked at again."""
    every = [each.saving for each in found.counted]
    groups, reached = apart(every), total(found.counted).expected
    for candidate in sorted(every, key=lambda each: (-each.risk.rank(), each.monthly.expected, each.id)):
        group = groups[candidate.id]
        fewer = _taken(each for each in group if each.id != candidate.id)
        less = reached + total(fewer.counted).expected - total(_taken(group).counted).expected
        if less >= wanted:
            reached = less
            group[:] = [each.saving for each in fewer.counted]
    left = {each.id for group in groups.values() for each in group}
    return [each for each in every if each.id in left]


def _taken(savings: Iterable[Saving]) -> Combination:
    combination = Combination()
    for saving in savings:
        combination.take(saving)
    return combination


def _plan(found: Combination, before: Decimal, basis: str, currency: str, target: Decimal | None) -> SavingsPlan:
    saved = total(found.counted)
    after = Band(
        low=max(_NOTHING, before - saved.high),
        expected=max(_NOTHING, before - saved.expected),
        high=max(_NOTHING, before - saved.low),
        basis=saved.basis,
    )
    return SavingsPlan(
        currency=currency,
        before=before,
        before_basis=basis,
        target=target,
        chosen=tuple(found.counted),
        left_out=tuple(found.left_out),
        saved=saved,
        after=after,
        short=_NOTHING if target is None else max(_NOTHING, after.expected - target),
        surely=target is not None and after.high <= target,
    )
