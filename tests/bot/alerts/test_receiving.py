"""Alerts over real HTTP: who may send them, what is kept before the answer, and what a burst leaves behind."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from memory.model.incident import IncidentStatus
from tests.bot.alerts.house import BEARER, AlertHouse, fired, served, settings_of, sorted_out, webhook, written
from tests.bot.alerts.sending import sent

Served = tuple[AlertHouse, httpx.AsyncClient]


@pytest_asyncio.fixture
async def standing(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(settings_of(tmp_path)) as found:
        yield found


async def test_one_alert_becomes_one_incident_however_often_it_is_told(standing: Served) -> None:
    house, http = standing
    for _ in range(3):
        answer = await http.post("/hooks/am", json=webhook(fired("HighErrorRate")), headers=BEARER)
        assert answer.status_code == 202
    await sorted_out(house)
    incidents = (await house.store.incidents.page("default")).items
    assert [each.title for each in incidents] == ["HighErrorRate on checkout"]
    assert incidents[0].severity == 1
    assert answer.json() == {"told": 1, "new": 0}


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic Zm9v"}, {"Authorization": "Bearer"}],
)
async def test_who_does_not_know_the_secret_is_refused_before_the_body_is_read(
    standing: Served, headers: dict[str, str]
) -> None:
    house, http = standing
    answer = await http.post("/hooks/am", content=b"\xff not even JSON", headers=headers)
    assert answer.status_code == 401
    assert await house.store.alerts.backlog("default") == 0
    assert (await http.post("/hooks/unknown", json={}, headers=BEARER)).status_code == 404


async def test_a_payload_that_misses_a_field_is_refused_by_its_name_and_leaves_nothing(standing: Served) -> None:
    house, http = standing
    broken = fired("HighErrorRate")
    del broken["labels"]["alertname"]
    answer = await http.post("/hooks/am", json=webhook(fired("Other"), broken), headers=BEARER)
    assert answer.status_code == 422
    assert "alerts.1.labels.alertname" in answer.json()["detail"]
    assert answer.json()["code"] == "payload.invalid"
    await sorted_out(house)
    assert (await house.store.alerts.page("default")).items == ()


async def test_a_burst_of_a_thousand_deliveries_loses_none(standing: Served) -> None:
    house, http = standing
    bodies = [written(webhook(fired("HighErrorRate", instance=f"i-{number}"))) for number in range(1000)]
    statuses = await sent(f"{http.base_url}/hooks/am", bodies, BEARER)
    assert statuses[202] == 1000
    assert statuses.keys() <= {202, 503}
    await sorted_out(house)
    assert await _kept(house) == 1000
    assert len((await house.store.incidents.page("default")).items) == 1


async def test_a_storm_of_ten_thousand_alerts_is_one_incident_told_of_few_by_name(standing: Served) -> None:
    house, http = standing
    storm = [fired(f"Alert{number % 997}", service="", instance=f"i-{number}") for number in range(10_000)]
    for start in range(0, len(storm), 2500):
        answer = await http.post("/hooks/am", json=webhook(*storm[start : start + 2500]), headers=BEARER)
        assert answer.json() == {"told": 2500, "new": 2500}
    await sorted_out(house)
    assert await _kept(house) == 10_000
    incidents = (await house.store.incidents.page("default", statuses=(IncidentStatus.OPEN,))).items
    assert len(incidents) <= house.settings.triage.storm + 1
    assert max(len(each.alerts) for each in incidents) <= house.settings.triage.told_each


async def _kept(house: AlertHouse) -> int:
    total, cursor = 0, None
    while True:
        page = await house.store.alerts.page("default", cursor=cursor, limit=200)
        total += len(page.items)
        cursor = page.next_cursor
        if cursor is None:
            return total
