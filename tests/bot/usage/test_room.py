"""What people are told of usage, what they take away, and what it is set against: all of it from stored facts."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.surfaces.usage import UsageForm
from bot.usage.returns import Assumed, Facts, returns
from bot.usage.room import UsageRoom
from bot.usage_limits import UsageBudget
from memory.costs.mart import Mart, total
from memory.errors import InvalidWindow, PolicyDenied
from memory.model.cost import CostField, CostQuery, Dimension
from memory.model.incident import Incident, IncidentStatus
from memory.model.people import Principal, Role
from memory.model.run import RunStatus
from memory.model.saving import Band, Measured
from memory.model.usage import UsageBy, UsageFact, UsageLine
from memory.store import Store
from tests.fakes.time import MIDNIGHT, FakeClock
from tests.memory.samples import run
from tests.memory.usage_calls import adoption, fact

ASSUMED = Assumed(
    fixed_monthly=Decimal(0), minutes_per_run=Decimal(10), minute_value=Decimal("1.5"), currency="USD"
)
ALICE = Principal(id="alice", tenant="acme", name="Alice", roles=(Role.VIEWER,))
AUDITOR = Principal(id="ann", tenant="acme", name="Ann", roles=(Role.AUDITOR,))
SINCE, UNTIL = MIDNIGHT - timedelta(days=3), MIDNIGHT + timedelta(days=1)
FACTS = [
    fact(
        id=f"call_{number}",
        at=MIDNIGHT - timedelta(hours=7 * (number % 9)),
        person=("alice", "bob")[number % 2],
        name=("small", "large")[number % 3 == 0],
        cost=Decimal(number) / 1_000_000,
    )
    for number in range(1, 60)
]


@pytest.fixture
async def room(store: Store, clock: FakeClock) -> UsageRoom:
    await store.usage.add("acme", [*FACTS, fact(id="unpriced", cost=None), fact(id="cached", cost=Decimal(0))])
    return UsageRoom(store, clock, ASSUMED, UsageBudget(monthly=Decimal(1)))


async def taken(room: UsageRoom, form: UsageForm) -> str:
    return "".join([piece async for piece in room.export(AUDITOR, SINCE, UNTIL, form)])


async def test_usage_adds_up_and_others_are_shown_by_person_only_to_who_audits(room: UsageRoom) -> None:
    mine = await room.usage(ALICE, SINCE, UNTIL, UsageBy.PERSON)
    assert [line.key for line in mine.lines] == ["alice"]
    every = await room.usage(AUDITOR, SINCE, UNTIL, UsageBy.PERSON)
    assert {line.key for line in every.lines} == {"alice", "bob"}
    cost = sum((each.cost or Decimal(0) for each in FACTS), Decimal(0))
    assert every.all.costs == {"USD": cost}
    assert sum((line.costs["USD"] for line in every.lines), Decimal(0)) == cost
    assert every.all.unpriced == 1
    assert every.budget is not None
    assert every.budget.spent == cost


async def test_a_window_that_ends_before_it_begins_is_refused(room: UsageRoom) -> None:
    with pytest.raises(InvalidWindow):
        await room.usage(ALICE, UNTIL, SINCE, UsageBy.DAY)


async def test_usage_is_taken_away_by_who_audits_alone(room: UsageRoom) -> None:
    with pytest.raises(PolicyDenied):
        await anext(room.export(ALICE, SINCE, UNTIL, UsageForm.CSV))


async def test_csv_and_json_lines_tell_every_fact_exactly(room: UsageRoom) -> None:
    rows = list(csv.DictReader(io.StringIO(await taken(room, UsageForm.CSV))))
    lines = [json.loads(line) for line in (await taken(room, UsageForm.JSONL)).splitlines()]
    assert len(rows) == len(lines) == len(FACTS) + 2
    cost = sum((each.cost or Decimal(0) for each in FACTS), Decimal(0))
    assert sum((Decimal(row["cost"]) for row in rows if row["cost"]), Decimal(0)) == cost
    assert sum((Decimal(line["cost"]) for line in lines if line["cost"]), Decimal(0)) == cost
    assert [UsageFact.model_validate(line).id for line in lines] == [row["id"] for row in rows]


async def test_our_own_mart_reads_the_bill_of_our_own_usage(
    room: UsageRoom, store: Store, clock: FakeClock, tmp_path: Path
) -> None:
    path = tmp_path / "usage-focus.csv"
    path.write_text(await taken(room, UsageForm.FOCUS), encoding="utf-8")
    mart = Mart(tmp_path / "mart", store.cost_files, clock)
    file, new = await mart.take("acme", "quarterdeck", path)
    assert new
    assert (file.aside, file.flaws, file.ignored) == ((), (), ())
    cost = sum((each.cost or Decimal(0) for each in FACTS), Decimal(0))
    assert {each.currency: each.billed for each in file.totals} == {"USD": cost}
    asked = CostQuery(
        since=SINCE - timedelta(days=1),
        until=UNTIL,
        by=(CostField(dimension=Dimension.RESOURCE), CostField(tag="person")),
    )
    lines = await mart.ask("acme", asked)
    assert total(lines) == {"USD": cost}
    for line in lines:
        model, person = line.keys
        mine = (each.cost or Decimal(0) for each in FACTS if (each.name, each.person) == (model, person))
        assert line.cost == sum(mine, Decimal(0))


def incident(name: str, minutes: int, **changes: object) -> Incident:
    made = Incident(
        id=name,
        tenant="acme",
        number=int(name[-1]),
        title="down",
        severity=2,
        status=IncidentStatus.RESOLVED,
        services=("checkout",),
        declared_by="alice",
        started_at=MIDNIGHT,
        detected_at=MIDNIGHT,
        resolved_at=MIDNIGHT + timedelta(minutes=minutes),
    )
    return made.model_copy(update=changes)


def test_the_return_is_what_was_brought_less_what_it_cost_by_what_it_cost() -> None:
    done = run(status=RunStatus.SUCCEEDED, ended_at=MIDNIGHT + timedelta(minutes=9))
    saved = Band(low=Decimal(10), expected=Decimal(30), high=Decimal(40))
    facts = Facts(
        since=MIDNIGHT,
        until=MIDNIGHT + timedelta(days=1),
        used=UsageLine(key="", costs={"USD": Decimal("4.004"), "EUR": Decimal(9)}, unpriced=2),
        runs=[done, run(name="run_2", status=RunStatus.FAILED)],
        incidents=[
            incident("inc_1", 10, services=("checkout",)),
            incident("inc_2", 40, services=("other",)),
            incident("inc_3", 60, services=("other",)),
            incident("inc_4", 1, withdrawn=True),
        ],
        measured=[
            Measured(adoption=adoption(), days=5, saved=saved),
            Measured(adoption=adoption(id="adopted_2"), note="not yet"),
        ],
    )
    fixed = Assumed(
        fixed_monthly=Decimal("36.5"), minutes_per_run=Decimal(10), minute_value=Decimal("1.5"), currency="USD"
    )
    found = returns(facts, fixed)
    assert (found.models, found.fixed, found.cost) == (Decimal("4.00"), Decimal("1.20"), Decimal("5.20"))
    assert (found.runs, found.minutes, found.worth) == (1, Decimal(10), Decimal("15.00"))
    assert (found.brought.low, found.brought.expected, found.brought.high) == (
        Decimal(25),
        Decimal(45),
        Decimal(55),
    )
    assert found.ratio == ((Decimal(45) - Decimal("5.20")) / Decimal("5.20")).quantize(Decimal("0.001"))
    assert (found.measured, found.unmeasured, found.unpriced) == (1, 1, 2)
    assert (found.with_us.incidents, found.with_us.minutes) == (1, Decimal(10))
    assert (found.without_us.incidents, found.without_us.minutes) == (2, Decimal(50))
    assert any("assumed, not measured" in each for each in found.assumed)


def test_what_cost_nothing_has_no_return_and_minutes_without_a_value_bring_no_money() -> None:
    free = Assumed(fixed_monthly=Decimal(0), minutes_per_run=Decimal(10), minute_value=Decimal(0), currency="USD")
    done = run(status=RunStatus.SUCCEEDED, ended_at=MIDNIGHT)
    facts = Facts(since=MIDNIGHT, until=UNTIL, used=UsageLine(key=""), runs=[done], incidents=[], measured=[])
    found = returns(facts, free)
    assert (found.ratio, found.minutes, found.brought.expected) == (None, Decimal(10), Decimal(0))


async def test_only_what_is_stored_is_told(room: UsageRoom) -> None:
    found = await room.returns(AUDITOR, SINCE, UNTIL)
    cost = sum((each.cost or Decimal(0) for each in FACTS), Decimal(0))
    assert found.models == cost.quantize(Decimal("0.01"))
    assert found.runs == 0
    assert (await room.usage(AUDITOR, SINCE, UNTIL, UsageBy.TOOL)).lines == ()
