"""A night over made-up bills: what is new is kept and told once, budgets too, and people's word is learnt."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from agents.radar.findings import Worth
from bot.costs.alone import CountedHere
from bot.costs.service import Costs
from bot.costs.watching.book import WatchBook
from bot.costs.watching.budgets import Budgets
from bot.costs.watching.forecasting import Forecasting
from bot.costs.watching.gathering import Gathering
from bot.costs.watching.learning import Learning
from bot.costs.watching.night import Night
from bot.costs.watching.radar import Radar
from bot.costs.watching.room import CostWatchRoom
from bot.costs.watching.trials import Trials, summary
from bot.surfaces.cost_watch import BudgetWanted
from memory.costs.mart import Mart
from memory.errors import NotFound, PolicyDenied
from memory.model.incident import Happening, TimelineEntry
from memory.model.watching import Again, BudgetState, CostGroup, FindingKind, ForecastTrial
from memory.store import Store
from tests.fakes.people import ALICE, VIC
from tests.fakes.time import CountingIds, FakeClock
from tests.keys import LOG_KEY
from tests.memory.costs.bills import Row, row, written

NOW = datetime(2025, 8, 16, 6, tzinfo=UTC)
FIRST = datetime(2025, 3, 1, tzinfo=UTC)
RISE = datetime(2025, 8, 12, tzinfo=UTC)


class Told:
    """Serves `Teller`: remembers what was said."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    async def tell(self, tenant: str, title: str, text: str, key: str) -> None:
        self.said.append((title, text))


class House:
    """What a night needs."""

    def __init__(self, store: Store, mart: Mart, clock: FakeClock) -> None:
        self.store, self.teller = store, Told()
        costs = Costs(mart, clock)
        gathering = Gathering(costs, clock)
        budgets, trials = Budgets(gathering, store), Trials(gathering, store)
        self.night = Night(
            gathering, Radar(costs, gathering, store, "team", Worth()), budgets, trials, self.teller
        )
        self.again = Night(
            gathering, Radar(costs, gathering, store, "team", Worth()), budgets, trials, self.teller
        )
        forecasting, learning = Forecasting(gathering, trials), Learning(store, clock)
        self.room = CostWatchRoom(store, gathering, budgets, forecasting, learning, clock=clock, ids=CountingIds())
        self.book = WatchBook(store, forecasting, learning, clock, "http://here")


def bills() -> list[Row]:
    """Return 168 days of two services; compute doubles on the 12th of August by one new machine."""
    rows = []
    for number in range(168):
        at = FIRST + timedelta(days=number)
        wave = 1 + 0.02 * ((number * 7919) % 11 - 5) / 5
        end = at + timedelta(days=1)
        for service, cost in (("Compute", 100.0), ("Storage", 40.0)):
            rows.append(_charge(service, cost * wave, at, end, "old"))
        if at >= RISE:
            rows.append(_charge("Compute", 100.0, at, end, "new-machine"))
    return rows


def _charge(service: str, cost: float, at: datetime, end: datetime, resource: str) -> Row:
    return row(
        BilledCost=f"{cost:.4f}",
        EffectiveCost=f"{cost:.4f}",
        ChargePeriodStart=at.isoformat(),
        ChargePeriodEnd=end.isoformat(),
        BillingPeriodStart=at.replace(day=1).isoformat(),
        BillingPeriodEnd=(at.replace(day=1) + timedelta(days=32)).replace(day=1).isoformat(),
        ServiceName=service,
        ResourceId=resource,
        RegionId="eu-west-1" if service == "Compute" else "us-east-1",
    )


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock = FakeClock(NOW)
    store = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", clock, LOG_KEY)
    mart = Mart(tmp_path / "mart", CountedHere(), clock)
    await mart.take("acme", "clouds", written(tmp_path / "bills.csv", bills()))
    yield House(store, mart, clock)
    await store.close()


