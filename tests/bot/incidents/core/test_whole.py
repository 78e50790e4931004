"""Words, REST and the timeline in a whole house: said once, done at once, told in one answer."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.settings import parsed
from bot.wiring import House, assembled

SETTINGS = {
    "profile": "development",
    "people": [
        {"id": "alice", "name": "Alice", "roles": ["operator"]},
        {"id": "vic", "name": "Vic", "roles": ["viewer"]},
    ],
    "services": [{"name": "checkout", "owner": "shop", "environments": ["production"]}],
}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with assembled(parsed({**SETTINGS, "home": str(tmp_path)})) as found:
        yield found


def caller(house: House, key: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {key}"}
    transport = httpx.ASGITransport(app=house.app)
    return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers, timeout=60)


async def settled(client: httpx.AsyncClient, path: str, holds: object) -> dict[str, object]:
    """Ask until the answer holds; a plan that policy lets run at once runs right after it is answered."""
    async with asyncio.timeout(60):
        while True:
            answer = await client.get(path)
            if answer.status_code == 200 and holds(answer.json()):  # type: ignore[operator]  # a predicate
                return dict(answer.json())
            await asyncio.sleep(0.05)


async def test_an_incident_is_declared_changed_and_told_in_words(house: House) -> None:
    alice = house.directory.person(house.settings.tenant, "alice")
    with house.door.trusted(alice) as key:
        async with caller(house, key) as client:
            for text in ("declare sev2 checkout is failing", "make it sev1", "I am commander"):
                said = await client.post("/v1/messages", json={"text": text, "thread": "thr_1"})
                assert said.status_code == 200, said.text
                assert said.json()["kind"] == "plan", said.json()["text"]
                await settled(
                    client, "/v1/runs", lambda found: all(r["status"] == "succeeded" for r in found["items"])
                )
            found = (await client.get("/v1/incidents/1")).json()
            assert (found["title"], found["severity"], found["services"]) == (
                "checkout is failing",
                1,
                ["checkout"],
            )
            assert (found["duties"], found["threads"]) == ({"commander": "alice"}, ["thr_1"])
            told = await client.get("/v1/incidents/1/timeline")
            texts = [each["text"] for each in told.json()["items"]]
            assert "declare sev2 checkout is failing" in texts
            assert "Severity sev2 → sev1" in texts
            assert told.json()["next_cursor"] is None
            again = await client.get("/v1/incidents/1/timeline", headers={"If-None-Match": told.headers["ETag"]})
            assert again.status_code == 304
            graph = (await client.get("/v1/incidents/1/graph")).json()
            assert {edge["how"] for edge in graph["edges"]} == {"cause"}
            picture = await client.get("/v1/incidents/1/graph.svg")
            assert picture.text.startswith("<svg")
            listed = await client.post(
                "/v1/messages", json={"text": "what incidents are open?", "thread": "thr_1"}
            )
            assert "checkout is failing" in listed.json()["text"]


async def test_viewers_read_and_change_nothing(house: House) -> None:
    vic = house.directory.person(house.settings.tenant, "vic")
    with house.door.trusted(vic) as key:
        async with caller(house, key) as client:
            assert (await client.get("/v1/timeline")).status_code == 200
            refused = await client.post("/v1/incidents", json={"title": "x"})
            assert (refused.status_code, refused.json()["code"]) == (403, "policy.denied")
            assert (await client.get("/v1/incidents/12")).status_code == 404


async def test_a_timeline_is_given_page_by_page_and_filtered(house: House) -> None:
    alice = house.directory.person(house.settings.tenant, "alice")
    with house.door.trusted(alice) as key:
        async with caller(house, key) as client:
            key_header = {"Idempotency-Key": "k1"}
            first = await client.post("/v1/incidents", json={"title": "slow"}, headers=key_header)
            second = await client.post("/v1/incidents", json={"title": "slow"}, headers=key_header)
            assert first.json()["id"] == second.json()["id"]
            for minute in range(5):
                told = {"text": f"note {minute}", "at": f"2026-01-01T10:0{minute}:00Z"}
                assert (await client.post("/v1/incidents/1/notes", json=told)).status_code == 200
            page = (await client.get("/v1/incidents/1/timeline", params={"limit": 2})).json()
            assert [each["text"] for each in page["items"]] == ["note 0", "note 1"]
            more = {"limit": 2, "cursor": page["next_cursor"]}
            page = (await client.get("/v1/incidents/1/timeline", params=more)).json()
            assert [each["text"] for each in page["items"]] == ["note 2", "note 3"]
            window = {"from": "2026-01-01T10:01:00Z", "to": "2026-01-01T10:04:00Z", "text": "NOTE", "kind": "note"}
            found = (await client.get("/v1/timeline", params=window)).json()
            assert [each["text"] for each in found["items"]] == ["note 1", "note 2", "note 3"]
