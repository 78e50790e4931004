"""What every finder's saving has in common: its id, its evidence, money to the cent."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from agents.savings.prices import Prices, cents
from memory.ids import derived
from memory.model.evidence import Evidence
from memory.model.saving import Band, SavingKind

WORTH = Decimal(1)  # a month; less than this is not told


@dataclass(frozen=True)
class Terms:
    """What a finder may know: prices, the moment, and the pool that the cluster's costs are a part of."""

    prices: Prices
    now: datetime
    cluster: tuple[str, ...] = ("compute", "", "cluster")  # of the provider that is charged for its nodes
    days: int = 30  # of charges that are given

    def pool(self, environment: str, service: str) -> tuple[str, ...]:
        """Return the pool of a workload."""
        return (*self.cluster, environment, service)

    def seen(self, saving: str, source: str, query: str, summary: str, value: float | str | None) -> Evidence:
        """Return a fact that a saving rests on."""
        return Evidence(
            id=derived("ev", saving, source, query, self.now.isoformat()),
            source=source,
            query=query,
            summary=summary,
            observed_at=self.now,
            value=value,
        )


def saving_id(kind: SavingKind, *target: str) -> str:
    """Return the id that the same saving always has."""
    return derived("sav", kind.value, *target)


def band(low: Decimal, expected: Decimal, high: Decimal, basis: str, level: float | None = None) -> Band:
    """Return money between bounds, to the cent; a saving is never said to be below nothing at its upper bound."""
    lowest, highest = min(low, expected), max(expected, high)
    return Band(low=cents(lowest), expected=cents(expected), high=cents(highest), level=level, basis=basis)


def known(hours: tuple[float | None, ...]) -> list[float]:
    """Return the hours that were told of."""
    return [each for each in hours if each is not None]
