"""Calling people until somebody is on it; and what merging and splitting incidents teaches."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from bot.surfaces.incidents import Act, Declaration
from memory.model.incident import Duty, Happening, Incident, IncidentStatus
from memory.model.triage import LessonKind
from tests.bot.alerts.house import AlertHouse, fired, settings_of, standing_house, webhook
from tests.fakes.time import MIDNIGHT, FakeClock
from tools.webhooks import read

ROTA = """
schedules:
  - team: shop
    layers: [{people: [sam], starts: 2026-01-05 09:00:00, every: 1w}]
  - team: shop
    name: secondary
    level: 2
    layers: [{people: [tess], starts: 2026-01-05 09:00:00, every: 1w}]
  - team: managers
    layers: [{people: [mona], starts: 2026-01-05 09:00:00, every: 1w}]
"""
STEPS = [
    {"after_minutes": 0, "who": ["oncall"]},
    {"after_minutes": 5, "who": ["oncall"]},
    {"after_minutes": 10, "who": ["team:managers", "alice"]},
]


def settings(home: Path) -> Any:
    path = home / "oncall.yaml"
    path.write_text(ROTA, encoding="utf-8")
    return settings_of(home, oncall_file=path, escalation=STEPS, oncall_people={"sam": "samuel"})


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[AlertHouse]:
    async with standing_house(settings(tmp_path), FakeClock()) as standing:
        yield standing


def move(house: AlertHouse, minutes: float) -> None:
    assert isinstance(house.clock, FakeClock)
    house.clock.move(minutes * 60)


async def told(house: AlertHouse, *alerts: dict[str, Any]) -> None:
    await house.alerts.inbox.take("am", read("alertmanager", webhook(*alerts)))
    while await house.alerts.sorting.sort():
        pass


async def incidents(house: AlertHouse) -> list[Incident]:
    return sorted((await house.store.incidents.page("default")).items, key=lambda each: each.number)


async def called(house: AlertHouse, incident: str) -> list[str]:
    found = await house.store.escalations.find("default", incident)
    return [each.person for each in found.called] if found else []


async def test_people_are_called_step_by_step_until_somebody_is_on_it(house: AlertHouse) -> None:
    await told(house, fired("HighErrorRate"))
    (incident,) = await incidents(house)
    assert await house.alerts.calling.tend() == 1
    assert await called(house, incident.id) == ["samuel"]
    assert await house.alerts.calling.tend() == 0  # nothing is due yet
    move(house, 5)
    assert await house.alerts.calling.tend() == 1
    assert await called(house, incident.id) == ["samuel", "tess"]
    await house.incidents.acknowledge(Act(tenant="default", by="alice"), incident.id)
    move(house, 10)
    assert await house.alerts.calling.tend() == 0
    found = await house.store.escalations.find("default", incident.id)
    assert found is not None
    assert found.ended == "somebody is on it"


async def test_a_restart_goes_on_where_the_calling_was_and_calls_nobody_twice(tmp_path: Path) -> None:
    async with standing_house(settings(tmp_path), FakeClock()) as before:
        await told(before, fired("HighErrorRate"))
        await before.alerts.calling.tend()
    async with standing_house(settings(tmp_path), FakeClock(MIDNIGHT + timedelta(minutes=6))) as after:
        (incident,) = await incidents(after)
        await after.alerts.calling.tend()
        await after.alerts.calling.tend()
        assert await called(after, incident.id) == ["samuel", "tess"]


async def test_the_last_step_calls_everybody_it_names_and_the_timeline_tells_of_each_call(
    house: AlertHouse,
) -> None:
    await told(house, fired("HighErrorRate"))
    (incident,) = await incidents(house)
    for minutes in (0, 5, 10):
        move(house, minutes)
        await house.alerts.calling.tend()
    assert await called(house, incident.id) == ["samuel", "tess", "mona", "alice"]
    entries = await house.incidents.entries("default", incident.id)
    assert sum(each.text.startswith("Called") for each in entries) == 3


async def test_a_commander_ends_the_calling_and_mild_incidents_call_nobody(house: AlertHouse) -> None:
    await told(house, fired("IndexOld", "search", severity="warning"))
    assert await house.alerts.calling.tend() == 0
    await told(house, fired("HighErrorRate"))
    incident = (await incidents(house))[-1]
    await house.incidents.assign(Act(tenant="default", by="alice"), incident.id, Duty.COMMANDER, "alice")
    assert await house.alerts.calling.tend() == 0


async def test_what_was_merged_once_is_grouped_the_next_time_until_it_is_taken_back(house: AlertHouse) -> None:
    await told(house, fired("HighErrorRate"), fired("IndexOld", "search"))
    one, other = await incidents(house)
    act = Act(tenant="default", by="alice")
    await house.incidents.merge(act, other.id, one.id)
    assert await house.alerts.teaching.catch_up() == 1
    (lesson,) = await house.store.alert_lessons.of("default")
    assert (lesson.kind, lesson.taught_by) == (LessonKind.TOGETHER, "alice")
    await _everything_ends(house)
    move(house, 60)
    await told(house, *_again("HighErrorRate", "checkout"), *_again("IndexOld", "search"))
    assert len(await incidents(house)) == 3
    await house.store.alert_lessons.withdraw("default", lesson.id, "alice", house.clock.now())
    await _everything_ends(house, minutes=60)
    move(house, 60)
    await told(house, *_again("HighErrorRate", "checkout", 120), *_again("IndexOld", "search", 120))
    assert len(await incidents(house)) == 5


async def test_what_was_split_once_is_kept_apart_the_next_time(house: AlertHouse) -> None:
    await told(house, fired("HighErrorRate"), fired("CertificateExpires"))
    (incident,) = await incidents(house)
    assert len(incident.alerts) == 2
    known = await house.store.alerts.many("default", incident.alerts)
    apart = next(name for name, each in known.items() if each.alert.name == "CertificateExpires")
    wanted = Declaration(title="certificate", alerts=(apart,))
    new = await house.incidents.split(Act(tenant="default", by="alice"), incident.id, wanted)
    assert await house.alerts.teaching.catch_up() == 1
    assert [each.kind for each in await house.store.alert_lessons.of("default")] == [LessonKind.APART]
    (group,) = await house.store.alert_groups.of_incident("default", new.id)
    assert group.members == (apart,)
    await _everything_ends(house)
    move(house, 60)
    await told(house, *_again("HighErrorRate", "checkout"), *_again("CertificateExpires", "checkout"))
    assert len(await incidents(house)) == 4


async def test_a_merge_made_where_nobody_sorts_teaches_whoever_sorts_next_and_once(
    tmp_path: Path,
) -> None:
    async with standing_house(settings(tmp_path), FakeClock()) as before:
        await told(before, fired("HighErrorRate"), fired("IndexOld", "search"))
        one, other = await incidents(before)
        await before.incidents.merge(Act(tenant="default", by="alice"), other.id, one.id)
    async with standing_house(settings(tmp_path), FakeClock(MIDNIGHT + timedelta(hours=1))) as after:
        first, second = await asyncio.gather(*(after.alerts.teaching.catch_up() for _ in range(2)))
        assert first + second == 1
        await _everything_ends(after)
        move(after, 60)
        await told(after, *_again("HighErrorRate", "checkout"), *_again("IndexOld", "search"))
        assert len(await incidents(after)) == 3
        (again,) = await after.store.alert_groups.live("default", after.clock.now())
        assert "merged" in " ".join(again.reasons)


async def test_an_incident_that_somebody_makes_of_alerts_hears_of_them_from_then_on(house: AlertHouse) -> None:
    await told(house, fired("IndexOld", "search", severity="info"))
    assert await incidents(house) == []
    (known,) = (await house.store.alerts.page("default")).items
    wanted = Declaration(title="the index is old", alerts=(known.alert.id,))
    incident = await house.incidents.declare(Act(tenant="default", by="alice"), wanted)
    assert await house.alerts.teaching.catch_up() == 0
    await told(house, fired("IndexOld", "search", "resolved", severity="info"))
    kinds = [each.kind for each in await house.incidents.entries("default", incident.id)]
    assert Happening.ALERT in kinds
    (group,) = await house.store.alert_groups.of_incident("default", incident.id)
    assert not group.behind
    assert len(await incidents(house)) == 1


async def test_taking_a_merge_apart_takes_its_lesson_back_and_a_split_is_learned_from_once(
    house: AlertHouse,
) -> None:
    await told(house, fired("HighErrorRate"), fired("IndexOld", "search"))
    one, other = await incidents(house)
    act = Act(tenant="default", by="alice")
    await house.incidents.merge(act, other.id, one.id)
    await house.incidents.reopen(Act(tenant="default", by="bob"), other.id, "not the same")
    assert await house.alerts.teaching.catch_up() == 2
    (lesson,) = await house.store.alert_lessons.of("default")
    assert (lesson.taught_by, lesson.withdrawn_by) == ("alice", "bob")
    assert await house.alerts.teaching.catch_up() == 0


async def test_an_incident_that_was_resolved_is_reopened_when_its_alert_fires_again_soon(
    house: AlertHouse,
) -> None:
    await told(house, fired("HighErrorRate"))
    (incident,) = await incidents(house)
    await told(house, fired("HighErrorRate", status="resolved"))
    act = Act(tenant="default", by="alice")
    await house.incidents.set_status(act, incident.id, IncidentStatus.RESOLVED)
    move(house, 5)
    await told(house, *_again("HighErrorRate", "checkout", 5))
    (again,) = await incidents(house)
    assert again.status is IncidentStatus.OPEN


async def test_a_crash_after_sorting_is_made_good_by_whoever_comes_next(tmp_path: Path) -> None:
    async with standing_house(settings(tmp_path), FakeClock()) as before:
        await before.alerts.inbox.take("am", read("alertmanager", webhook(fired("HighErrorRate"))))
        news = await before.store.alerts.waiting("default")
        sorter, _ = await before.alerts.sorting._sorter(news, before.clock.now())
        await before.alerts.sorting._write(sorter.sort(news, before.clock.now()), news)
        assert await incidents(before) == []
    async with standing_house(settings(tmp_path), FakeClock()) as after:
        await after.alerts.sorting.sort()
        await after.alerts.sorting.sort()
        assert [each.title for each in await incidents(after)] == ["HighErrorRate on checkout"]
        assert await after.store.alert_groups.behind("default") == ()


def _again(name: str, service: str, minutes: float = 60) -> list[dict[str, Any]]:
    begun = (MIDNIGHT + timedelta(minutes=minutes)).isoformat()
    return [{**fired(name, service), "startsAt": begun}]


async def _everything_ends(house: AlertHouse, minutes: float = 0) -> None:
    page = await house.store.alerts.page("default")
    over = []
    for each in page.items:
        begun = each.alert.started_at
        told_of = fired(each.alert.name, each.alert.service or "", "resolved")
        ends = (begun + timedelta(minutes=minutes + 1)).isoformat()
        over.append({**told_of, "startsAt": begun.isoformat(), "endsAt": ends})
    await told(house, *over)
    for incident in await incidents(house):
        if incident.status is IncidentStatus.OPEN:
            act = Act(tenant="default", by="alice")
            await house.incidents.set_status(act, incident.id, IncidentStatus.RESOLVED)
