"""Traffic that has a cheaper way. How much of it can take that way no bill says: the bounds are stated."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from agents.savings.making import WORTH, Terms, band, saving_id
from agents.savings.prices import DAYS_A_MONTH, cents
from agents.savings.readings import Charge
from memory.model.cost import CostField, CostFilter, CostQuery, Dimension, Match
from memory.model.saving import Factor, Risk, Saving, SavingKind


@dataclass(frozen=True)
class Path:
    """A way that traffic takes, and which share of it can take a cheaper one: at least, likely, at most."""

    name: str
    words: str  # in the description of a charge for a volume of data
    shares: tuple[Decimal, Decimal, Decimal]
    advice: str
    risk: Risk
    risks: tuple[str, ...]


PATHS: Final = (
    Path(
        name="through NAT gateways",
        words=r"nat ?gateway",
        shares=(Decimal("0.1"), Decimal("0.4"), Decimal("0.8")),
        advice="Give the networks private endpoints to the cloud's own storage, registry and logs, so that this "
        "traffic goes past the NAT gateway.",
        risk=Risk.LOW,
        risks=("routes change for whatever talks to those services",),
    ),
    Path(
        name="between zones",
        words=r"(inter|intra|cross)[- ]?(az|zone|availability zone)|regional data transfer"
        r"|data ?transfer[- ]regional|between availability zones",
        shares=(Decimal("0.2"), Decimal("0.5"), Decimal("0.8")),
        advice="Let services prefer endpoints of their own zone (in Kubernetes: trafficDistribution), and read "
        "from replicas in the zone.",
        risk=Risk.MEDIUM,
        risks=("a zone whose replicas are few is asked more than it can answer",),
    ),
    Path(
        name="between regions",
        words=r"(inter|cross)[- ]?region|region[- ]to[- ]region",
        shares=(Decimal("0.1"), Decimal("0.3"), Decimal("0.6")),
        advice="Copy between regions only what is read there, compressed, and read the rest where it is.",
        risk=Risk.MEDIUM,
        risks=("what is not copied is not there when a region is lost",),
    ),
    Path(
        name="to the internet",
        words=r"data ?transfer[- ]out|out to internet|internet egress|egress to internet|data transfer out",
        shares=(Decimal("0.1"), Decimal("0.3"), Decimal("0.6")),
        advice="Serve what many people fetch from a content delivery network, compressed, with long cache times.",
        risk=Risk.LOW,
        risks=("what is cached is seen later when it changes",),
    ),
)
_VOLUME: Final = re.compile(r"^(gb|gib|gigabytes?|gibibytes?|tb|bytes?)", re.IGNORECASE)


def egress(charges: Iterable[Charge], terms: Terms) -> tuple[Saving, ...]:
    """Return what each path could save; a charge belongs to the first path that its description names."""
    sums: dict[str, Decimal] = {}
    words: dict[str, set[str]] = {}
    for charge in charges:
        path = path_of(charge)
        if path is not None:
            sums[path.name] = sums.get(path.name, Decimal(0)) + charge.cost
            words.setdefault(path.name, set()).add(charge.description)
    found = (_saving(path, sums[path.name], words[path.name], terms) for path in PATHS if path.name in sums)
    return tuple(each for each in found if each is not None)


def path_of(charge: Charge) -> Path | None:
    """Return the path a charge is for, None where it is for no volume of data."""
    if not _VOLUME.match(charge.unit):
        return None
    named = (path for path in PATHS if re.search(path.words, charge.description, re.IGNORECASE))
    return next(named, None)


def _saving(path: Path, total: Decimal, descriptions: set[str], terms: Terms) -> Saving | None:
    money = total / terms.days * DAYS_A_MONTH
    low, expected, high = (money * share for share in path.shares)
    if expected < WORTH:
        return None
    id_ = saving_id(SavingKind.EGRESS, path.name)
    shares = " / ".join(f"{share:.0%}" for share in path.shares)
    summary = f"traffic {path.name} cost {cents(total)} in {terms.days} days"
    return Saving(
        id=id_,
        kind=SavingKind.EGRESS,
        title=f"Take a cheaper way {path.name}",
        target=f"traffic {path.name}",
        currency=terms.prices.currency,
        pool=("network", path.name),
        factor=Factor.SIZE,
        cost=money,
        monthly=band(low, expected, high, f"stated: {shares} of the traffic can take the cheaper way"),
        risk=path.risk,
        risks=path.risks,
        evidence=(terms.seen(id_, "bill", f"charges for traffic {path.name}", summary, str(total)),),
        advice=path.advice,
        query=CostQuery(
            since=terms.now,
            until=terms.now,
            filters=(
                CostFilter(
                    field=CostField(dimension=Dimension.DESCRIPTION),
                    match=Match.IS,
                    values=tuple(sorted(descriptions)),
                ),
            ),
        ),
    )
