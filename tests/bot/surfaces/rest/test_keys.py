"""Who gets in: keys and their scopes, checked before anything else; requests sent twice, answered once."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from tests.bot.surfaces.conftest import Caller
from tests.fakes.desk import FakeDesk
from tests.patience import until


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic qd_alice", "qd_alice", "Bearer qd_nobody"]
)
async def test_without_a_key_in_force_nothing_is_answered(
    call: Caller, desk: FakeDesk, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header}
    refused = await call(**headers).post("/v1/messages", json={"text": "hello"})
    assert (refused.status_code, refused.json()["code"]) == (401, "auth.failed")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert desk.exchanges == []


async def test_a_stranger_learns_nothing_from_a_body_that_does_not_parse(call: Caller) -> None:
    headers = {"Content-Type": "application/json", "Authorization": "Bearer qd_nobody"}
    for body in (b"{", b"\xff", b"a" * 100_000):
        assert (await call(**headers).post("/v1/messages", content=body)).status_code == 401


async def test_the_body_of_a_stranger_is_not_read(app: FastAPI) -> None:
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        raise AssertionError("the body was read")

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/messages",
        "raw_path": b"/v1/messages",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"20")],
        "scheme": "http",
        "server": ("quarterdeck.test", 80),
    }
    await app(scope, receive, send)  # type: ignore[arg-type]  # plain dictionaries are ASGI messages
    assert sent[0]["status"] == 401


@pytest.mark.parametrize(
    ("scope", "method", "path", "body"),
    [
        ("observe", "POST", "/v1/messages", {"text": "hello"}),
        ("propose", "GET", "/v1/runs", None),
        ("propose", "POST", "/v1/runs/r/decisions", {"plan_digest": "a" * 64, "verdict": "approve"}),
        ("approve", "POST", "/v1/runs/r/cancel", {}),
        ("approve", "GET", "/v1/log", None),
    ],
)
async def test_a_key_without_the_scope_is_refused(
    call: Caller, scope: str, method: str, path: str, body: object
) -> None:
    refused = await call(Authorization=f"Bearer qd_alice_{scope}").request(method, path, json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "policy.denied")
    assert scope in refused.json()["detail"]


async def test_admin_covers_every_scope(call: Caller) -> None:
    admin = call(Authorization="Bearer qd_alice_admin")
    assert (await admin.post("/v1/messages", json={"text": "hello"})).status_code == 200
    assert (await admin.get("/v1/runs")).status_code == 200


async def test_a_replayed_idempotency_key_returns_the_same_body(alice: httpx.AsyncClient, desk: FakeDesk) -> None:
    headers = {"Idempotency-Key": "once"}
    first, second = [await alice.post("/v1/messages", json={"text": "hello"}, headers=headers) for _ in range(2)]
    assert first.content == second.content
    assert (first.status_code, second.status_code) == (200, 200)
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["X-Correlation-Id"] == first.headers["X-Correlation-Id"]
    assert len(desk.exchanges) == 1


async def test_the_same_idempotency_key_for_another_body_is_refused(alice: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "once"}
    await alice.post("/v1/messages", json={"text": "hello"}, headers=headers)
    refused = await alice.post("/v1/messages", json={"text": "goodbye"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency.mismatch")


async def test_two_people_may_use_the_same_idempotency_key(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    headers = {"Idempotency-Key": "once"}
    for client in (alice, bob):
        assert (await client.post("/v1/messages", json={"text": "hello"}, headers=headers)).status_code == 200


async def test_while_a_request_is_answered_its_double_is_told_to_wait(
    alice: httpx.AsyncClient, desk: FakeDesk
) -> None:
    headers = {"Idempotency-Key": "once"}
    desk.answering.clear()
    first = asyncio.create_task(alice.post("/v1/messages", json={"text": "hello"}, headers=headers))
    await until(lambda: desk.exchanges)
    double = await alice.post("/v1/messages", json={"text": "hello"}, headers=headers)
    desk.answering.set()
    assert (double.status_code, double.json()["code"]) == (409, "resource.conflict")
    assert (await first).status_code == 200


async def test_a_request_that_failed_can_be_tried_again_under_its_key(alice: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "once"}
    refused = [await alice.post("/v1/runs/run_unknown/cancel", json={}, headers=headers) for _ in range(2)]
    assert [response.status_code for response in refused] == [404, 404]


@pytest.mark.parametrize("key", ["", "a" * 201, "caf\u00e9"])
async def test_an_idempotency_key_has_a_form(alice: httpx.AsyncClient, key: str) -> None:
    headers = {"Idempotency-Key": key.encode()}
    refused = await alice.post("/v1/messages", json={"text": "hello"}, headers=headers)  # type: ignore[arg-type]  # bytes are sent as they are
    assert refused.status_code in {400, 422}
    assert refused.json()["code"] == "input.invalid"
