"""A cluster, its measurements and its bills that behave: they answer from what is put into them, by the hour."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from memory.costs.mart import Freshness
from memory.errors import ConnectorUnreachable, UnknownService
from memory.model.cost import CostField, CostLine, CostQuery, CostSeries, DailyCost, Dimension, Match
from tools.cluster.sizes import Sizes, StandingVolume

GIB = 2**30
Hourly = Callable[[datetime], float | None]


@dataclass
class Runs:
    """One service in one environment: its size, and what it uses at a moment."""

    replicas: int
    cpu_request: float = 1.0
    memory_request: float = 2.0 * GIB
    cpu: Hourly = lambda _: 0.1
    memory: Hourly = lambda _: 0.5 * GIB
    load: Hourly = lambda _: 10.0
    scaled: dict[date, int] = field(default_factory=dict)  # from a day on

    def replicas_on(self, day: date) -> int:
        """Return how many ran on a day."""
        known = [number for since, number in sorted(self.scaled.items()) if since <= day]
        return known[-1] if known else self.replicas


@dataclass
class FakeEstate:
    """Serves `bot.savings.ports.Cluster` and `Measured`."""

    runs: dict[tuple[str, str], Runs] = field(default_factory=dict)
    standing: tuple[StandingVolume, ...] = ()
    away: bool = False
    asked: int = 0

    async def sizes(self, service: str, environment: str) -> Sizes:
        """Return what a service requests."""
        self._reached()
        found = self.runs.get((service, environment))
        if found is None:
            raise UnknownService(f"expected a Deployment of {environment}, found no {service}")
        return Sizes(environment, service, found.replicas, found.cpu_request, found.memory_request, None, None)

    async def volumes(self) -> Sequence[StandingVolume]:
        """Return the volumes."""
        self._reached()
        return self.standing

    async def cpu(
        self, service: str, environment: str, pods: object, first: datetime, hours: int
    ) -> tuple[float | None, ...]:
        """Return the cores of a replica in each hour."""
        return self._hours(self.runs[service, environment].cpu, first, hours)

    async def memory(
        self, service: str, environment: str, pods: object, first: datetime, hours: int
    ) -> tuple[float | None, ...]:
        """Return the bytes of a replica in each hour."""
        return self._hours(self.runs[service, environment].memory, first, hours)

    async def load(self, service: str, environment: str, first: datetime, hours: int) -> tuple[float | None, ...]:
        """Return the requests a second in each hour."""
        return self._hours(self.runs[service, environment].load, first, hours)

    async def killed(self, pods: tuple[str, str], now: datetime) -> int:
        """Return that nothing ran out of memory."""
        self._reached()
        return 0

    async def requested(
        self, resource: str, pods: tuple[str, str], first: datetime, days: int
    ) -> tuple[float | None, ...]:
        """Return what all replicas requested on each day."""
        self._reached()
        environment, service = pods
        found = self.runs[service, environment]
        each = found.cpu_request if resource == "cpu" else found.memory_request
        return tuple(each * found.replicas_on(first.date() + timedelta(number)) for number in range(days))

    def _hours(self, value: Hourly, first: datetime, hours: int) -> tuple[float | None, ...]:
        self._reached()
        return tuple(value(first + timedelta(hours=number)) for number in range(hours))

    def _reached(self) -> None:
        self.asked += 1
        if self.away:
            raise ConnectorUnreachable("expected a cluster that answers, found none")


@dataclass(frozen=True)
class Charged:
    """One charge of one day."""

    day: date
    cost: Decimal
    fields: dict[Dimension, str]


@dataclass
class FakeBills:
    """Serves `bot.savings.ports.Bills`, by going through every charge."""

    charges: list[Charged] = field(default_factory=list)
    until: datetime | None = None

    def every_day(self, first: date, days: int, cost: str, fields: dict[Dimension, str]) -> None:
        """Add the same charge on each of so many days."""
        self.charges += [Charged(first + timedelta(number), Decimal(cost), fields) for number in range(days)]

    async def ask(self, tenant: str, query: CostQuery) -> Sequence[CostLine]:
        """Answer a question."""
        del tenant
        sums: dict[tuple[str, ...], tuple[Decimal, int]] = {}
        for each in self._meant(query):
            cost, rows = sums.get(_keys(each, query), (Decimal(0), 0))
            sums[_keys(each, query)] = (cost + each.cost, rows + 1)
        return [CostLine(currency="USD", keys=keys, cost=cost, rows=rows) for keys, (cost, rows) in sums.items()]

    async def daily(self, tenant: str, query: CostQuery) -> Sequence[CostSeries]:
        """Return the days of each group."""
        del tenant
        groups: dict[tuple[str, ...], dict[date, Decimal]] = {}
        for each in self._meant(query):
            days = groups.setdefault(_keys(each, query), {})
            days[each.day] = days.get(each.day, Decimal(0)) + each.cost
        return [
            CostSeries(
                currency="USD",
                keys=keys,
                days=tuple(DailyCost(day=day, cost=cost) for day, cost in sorted(days.items())),
            )
            for keys, days in groups.items()
        ]

    async def freshness(self, tenant: str) -> Freshness:
        """Return until when charges are known."""
        del tenant
        return Freshness(until=self.until, imported_at=self.until, stale=False)

    def _meant(self, query: CostQuery) -> list[Charged]:
        inside = [each for each in self.charges if query.since.date() <= each.day < query.until.date()]
        for wanted in query.filters:
            inside = [each for each in inside if _passes(_value(each, wanted.field), wanted.match, wanted.values)]
        return inside


def _value(each: Charged, wanted: CostField) -> str:
    return each.fields.get(wanted.dimension, "") if wanted.dimension else ""


def _keys(each: Charged, query: CostQuery) -> tuple[str, ...]:
    return tuple(_value(each, wanted) for wanted in query.by)


def _passes(value: str, match: Match, values: tuple[str, ...]) -> bool:
    known = {each.casefold() for each in values}
    if match is Match.THERE:
        return bool(value)
    return value.casefold() in known
