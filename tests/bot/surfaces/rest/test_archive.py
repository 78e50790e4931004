"""The archive over REST: who may take records away, hold and erase them, and what leaves."""

import dataclasses
import hashlib
import zipfile
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest

from bot.audit.archive import RecordArchive
from bot.server import create_app
from bot.sessions import Sessions
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.desk import LogQuery
from bot.surfaces.ports import Ports
from memory.exports.export import check
from memory.exports.text import read_jsonl
from memory.model.bodies import EntryKind
from memory.scrubbing import ERASED
from tests.bot.surfaces.origin import ORIGIN
from tests.fakes.archive import PEOPLE, WORDS, archive
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeDoorkeeper, FakeReplays
from tests.keys import LOG_KEY
from tools.capabilities import EVERY


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[RecordArchive]:
    async with archive(tmp_path) as opened:
        yield opened


@pytest.fixture
async def http(records: RecordArchive, ports: Ports, sessions: Sessions) -> AsyncIterator[httpx.AsyncClient]:
    filled = dataclasses.replace(ports, archive=records, doorkeeper=FakeDoorkeeper(PEOPLE))
    console = ConsoleSettings(public_url=ORIGIN, suggestions=(), link_origins=frozenset())
    app = create_app(filled, FakeReplays(), sessions, capabilities=EVERY, console=console)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield client


def key(name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer qd_{name}"}


async def test_an_export_is_a_file_that_checks(http: httpx.AsyncClient) -> None:
    got = await http.get("/v1/log/export", params={"kind": ["message"]}, headers=key("otto"))
    assert got.status_code == 200
    assert got.headers["Content-Disposition"] == 'attachment; filename="export_1.jsonl"'
    assert got.headers["X-Content-SHA256"] == hashlib.sha256(got.content).hexdigest()
    found = check(*read_jsonl(BytesIO(got.content)), LOG_KEY.signer("acme").key)
    assert (found.shown, found.left_out) == (1, 1)


@pytest.mark.parametrize("form", ["csv", "parquet"])
async def test_other_forms_are_asked_for_by_name(http: httpx.AsyncClient, form: str) -> None:
    got = await http.get("/v1/log/export", params={"format": form}, headers=key("ada"))
    assert got.status_code == 200
    assert got.content.startswith(b"# {" if form == "csv" else b"PAR1")


async def test_a_pack_is_a_zip(http: httpx.AsyncClient) -> None:
    got = await http.get("/v1/log/pack", params={"subject": "m1"}, headers=key("otto"))
    with zipfile.ZipFile(BytesIO(got.content)) as pack:
        assert {"verify.py", "report.html", "README.txt", "checkpoint"} <= set(pack.namelist())


@pytest.mark.parametrize(
    ("who", "method", "path", "body"),
    [
        ("alice", "GET", "/v1/log/export", None),
        ("alice", "GET", "/v1/log/pack?subject=m1", None),
        ("alice", "GET", "/v1/holds", None),
        ("otto", "POST", "/v1/erasures", {"correlations": ["cor_1"]}),
        ("otto", "POST", "/v1/retention", {"dry_run": True}),
        ("otto", "POST", "/v1/holds", {"scope": "tenant", "reason": "case"}),
        ("ada_observe", "POST", "/v1/erasures", {"correlations": ["cor_1"]}),
        ("ada_observe", "POST", "/v1/holds/hold_1/lift", {}),
        ("ada_observe", "POST", "/v1/retention", {}),
    ],
)
async def test_a_role_or_scope_that_is_missing_is_a_no(
    http: httpx.AsyncClient, who: str, method: str, path: str, body: object
) -> None:
    got = await http.request(method, path, json=body, headers=key(who))
    assert (got.status_code, got.json()["code"]) == (403, "policy.denied")


async def test_what_is_held_is_not_erased_and_once_lifted_it_is(http: httpx.AsyncClient) -> None:
    placed = await http.post(
        "/v1/holds", json={"scope": "correlation", "value": "cor_1", "reason": "case"}, headers=key("ada")
    )
    hold = placed.json()["id"]
    refused = await http.post("/v1/erasures", json={"correlations": ["cor_1"]}, headers=key("ada"))
    assert (refused.status_code, refused.json()["code"]) == (409, "resource.held")
    assert hold in refused.json()["detail"]
    assert [each["id"] for each in (await http.get("/v1/holds", headers=key("otto"))).json()["items"]] == [hold]
    assert (await http.post(f"/v1/holds/{hold}/lift", headers=key("ada"))).json()["lifted_at"]
    erased = await http.post("/v1/erasures", json={"correlations": ["cor_1"]}, headers=key("ada"))
    assert erased.json()["by_kind"] == {"message": 1}
    pack = await http.get("/v1/log/pack", params={"subject": "m1"}, headers=key("otto"))
    assert WORDS not in pack.content
    assert ERASED.encode() in pack.content


async def test_what_is_beside_an_entry_is_told_without_its_words(http: httpx.AsyncClient) -> None:
    await http.post("/v1/erasures", json={"correlations": ["cor_1"]}, headers=key("ada"))
    told = (await http.get("/v1/log/0/beside", headers=key("vic"))).json()
    (blob,) = told["blobs"]
    assert blob["kind"] == "message"
    named = (await http.get(f"/v1/log/{told['erased_in'][blob['digest']]}/beside", headers=key("vic"))).json()
    assert named["recorded"]["entry"]["kind"] == "erasure"


async def test_retention_says_first_and_does_then(http: httpx.AsyncClient, records: RecordArchive) -> None:
    records.retention._clock.at = records.retention._clock.now().replace(year=2027)  # type: ignore[attr-defined]  # a fake clock
    tried = (await http.post("/v1/retention", json={}, headers=key("ada"))).json()
    assert (tried["dry_run"], tried["blobs"], tried["erasures"]) == (True, 1, [])
    done = (await http.post("/v1/retention", json={"dry_run": False}, headers=key("ada"))).json()
    assert (done["dry_run"], done["blobs"]) == (False, 1)


async def test_the_log_is_asked_by_every_filter(http: httpx.AsyncClient, desk: FakeDesk) -> None:
    await http.post("/v1/messages", json={"text": "how are things?"}, headers=key("alice"))
    params = {
        "kind": ["approval", "denial"],
        "principal": "bob",
        "tool": "deploy.rollback",
        "decision": "deny",
        "since": "2026-11-20T00:00:00Z",
        "until": "2026-11-21T00:00:00+01:00",
        "correlation": "cor_1",
        "incident": "inc_1",
    }
    got = await http.get("/v1/log", params=params, headers=key("otto"))
    assert (got.status_code, got.json()["people"]) == (200, {"p_alice": "Alice"})
    kinds = (EntryKind.APPROVAL, EntryKind.DENIAL)
    assert desk.asked_of_log == [LogQuery.model_validate(params | {"kinds": kinds} | {"kind": ()}, extra="ignore")]


@pytest.mark.parametrize(
    "wrong", [{"kind": "none"}, {"decision": "maybe"}, {"since": "2026-11-20"}, {"tool": "a b"}]
)
async def test_a_filter_that_is_none_is_refused(http: httpx.AsyncClient, wrong: dict[str, str]) -> None:
    assert (await http.get("/v1/log", params=wrong, headers=key("otto"))).status_code == 422
    assert (await http.get("/v1/log/export", params=wrong, headers=key("otto"))).status_code == 422
