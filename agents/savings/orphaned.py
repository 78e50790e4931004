"""What is paid for and belongs to nothing: volumes nobody mounts, addresses and gateways nothing goes through."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from agents.savings.making import WORTH, Terms, band, saving_id
from agents.savings.prices import DAYS_A_MONTH, cents, exact
from agents.savings.readings import Charge, Volume
from memory.model.cost import CostField, CostFilter, CostQuery, Dimension
from memory.model.saving import Factor, Risk, Saving, SavingKind

_UNUSED: Final = re.compile(
    r"\b(idle|unattached|not attached|unassociated|not in use|unused)\b|IdleAddress", re.IGNORECASE
)
_GATES: Final = re.compile(r"load ?balanc|nat ?gateway|vpc ?endpoint|vpn ?connection|\b[ang]lb\b", re.IGNORECASE)
_HOURS: Final = re.compile(r"^(hrs?|hours?|.*-?hours?)$", re.IGNORECASE)
_UNBOUND: Final = frozenset({"Released", "Available", "Failed"})


def volume(found: Volume, terms: Terms) -> Saving | None:
    """Return what giving up a volume would save, None where something uses it or that is not known."""
    unbound = found.phase in _UNBOUND
    if not unbound and (found.phase != "Bound" or found.used_by != 0):
        return None
    money = exact(found.gib) * terms.prices.volume_gib_month
    if money < WORTH:
        return None
    id_ = saving_id(SavingKind.ORPHAN, found.cluster, found.name)
    state = found.phase.lower() if unbound else f"bound to {found.claim}, which no pod mounts"
    said = terms.seen(id_, "kubernetes", f"persistentvolume {found.name}", f"{found.name} is {state}", found.gib)
    return Saving(
        id=id_,
        kind=SavingKind.ORPHAN,
        title=f"Give up {found.name}",
        target=found.name,
        currency=terms.prices.currency,
        pool=("storage", "volumes", found.cluster, found.name),
        factor=Factor.EXISTENCE,
        cost=money,
        monthly=band(money, money, money, "its size times the price"),
        risk=Risk.HIGH,
        risks=("what is on it is gone with it: take a snapshot first",),
        evidence=(said,),
        advice=f"Take a snapshot of {found.name}, ask whose it was, and delete it: no tool deletes volumes.",
    )


def charged(charges: Iterable[Charge], terms: Terms) -> tuple[Saving, ...]:
    """Return what resources cost that the bill itself calls unused, and gates through which nothing went."""
    by_resource: dict[str, list[Charge]] = {}
    for charge in charges:
        if charge.resource:
            by_resource.setdefault(charge.resource, []).append(charge)
    found = (_resource(name, parts, terms) for name, parts in sorted(by_resource.items()))
    return tuple(each for each in found if each is not None)


def _resource(name: str, charges: list[Charge], terms: Terms) -> Saving | None:
    unused = [each for each in charges if _UNUSED.search(each.description)]
    silent = all(_HOURS.match(each.unit) for each in charges if each.cost > 0)
    gate = any(_GATES.search(f"{each.description} {each.service}") for each in charges)
    if not unused and not (gate and silent):
        return None
    parts = unused or charges
    total = sum((each.cost for each in parts), Decimal(0))
    money = total / terms.days * DAYS_A_MONTH
    if money < WORTH:
        return None
    id_ = saving_id(SavingKind.ORPHAN, name)
    why = "the bill calls it unused" if unused else "it was charged by the hour, and nothing went through it"
    summary = f"{name} cost {cents(total)} in {terms.days} days: {why}"
    return Saving(
        id=id_,
        kind=SavingKind.ORPHAN,
        title=f"Give up {name}",
        target=name,
        currency=terms.prices.currency,
        pool=("resources", parts[0].service, name),
        factor=Factor.EXISTENCE,
        cost=money,
        monthly=band(money, money, money, f"what it was charged in {terms.days} days"),
        risk=Risk.LOW if unused else Risk.MEDIUM,
        risks=("a name or a firewall may still point to it",),
        evidence=(terms.seen(id_, "bill", f"charges of {name}", summary, str(total)),),
        advice=f"Ask who owns {name}, then release it: no tool does.",
        query=CostQuery(
            since=terms.now,
            until=terms.now,
            filters=(CostFilter(field=CostField(dimension=Dimension.RESOURCE), values=(name,)),),
        ),
    )
