"""Sizes in words: what a sum has to come to, how much something has to have grown, and what it is of. Pure."""

from collections.abc import Iterator, Mapping
from typing import Final

from agents.costs.fields import called, several
from agents.costs.plan import CostPlan, Only, Size, SizeOf
from memory.model.cost import Bound, Dimension, Way

_WAYS: Final[Mapping[Way, str]] = {
    Way.MORE: "more than",
    Way.LEAST: "at least",
    Way.LESS: "less than",
    Way.MOST: "at most",
}
_TURNED: Final = {1: "grew", -1: "fell", 0: "changed"}
_ONLY: Final = {Only.NEW: "new", Only.GONE: "gone"}
_SIDE: Final = {Only.NEW: "the later", Only.GONE: "the earlier"}


def sizes(plan: CostPlan) -> tuple[str, ...]:
    """Return each size in words, as the exact conditions have them."""
    what = one(plan)
    said = [f"only where one {what} comes to {_bound(each, plan)}" for each in plan.query.bounds]
    said += [f"only where one {what} {_size(each, plan)}" for each in plan.sizes]
    if plan.only is not None:
        said.append(
            f"only where one {what} is {_ONLY[plan.only]}: billed in {_SIDE[plan.only]} of the two times alone"
        )
    return tuple(said)


def conditions(plan: CostPlan) -> Iterator[str]:
    """Yield what something did to be told of: "came to more than 500", "grew by at least 20 %"."""
    for each in plan.query.bounds:
        yield f"came to {_bound(each, plan)}"
    for size in plan.sizes:
        yield _size(size, plan)
    if plan.only is not None:
        yield f"was {_ONLY[plan.only]}"


def _bound(bound: Bound, plan: CostPlan) -> str:
    return f"{_WAYS[bound.way]} {bound.at.normalize():,f}{_currency(plan)}"


def _currency(plan: CostPlan) -> str:
    """Return the currency a sum is in, where one was said."""
    said = [each for each in plan.query.filters if each.field.dimension is Dimension.CURRENCY]
    return f" {said[0].values[0]}" if said and len(said[0].values) == 1 else ""


def _size(size: Size, plan: CostPlan) -> str:
    amount = f"{_WAYS[size.way]} {size.at.normalize():,f}"
    if size.of is SizeOf.SHARE:
        return f"made up {amount} % of everything"
    if not size.at and size.way is Way.MORE:
        return _TURNED[size.turned]
    return f"{_TURNED[size.turned]} by {amount}{' %' if size.of is SizeOf.GROWTH else _currency(plan)}"


def one(plan: CostPlan) -> str:
    """Return what one of those that have a size is called."""
    if plan.query.by:
        what = " and ".join(called(each) for each in plan.query.by)
        return f"{what} in one {plan.query.grain.value}" if plan.query.grain else what
    return plan.query.grain.value if plan.query.grain else "sum"


def many(plan: CostPlan) -> str:
    """Return what several of them are called."""
    by, grain = plan.query.by, plan.query.grain
    if grain is not None:
        return (
            f"times a {' and '.join(called(each) for each in by)} in one {grain.value}"
            if by
            else f"{grain.value}s"
        )
    return several(by[0]) if len(by) == 1 else f"groups by {' and '.join(called(each) for each in by)}"
