"""An impact in words: every service, and the totals with what is not known of them. Pure."""

from collections import defaultdict
from collections.abc import Sequence

from memory.model.impact import Affected, Impact, Reach
from tools.wording import amount

_REACHES = {Reach.DOWNSTREAM: "leans on it", Reach.UPSTREAM: "it leans on this"}


def says(impact: Impact) -> tuple[str, ...]:
    """Return the totals and then a line for each service; that nothing is known is said too."""
    unknown = tuple(f"{name} is not in the catalogue: what leans on it is unknown." for name in impact.unknown)
    if not impact.services:
        return unknown or ("It names no service: how far it reaches is unknown.",)
    return (*totals(impact), *unknown, *map(line, impact.services))


def totals(impact: Impact) -> tuple[str, ...]:
    """Return how much would feel it: services, traffic, users, money. Users of several services count twice."""
    felt = impact.felt()
    others = sum(each.reach is Reach.DOWNSTREAM for each in felt)
    return (
        f"{others} {'service leans' if others == 1 else 'services lean'} on what is changed.",
        _total("Traffic", "req/s", [each.traffic for each in felt]),
        _total("Users", "", [each.users for each in felt], most=True),
        *_money(felt),
    )


def line(each: Affected) -> str:
    """Return one service with all that is known of it."""
    away = "changed" if each.reach is Reach.ITSELF else f"{_REACHES[each.reach]}, {each.distance} away"
    known = [
        f"criticality {each.criticality}",
        "traffic unknown" if each.traffic is None else amount(each.traffic, "req/s"),
        "users unknown" if each.users is None else f"{each.users:,} users",
        "revenue unknown"
        if each.revenue_per_minute is None
        else f"{each.revenue_per_minute:,.2f} {each.currency} a minute",
    ]
    return f"{each.service} ({away}): {', '.join(known)}."


def _total(name: str, unit: str, values: Sequence[float | None], *, most: bool = False) -> str:
    known = [value for value in values if value is not None]
    missing = len(values) - len(known)
    if not known:
        return f"{name}: unknown."
    total = f"{sum(known):,.0f}" if not unit else amount(sum(known), unit)
    partly = f", and unknown of {missing} more" if missing else ""
    return f"{name}: {'at most ' if most and not missing else ''}{total}{partly}."


def _money(felt: Sequence[Affected]) -> tuple[str, ...]:
    sums: defaultdict[str, float] = defaultdict(float)
    for each in felt:
        if each.revenue_per_minute is not None:
            sums[each.currency] += each.revenue_per_minute
    missing = sum(each.revenue_per_minute is None for each in felt)
    if not sums:
        return ("Revenue a minute: unknown.",)
    known = " and ".join(f"{total:,.2f} {currency}" for currency, total in sorted(sums.items()))
    return (f"Revenue a minute: {known}{f', and unknown of {missing} more' if missing else ''}.",)
