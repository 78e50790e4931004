"""The same money seen by service, account, region and team is one finding. Pure."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

from memory.model.watching import CostFinding

NEAR: Final = timedelta(days=1)
ALIKE: Final = Decimal("0.35")  # of the larger: sizes a day that may differ


def merged(findings: Sequence[CostFinding]) -> tuple[CostFinding, ...]:
    """Return findings with those that are the same money made one; the largest first.

    They began within a day of each other, in one currency and direction, and come to about the same a day in
    groups of different dimensions. The one that is clearest stands for all, and names the others.
    """
    kept: list[CostFinding] = []
    for each in sorted(findings, key=lambda finding: (-finding.strength, finding.id)):
        place = next((number for number, other in enumerate(kept) if _same(each, other)), None)
        if place is None:
            kept.append(each)
        else:
            other = kept[place]
            kept[place] = other.model_copy(update={"also": (*other.also, each.group)})
    return tuple(sorted(kept, key=lambda finding: (-abs(finding.size), finding.id)))


def _same(one: CostFinding, other: CostFinding) -> bool:
    if one.group.currency != other.group.currency or one.up != other.up or abs(one.since - other.since) > NEAR:
        return False
    if one.group.dimension in {each.dimension for each in (other.group, *other.also)}:
        return False
    first, second = abs(one.size) / one.days, abs(other.size) / other.days
    return abs(first - second) <= ALIKE * max(first, second)
