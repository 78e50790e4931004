"""What a commitment would have saved: so much use paid for every day, used or not, for less than its usual price.

With a discount d on what is committed, a day's use x and a commitment of c (at usual prices), a day saves
min(x, c) - c (1 - d). Over many days that is most where c is the d-quantile of x, the news vendor's problem
(Arrow, Harris and Marschak, 1951); it breaks even where 1 - d of it is used.
"""

from decimal import Decimal
from typing import Final

from agents.savings.bounds import LEVEL, mean
from agents.savings.making import WORTH, Terms, band, saving_id
from agents.savings.prices import DAYS_A_MONTH, cents
from agents.savings.readings import Spend
from memory.model.cost import CostField, CostFilter, CostQuery, Dimension
from memory.model.saving import Factor, Risk, Saving, SavingKind
from memory.model.value import Value

WINDOW: Final = 30  # days on which it is told what it would have saved
FEWEST: Final = 28  # days before them, to choose it by
_WEEK: Final = 7
_FALLING: Final = Decimal("0.9")  # the last half of the window to the first


class Hindsight(Value):
    """A commitment chosen by the days before a window, and what it would have done in it."""

    daily: Decimal  # of use, at usual prices
    days: int
    saved: Decimal  # in all the days
    used: Decimal  # the share of it that was used
    breaks_even: Decimal  # at this share
    by_day: tuple[Decimal, ...]


def hindsight(spend: tuple[Decimal, ...], discount: Decimal, window: int = WINDOW) -> Hindsight | None:
    """Return what the best commitment of the days before would have saved in the window; None for too few days."""
    if len(spend) < window + FEWEST or not 0 < discount < 1:
        return None
    before, after = sorted(spend[:-window]), spend[-window:]
    place = max(0, int((discount * len(before)).to_integral_value(rounding="ROUND_CEILING")) - 1)
    daily = max(Decimal(0), before[place])
    if daily == 0:
        return None
    by_day = tuple(min(day, daily) - daily * (1 - discount) for day in after)
    used = sum((min(day, daily) for day in after), Decimal(0)) / (daily * window)
    return Hindsight(
        daily=daily,
        days=window,
        saved=sum(by_day, Decimal(0)),
        used=used,
        breaks_even=1 - discount,
        by_day=by_day,
    )


def commitment(spend: Spend, terms: Terms) -> Saving | None:
    """Return what committing to a part of what one provider's compute cost on demand would save."""
    found = hindsight(spend.days, terms.prices.commitment)
    if found is None:
        return None
    monthly = found.saved / found.days * DAYS_A_MONTH
    if monthly < WORTH:
        return None
    weeks = [
        float(sum(found.by_day[start : start + _WEEK]) / _WEEK)
        for start in range(0, found.days - _WEEK + 1, _WEEK)
    ]
    bounds = mean(weeks)
    low, high = (Decimal(repr(each)) * DAYS_A_MONTH for each in bounds) if bounds else (monthly, monthly)
    id_ = saving_id(SavingKind.COMMIT, spend.provider, spend.name)
    last = spend.days[-found.days :]
    half = found.days // 2
    falling = sum(last[half:]) < sum(last[:half]) * _FALLING
    summary = (
        f"committed to {cents(found.daily)} a day, {found.used:.1%} of it would have been used in the last "
        f"{found.days} days; it breaks even at {found.breaks_even:.1%}"
    )
    return Saving(
        id=id_,
        kind=SavingKind.COMMIT,
        title=f"Commit to {cents(found.daily)} a day of {spend.name} at {spend.provider}",
        target=f"{spend.name} at {spend.provider}",
        currency=terms.prices.currency,
        pool=(spend.name, spend.provider),
        factor=Factor.PRICE,
        cost=sum(last, Decimal(0)) / found.days * DAYS_A_MONTH,
        monthly=band(
            low,
            monthly,
            high,
            "weekly means of the window, chosen by the days before it",
            LEVEL if bounds else None,
        ),
        risk=Risk.HIGH if falling or low <= 0 else Risk.MEDIUM,
        risks=(
            f"it binds for a year: below {found.breaks_even:.0%} of it used, it costs more than it saves",
            *(("use is falling",) if falling else ()),
            "commit after all that lowers use is done: less is needed then",
        ),
        evidence=(terms.seen(id_, "bill", f"on-demand {spend.name} by day", summary, str(found.saved)),),
        advice="Buy it from the provider: no tool does.",
        query=CostQuery(
            since=terms.now,
            until=terms.now,
            filters=(CostFilter(field=CostField(dimension=Dimension.PROVIDER), values=(spend.provider,)),),
        ),
    )
