"""How money and plans of savings read in a sentence. Pure."""

from decimal import Decimal

from memory.model.saving import Band, SavingsPlan
from tools.wording import many


def money(amount: Decimal, currency: str) -> str:
    """Return a sum as it is said: "1,234.50 USD"."""
    return f"{amount:,.2f} {currency}"


def between(band: Band, currency: str) -> str:
    """Return money with its bounds, where it has any."""
    if band.low == band.high:
        return money(band.expected, currency)
    return f"{money(band.expected, currency)} ({band.low:,.2f} to {band.high:,.2f}, {confidence(band)})"


def confidence(band: Band) -> str:
    """Return how surely bounds hold: how often, or that nobody could measure that."""
    if band.level is not None:
        return f"{band.level:.0%} confidence"
    return "exact" if band.low == band.high else "estimated"


def headline(plan: SavingsPlan) -> str:
    """Return what a plan comes to, in a sentence or two, and what a month costs in each other currency."""
    said = _headline(plan)
    if not plan.beside:
        return said
    others = " and ".join(f"{money(each.amount, each.currency)} ({each.basis})" for each in plan.beside)
    counted = "" if plan.target is None else f", and only {plan.currency} is held against the sum"
    return f"{said.rstrip('.')}. Besides, a month costs {others}: savings are found in {plan.currency}{counted}."


def _headline(plan: SavingsPlan) -> str:
    now = f"A month costs {money(plan.before, plan.currency)} ({plan.before_basis})"
    count = many(len(plan.chosen), "saving")
    saved = between(plan.saved, plan.currency)
    if not plan.before and not plan.chosen:
        known = f" in {plan.currency}" if plan.beside else ""
        return f"I do not know what a month costs{known}: no bill and no workload tells"
    if plan.target is None:
        if not plan.chosen:
            return f"{now}. I found nothing worth saving."
        return f"{now}. {count} would bring {saved} a month, leaving {money(plan.after.expected, plan.currency)}."
    target = money(plan.target, plan.currency)
    if plan.before <= plan.target:
        return f"{now}, which is under {target} already."
    if plan.short:
        return (
            f"{now}. All I found brings {saved} a month and leaves {money(plan.after.expected, plan.currency)}: "
            f"{money(plan.short, plan.currency)} more than {target}."
        )
    surely = "also where each brings its least" if plan.surely else "though not where each brings its least"
    left = money(plan.after.expected, plan.currency)
    return f"{now}. {count} would bring {saved} a month and leave {left}, under {target}, {surely}."
