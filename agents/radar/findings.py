"""What people are told: episodes that are worth a word, in money, with what to look at next. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import numpy as np

from agents.radar.rhythm import daily
from agents.radar.watch import Episode, Tuning, watched
from memory.ids import derived
from memory.model.cost import CostSeries, Driver
from memory.model.watching import CostFinding, CostGroup, FindingKind, LikelyDriver, Related

CENT: Final = Decimal("0.01")
LOOKED_BACK: Final = 450  # days: a year, and what is learnt from before it
FEWEST: Final = 42  # days that must be known before a series is watched


@dataclass(frozen=True)
class Worth:
    """What is worth a word: a day's money in any currency, and a share of what everything costs a day."""

    money: Decimal = Decimal(1)
    share: Decimal = Decimal("0.005")

    def least(self, everything: Decimal) -> Decimal:
        """Return the least money a day that is told."""
        return max(self.money, self.share * abs(everything))


def found(
    tenant: str,
    group: CostGroup,
    series: CostSeries,
    *,
    since: date,
    least: Decimal,
    holidays: frozenset[date] | None = None,
    tuning: Tuning | None = None,
) -> tuple[CostFinding, ...]:
    """Return what stood out on or after a day, oldest first; `least` is the money a day that is worth a word.

    Days that nobody told of are passed over as if they were usual. Nothing is said of fewer than 42 days.
    """
    days, costs = _days(series)
    if len(days) < FEWEST:
        return ()
    episodes = watched(costs, daily(days, holidays), tuning)
    return tuple(
        _finding(tenant, group, days, each)
        for each in episodes
        if days[each.end] >= since
        and abs(each.size) >= float(least) * len(each.values)
        and not _not_yet_billed(each, len(days))
    )


def _not_yet_billed(episode: Episode, known: int) -> bool:
    """Return whether it is no more than less on the last day, whose charges may still come."""
    return not episode.up and episode.start >= known - 1


def _days(series: CostSeries) -> tuple[list[date], np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Return the last days without a gap: one that is missing is as the same weekday before it."""
    known = {each.day: float(each.cost) for each in series.days[-LOOKED_BACK:]}
    if not known:
        return [], np.zeros(0)
    first, last = min(known), max(known)
    days = [first + timedelta(number) for number in range((last - first).days + 1)]
    costs: list[float] = []
    for number, day in enumerate(days):
        costs.append(known.get(day, costs[number - 7] if number >= 7 else known[first]))  # noqa: PLR2004 - a week
    return days, np.array(costs)


def _finding(tenant: str, group: CostGroup, days: Sequence[date], episode: Episode) -> CostFinding:
    kinds = {
        (True, True): FindingKind.HIGHER,
        (True, False): FindingKind.MORE,
        (False, True): FindingKind.LOWER,
        (False, False): FindingKind.LESS,
    }
    since = days[episode.start]
    way = "up" if episode.up else "down"
    return CostFinding(
        tenant=tenant,
        id=derived("finding", tenant, group.currency, group.dimension, group.key, way, since.isoformat()),
        group=group,
        kind=kinds[episode.up, episode.lasts],
        since=since,
        until=days[episode.end],
        noticed=days[episode.seen],
        open=not episode.over,
        size=Decimal(str(episode.size)).quantize(CENT),
        spent=Decimal(str(sum(episode.values))).quantize(CENT),
        strength=round(episode.strength, 2),
    )


def explained(finding: CostFinding, drivers: Sequence[LikelyDriver], related: Sequence[Related]) -> CostFinding:
    """Return the finding with its likely drivers, what happened around its beginning, and what to do."""
    way = 1 if finding.up else -1
    same = [each for each in drivers if each.amount * way > 0]
    told = finding.model_copy(
        update={
            "drivers": tuple(sorted(same, key=lambda each: -abs(each.amount))[:3]),
            "related": tuple(related[:5]),
        }
    )
    return told.model_copy(update={"proposal": proposal(told)})


_LOOK: Final = {
    Driver.USAGE: "More is used than before: see what runs there, and scale down or stop what nobody needs.",
    Driver.PRICE: "The same costs more: see whether a commitment, a discount or a free tier ended.",
    Driver.NEW: "It was not there before: find out who began it, and whether it is to stay.",
    Driver.GONE: "Something is gone: see that it was meant to go, and is not missing from the bill.",
    Driver.CREDITS: "A credit, refund or tax changed: see the invoice.",
    Driver.OTHER: "See its charges by description.",
}


def proposal(finding: CostFinding) -> str:
    """Return what to do next, as a sentence or two; it is proposed, and nothing does it by itself."""
    first = finding.drivers[0].driver if finding.drivers else Driver.OTHER
    parts = [f"Look at {finding.drivers[0].key or 'what has no name'}. {_LOOK[first]}" if finding.drivers else ""]
    if finding.related:
        parts.append(f"It began around: {finding.related[0].words}. Ask whoever did that, or roll it back.")
    if not any(parts):
        parts = ["See what changed: ask why it changed since that day."]
    if not finding.up:
        parts.append("Less may be a charge that has not come yet.")
    return " ".join(part for part in parts if part)[:1000]


def says(finding: CostFinding) -> str:
    """Return a finding as one sentence."""
    size, away = f"{abs(finding.size):,.2f} {finding.group.currency}", "more" if finding.up else "less"
    usual = finding.spent - finding.size
    share = f" ({abs(finding.size) / usual:.0%})" if usual > 0 else ""
    days = "on that day" if finding.days == 1 else f"in {finding.days} days"
    lasting = ", and that is the level now" if finding.kind in {FindingKind.HIGHER, FindingKind.LOWER} else ""
    return f"{finding.group.words()}: {size}{share} {away} than expected since {finding.since}, {days}{lasting}"
