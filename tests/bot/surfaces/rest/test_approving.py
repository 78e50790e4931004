"""Signed approvals over REST: described as everything else is, refused with the code that the ledger has."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.bot.signing_room import SigningRoom, signing_room
from tests.bot.surfaces.rest import test_openapi
from tests.fakes.people import glass

DESCRIBED = (
    test_openapi.test_the_document_is_valid,
    test_openapi.test_every_route_that_takes_a_key_describes_its_errors_as_problems,
    test_openapi.test_every_route_that_names_a_thing_can_answer_that_there_is_none,
    test_openapi.test_every_route_that_changes_something_takes_an_idempotency_key,
    test_openapi.test_every_route_that_takes_a_key_names_the_scope_it_needs,
    test_openapi.test_every_route_is_described,
)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[SigningRoom]:
    async with signing_room(tmp_path, more=glass()) as standing:
        yield standing


async def client(room: SigningRoom, who: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {await room.key(who)}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=room.app), base_url=room.url, headers=headers)


@pytest.mark.parametrize("described", DESCRIBED, ids=lambda each: each.__name__)
async def test_its_routes_are_described_as_all_others_are(room: SigningRoom, described: object) -> None:
    assert "/v1/runs/{run}/statements" in room.app.openapi()["paths"]
    described(room.app.openapi())  # type: ignore[operator]  # a test of the document


async def test_what_is_no_envelope_is_refused_and_told_to_the_ledger(room: SigningRoom) -> None:
    run = await room.propose()
    async with await client(room, "bob") as bob:
        answer = await bob.post(f"/v1/runs/{run.id}/approvals", json={"envelope": "{}"})
    assert (answer.status_code, answer.json()["code"]) == (422, "approval.statement_invalid")
    assert (await room.entries())[-1].body["code"] == "approval.statement_invalid"


async def test_a_statement_is_shown_to_whom_it_would_be_accepted_from(room: SigningRoom) -> None:
    run = await room.propose()
    async with await client(room, "bob") as bob, await client(room, "alice") as alice:
        shown = await bob.post(f"/v1/runs/{run.id}/statements", json={})
        own = await alice.post(f"/v1/runs/{run.id}/statements", json={})
        click = await bob.post(f"/v1/runs/{run.id}/statements", json={"assurance": "chat"})
    assert run.plan_digest in shown.json()["content"]
    assert (own.status_code, own.json()["code"]) == (403, "approval.self")
    assert click.json()["code"] == "approval.statement_invalid"


async def test_a_click_keeps_the_request_as_it_came_without_what_is_secret(room: SigningRoom) -> None:
    run = await room.propose()
    async with await client(room, "bob") as bob:
        body = {"plan_digest": run.plan_digest, "verdict": "approve", "reason": "seen"}
        assert (await bob.post(f"/v1/runs/{run.id}/decisions", json=body)).status_code == 200
    await room.runner.finished(run.tenant, run.id)
    told = next(each for each in await room.entries() if each.kind.value == "approval")
    event = (await room.store.blobs.get(run.tenant, str(told.body["event"]))).content
    assert run.plan_digest.encode() in event
    assert b"Bearer" not in event
    assert b"qd_" not in event


async def test_break_glass_is_one_flag_and_the_card_says_so(room: SigningRoom) -> None:
    run = await room.propose()
    body = {"plan_digest": run.plan_digest, "verdict": "approve", "break_glass": True}
    async with await client(room, "alice") as alice, await client(room, "bob") as bob:
        without = await alice.post(f"/v1/runs/{run.id}/decisions", json=body)
        went = await alice.post(f"/v1/runs/{run.id}/decisions", json={**body, "reason": "Everything is down."})
        (review,) = (await bob.get("/v1/reviews")).json()["items"]
        await room.runner.finished(run.tenant, run.id)
        seen = (await bob.get(f"/v1/runs/{run.id}")).json()
    assert without.json()["code"] == "approval.break_glass"
    assert went.status_code == 200
    assert seen["card"]["break_glass"].startswith("BREAK-GLASS by Alice")
    assert review["used_by"] == "alice"
