"""The numbers of incidents: what counts, by whom, and how they are drawn and asked for."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.incidents.counting import IncidentCounter
from bot.incidents.number_charts import charts
from bot.incidents.numbers import Counted, grouped, numbers
from bot.pictures import Format, Pictures
from bot.surfaces.incident_numbers import By
from memory.errors import InvalidWindow
from memory.model.incident import Incident, IncidentStatus
from memory.model.outcome_record import OutcomeRecord
from memory.model.war_room import Fitting, Fixture, RoomRecord
from memory.store import Store
from tests.fakes.people import ALICE, CATALOGUE
from tests.fakes.time import MIDNIGHT, FakeClock
from tests.memory.opening import opened
from tests.memory.samples import outcome_record

BEGAN = MIDNIGHT - timedelta(days=3)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def incident(number: int, *, recovered: float | None = 30, began: datetime = BEGAN, **more: object) -> Incident:
    """Return an incident noticed after 2 minutes, taken up after 5 and recovered after so many."""
    at = began + minutes(number)
    told: dict[str, object] = {
        "id": f"inc_{number}",
        "tenant": "acme",
        "number": number,
        "title": "checkout is failing",
        "severity": 2,
        "services": ("checkout",),
        "declared_by": "alice",
        "started_at": at,
        "detected_at": at + minutes(2),
        "acknowledged_at": at + minutes(5),
    }
    if recovered is not None:
        told |= {"status": IncidentStatus.RESOLVED, "resolved_at": at + minutes(recovered)}
    return Incident.model_validate(told | more)


def counted(*incidents: Incident, outcomes: tuple[OutcomeRecord, ...] = (), told: tuple[str, ...] = ()) -> Counted:
    return Counted(incidents, frozenset(told), outcomes)


def test_times_run_from_the_beginning_to_notice_from_notice_to_response_and_from_the_beginning_to_recovery() -> (
    None
):
    found = numbers("", counted(incident(1, recovered=20), incident(2, recovered=40)))
    assert (found.detect.mean, found.acknowledge.mean, found.recover.mean) == (120, 180, 1800)
    assert found.recover.median == 1800
    assert found.recover.cases == 2
    assert found.recover.mean_bounds is None
    assert found.recover.median_bounds is None


def test_who_is_served_again_has_recovered_though_the_cause_is_not_yet_mended() -> None:
    mitigated = incident(
        1, recovered=None, status=IncidentStatus.MITIGATED, mitigated_at=BEGAN + minutes(1) + minutes(12)
    )
    assert numbers("", counted(mitigated)).recover.mean == 720


def test_what_is_under_way_is_counted_and_has_no_time_to_recover() -> None:
    found = numbers("", counted(incident(1), incident(2, recovered=None)))
    assert (found.incidents, found.unfinished, found.recover.cases) == (2, 1, 1)


def test_what_was_merged_counts_with_the_other_and_what_began_outside_the_window_does_not() -> None:
    merged = incident(1, status=IncidentStatus.MERGED)
    early = incident(2, began=BEGAN - timedelta(days=400))
    found = counted(merged, early, incident(3)).within(BEGAN - timedelta(days=1), MIDNIGHT)
    assert [each.number for each in found.incidents] == [3]


def test_a_time_that_ends_before_it_begins_is_the_fault_of_a_clock_and_left_out() -> None:
    skewed = incident(1, detected_at=BEGAN - minutes(5), acknowledged_at=None)
    found = numbers("", counted(skewed))
    assert (found.detect.cases, found.detect.mean, found.acknowledge.cases) == (0, None, 0)


def test_shares_come_with_their_exact_intervals() -> None:
    outcomes = tuple(outcome_record(worked=worked) for worked in (True, True, True, False))
    found = numbers("", counted(incident(1), incident(2), outcomes=outcomes, told=("inc_1",)))
    assert (found.summarised.hits, found.summarised.of, found.summarised.value) == (1, 2, 0.5)
    assert found.automation.value == 0.75
    assert found.automation.bounds is not None
    assert found.automation.bounds.low == pytest.approx(0.1941204, abs=1e-6)
    assert found.automation.bounds.method == "exact (Clopper-Pearson)"
    nothing = numbers("", counted()).automation
    assert (nothing.value, nothing.bounds) == (None, None)


def test_an_incident_of_two_services_counts_for_both_and_for_each_of_their_teams() -> None:
    both = incident(1, services=("checkout", "payments"))
    services = grouped(counted(both, incident(2)), By.SERVICE, CATALOGUE)
    assert [(each.name, each.incidents) for each in services] == [("checkout", 2), ("payments", 1)]
    teams = grouped(counted(both, incident(2, services=("unheard-of",))), By.TEAM, CATALOGUE)
    assert {each.name for each in teams} == {"shop", "money", "nobody"}


async def test_the_numbers_are_drawn_from_what_they_are_made_of() -> None:
    many = [incident(number, recovered=10 + number) for number in range(1, 9)]
    groups = grouped(counted(*many), By.SERVICE, CATALOGUE)
    course, recovery = charts(many, groups)
    assert "time to recover: last 18 min" in course.alt
    assert recovery.alt == "checkout: 14 min of 8"
    for chart in (course, recovery):
        assert (await Pictures().draw(chart, Format.SVG)).startswith(b"<svg")
    assert charts([], ()) == ()


@pytest.fixture
async def store(address: str) -> AsyncIterator[Store]:
    async with opened(address, FakeClock()) as found:
        yield found


async def test_what_is_stored_is_counted_for_the_tenant_and_the_window(store: Store) -> None:
    for number in range(1, 4):
        await store.incidents.add(incident(number))
    await store.incidents.add(incident(9, began=BEGAN - timedelta(days=200)))
    await store.incidents.add(incident(5, tenant="other"))
    await store.outcomes.count(outcome_record().model_copy(update={"at": BEGAN}))
    posted = Fitting(fixture=Fixture.SUMMARY, stands="a" * 64, at=MIDNIGHT)
    room = RoomRecord(tenant="acme", incident="inc_2", venue="console", fittings=(posted,), created_at=MIDNIGHT)
    await store.war_rooms.begin(room)
    view = await IncidentCounter(store, CATALOGUE, FakeClock()).numbers(ALICE, None, None, By.SERVICE)
    assert (view.all.incidents, view.all.recover.mean) == (3, 1800)
    assert (view.all.summarised.hits, view.all.automation.hits) == (1, 1)
    assert [each.name for each in view.groups] == ["checkout"]
    assert view.until - view.since == timedelta(days=90)
    assert {chart.id for chart in view.charts} == {"incident-numbers:course", "incident-numbers:recovery"}


async def test_a_window_that_ends_before_it_begins_is_refused(store: Store) -> None:
    counter = IncidentCounter(store, CATALOGUE, FakeClock())
    with pytest.raises(InvalidWindow):
        await counter.numbers(ALICE, MIDNIGHT, MIDNIGHT - minutes(1), By.TEAM)
    with pytest.raises(InvalidWindow):
        await counter.numbers(ALICE, MIDNIGHT - timedelta(days=9000), MIDNIGHT, By.TEAM)