async def test_a_night_tells_once_what_is_new_with_its_driver_and_the_deploy_before_it(house: House) -> None:
    deploy = TimelineEntry(
        id="tl_1",
        tenant="acme",
        at=RISE - timedelta(hours=3),
        recorded_at=RISE,
        kind=Happening.DEPLOY,
        text="Compute pool v2 was rolled out",
        source="argocd",
    )
    await house.store.timeline.add([deploy])
    await house.room.set_budget(ALICE, BudgetWanted(name="all", amount=Decimal(5000)))
    told = await house.night.pass_by("acme")
    (finding,) = told.findings
    assert finding.group == CostGroup(currency="USD", dimension="ServiceName", key="Compute") or finding.also
    assert finding.kind is FindingKind.MORE
    assert finding.since == RISE.date()
    assert float(finding.size) == pytest.approx(400, rel=0.1)
    assert finding.related[0].entry == "tl_1"
    assert "Compute pool v2" in finding.proposal
    (standing,) = told.budgets
    assert standing.state in {BudgetState.LIKELY, BudgetState.AT_RISK}
    assert len(house.teller.said) == 2
    assert (await house.night.pass_by("acme")).day is None
    assert (await house.again.pass_by("acme")).findings == ()  # another process, the same day
    assert len(house.teller.said) == 2


async def test_what_is_expected_is_told_no_more_until_that_is_taken_back(house: House) -> None:
    (finding,) = (await house.night.pass_by("acme")).findings
    with pytest.raises(PolicyDenied):
        await house.room.expect(VIC, finding.id, Again.ONCE, "")
    with pytest.raises(NotFound):
        await house.room.expect(ALICE, "finding_none", Again.ONCE, "")
    await house.room.expect(ALICE, finding.id, Again.ALWAYS, "the new machine")
    assert await house.room.findings(VIC) == ()
    assert len(await house.room.findings(VIC, silenced=True)) == 1
    await house.room.unexpect(ALICE, finding.id)
    assert len(await house.room.findings(VIC)) == 1
    with pytest.raises(NotFound):
        await house.room.unexpect(ALICE, finding.id)


async def test_budgets_are_set_and_removed_by_operators_alone(house: House) -> None:
    wanted = BudgetWanted(name="all", amount=Decimal(2000))
    with pytest.raises(PolicyDenied):
        await house.room.set_budget(VIC, wanted)
    told = await house.room.set_budget(ALICE, wanted)
    assert told.standing is not None
    assert told.standing.state is BudgetState.BREACHED
    assert "used up" in told.says
    await house.room.remove_budget(ALICE, "all")
    with pytest.raises(NotFound):
        await house.room.remove_budget(ALICE, "all")
    assert await house.room.budgets(VIC) == ()


async def test_forecasts_are_kept_with_who_said_what(house: House) -> None:
    await house.night.pass_by("acme")
    trials = await house.store.cost_watch.of("acme", ForecastTrial)
    assert {each.group.key for each in trials} == {"", "Compute", "Storage"}
    assert all("run-rate" in each.said for each in trials)
    found = await house.room.forecasts(VIC)
    assert len(found.forecasts) == 1
    assert found.tried[0].months == 0


def test_a_summary_counts_months_that_are_over_alone() -> None:
    group = CostGroup(currency="USD")
    trial = ForecastTrial(
        tenant="acme",
        id="trial_1",
        group=group,
        as_of=NOW.date(),
        month=NOW.date().replace(day=1),
        expected=110.0,
        said={"run-rate": 90.0, "calendar": 101.0},
        bounds={"80%": (95.0, 120.0)},
    )
    over = trial.model_copy(update={"truth": 100.0})
    found = summary(group, [trial, over])
    assert (found.months, found.best) == (1, "calendar")
    assert found.errors["Quarterdeck"] == pytest.approx(10)
    assert found.held == {"80%": 100.0}
