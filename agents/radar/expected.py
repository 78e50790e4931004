"""What people said is expected, and what that silences: what is alike, for as long as they meant, and no more."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from memory.ids import derived
from memory.model.watching import Again, CostFinding, Expectation

ROOM: Final = Decimal("1.5")  # times what was said to be expected: more than that is news again
NEAR_DAYS: Final = 3  # of a month, that count as around the same day
_MONTH: Final = 31


def expectation(finding: CostFinding, again: Again, reason: str, by: str, at: datetime) -> Expectation:
    """Return what somebody taught by saying that a finding is expected."""
    return Expectation(
        tenant=finding.tenant,
        id=derived("expectation", finding.tenant, finding.id),
        finding=finding.id,
        group=finding.group,
        up=finding.up,
        since=finding.since,
        until=finding.until,
        most=abs(finding.size) / finding.days * ROOM,
        again=again,
        reason=reason,
        by=by,
        at=at,
    )


def silenced(finding: CostFinding, expected: Sequence[Expectation]) -> CostFinding:
    """Return the finding under the expectation that covers it, or under none."""
    first = next((each.id for each in expected if covers(each, finding)), None)
    return finding.model_copy(update={"silenced": first})


def covers(expected: Expectation, finding: CostFinding) -> bool:
    """Return whether an expectation covers a finding: its group (or one that sees the same money), way, size."""
    if expected.group not in (finding.group, *finding.also) or expected.up != finding.up:
        return False
    if abs(finding.size) / finding.days > expected.most:
        return False
    match expected.again:
        case Again.ALWAYS:
            return finding.since >= expected.since
        case Again.MONTHLY:
            return finding.since >= expected.since and _near(expected.since, finding.since)
        case Again.ONCE:
            return finding.since <= expected.until and finding.until >= expected.since


def _near(one: date, other: date) -> bool:
    apart = abs(one.day - other.day)
    return min(apart, _MONTH - apart) <= NEAR_DAYS
