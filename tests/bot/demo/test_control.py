"""The control API over a running estate: what it tells, what it does once, what it refuses."""

import asyncio
import os
import signal
from typing import Any

import httpx
import pytest

from bot.demo.orders import Effect
from bot.demo.records import ledger
from tests.estates import Running, alive, eventually, fresh_key

pytestmark = pytest.mark.asyncio(loop_scope="module")


def effects(running: Running, key: str) -> list[Effect]:
    return [effect for effect in ledger(running.estate.directory) if effect.key == key]


async def test_a_service_tells_what_runs_and_who_owns_it(running: Running) -> None:
    payments = await running.service("payments")
    assert payments["health"] == "up"
    assert payments["owner"] == "team-payments"
    assert payments["version"] in payments["known_versions"]
    assert payments["ready"] == payments["replicas"] == len(payments["instances"])
    names = [service["name"] for service in (await running.get("/v1/services"))["services"]]
    assert names == ["storefront", "checkout", "payments"]


async def test_traffic_reaches_every_service(running: Running) -> None:
    async def flows() -> bool:
        services = (await running.get("/v1/services"))["services"]
        return all(service["traffic_rps"] > 1 for service in services)

    assert await eventually(flows)


async def test_every_target_is_scraped_under_its_names(running: Running) -> None:
    async def scraped() -> bool:
        return len(await running.prometheus('up{environment="production"} == 1')) >= 4

    assert await eventually(scraped)
    labels = [found["metric"] for found in await running.prometheus("up")]
    assert {label["service"] for label in labels} == {"storefront", "checkout", "payments"}
    assert all(label["instance"] and label["environment"] == "production" for label in labels)
    for metric in ("process_cpu_seconds_total", "process_resident_memory_bytes", "build_info"):
        assert len(await running.prometheus(f'count by (service) ({metric}{{environment="production"}})')) == 3
    assert await running.prometheus('http_request_duration_seconds_bucket{service="payments",le="0.1"}')


async def test_a_key_used_many_times_at_once_takes_effect_once(running: Running) -> None:
    key = fresh_key()
    orders = (running.post("/v1/services/storefront/deploy", key, version="2.7.1") for _ in range(5))
    answers = [response.json() for response in await asyncio.gather(*orders)]
    assert [answer for answer in answers if answer != answers[0]] == []
    assert (answers[0]["before"], answers[0]["after"]) == ("2.7.0", "2.7.1")
    assert len(effects(running, key)) == 1
    assert await running.get(f"/v1/effects/{key}") == answers[0]


async def test_a_used_key_does_not_carry_another_order(running: Running) -> None:
    key = fresh_key()
    await running.post("/v1/flags/fraud-screening", key, enabled=False)
    response = await running.post("/v1/flags/fraud-screening", key, enabled=True)
    assert (response.status_code, response.json()["error"]["code"]) == (409, "idempotency.mismatch")
    assert [effect.after for effect in effects(running, key)] == ["off"]


async def test_an_unknown_key_has_no_effect_to_tell_of(running: Running) -> None:
    response = await running.client.get("/v1/effects/run_nobody:0")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "effect.unknown")


async def test_replicas_come_and_go_and_prometheus_follows(running: Running) -> None:
    async def targets(expected: int) -> bool:
        return await running.number('count(up{service="payments"} == 1)') == expected

    before = (await running.service("payments"))["replicas"]
    up = (await running.post("/v1/services/payments/scale", replicas=before + 2)).json()
    assert (up["before"], up["after"], up["converged"]) == (str(before), str(before + 2), True)
    assert await eventually(lambda: targets(before + 2))
    await running.post("/v1/services/payments/scale", replicas=before)
    assert await eventually(lambda: targets(before))
    assert len((await running.service("payments"))["instances"]) == before


async def test_a_restart_replaces_every_process_and_loses_no_request(running: Running) -> None:
    addresses = (await running.service("storefront"))["instances"]
    failed = 0

    async def pids() -> set[int]:
        answers = [(await running.client.get(f"http://{address}/healthz")).json() for address in addresses]
        return {answer["pid"] for answer in answers}

    async def visit(done: asyncio.Event) -> None:
        nonlocal failed
        while not done.is_set():
            response = await running.client.get(f"http://{addresses[0]}/")
            failed += not response.is_success

    before, done = await pids(), asyncio.Event()
    visits = [asyncio.create_task(visit(done)) for _ in range(3)]
    assert (await running.post("/v1/services/storefront/restart")).json()["converged"]
    done.set()
    await asyncio.gather(*visits)
    assert failed == 0
    assert before.isdisjoint(await pids())
    assert (await running.service("storefront"))["instances"] == addresses


async def test_a_replica_that_is_killed_is_replaced(running: Running) -> None:
    (address, *_) = (await running.service("payments"))["instances"]
    victim = (await running.client.get(f"http://{address}/healthz")).json()["pid"]
    os.kill(victim, signal.SIGKILL)

    async def replaced() -> bool:
        try:
            answer = await running.client.get(f"http://{address}/healthz", timeout=1.0)
        except httpx.HTTPError:
            return False
        return bool(answer.json()["pid"] != victim)

    assert await eventually(replaced)
    assert not alive(victim)


async def test_a_flag_shapes_requests_while_it_is_on(running: Running) -> None:
    async def took(address: str) -> float:
        response = await running.client.post(f"http://{address}/orders")
        return response.elapsed.total_seconds()

    (address, *_) = (await running.service("checkout"))["instances"]
    on = await running.post("/v1/flags/new-pricing", enabled=True, by="ana")
    assert on.json()["flag"] == "new-pricing"
    assert await took(address) >= 0.6
    await running.post("/v1/flags/new-pricing", enabled=False, by="ana")
    flags = {
        flag["name"]: flag["enabled"] for flag in (await running.get("/v1/flags", service="checkout"))["flags"]
    }
    assert flags == {"new-pricing": False, "express-checkout": False}
    changes = (await running.get("/v1/changes", service="checkout"))["changes"]
    latest = [(change["after"], change["by"]) for change in changes if change["flag"] == "new-pricing"][:2]
    assert latest == [("off", "ana"), ("on", "ana")]


async def test_changes_begin_at_the_moment_asked_for(running: Running) -> None:
    await running.post("/v1/flags/express-checkout", enabled=True)
    await running.post("/v1/flags/express-checkout", enabled=False)
    newest = (await running.get("/v1/changes"))["changes"][0]
    assert (await running.get("/v1/changes", since=newest["at"]))["changes"] == [newest]


async def test_log_lines_are_found_by_what_they_say(running: Running) -> None:
    async def logged() -> bool:
        return bool((await running.get("/v1/services/storefront/logs", contains="post /buy done"))["found"])

    assert await eventually(logged)
    found = await running.get("/v1/services/storefront/logs", contains="/buy", limit="2")
    assert len(found["lines"]) == 2 <= found["found"]
    assert found["lines"][0]["at"] >= found["lines"][1]["at"]
    trace = found["lines"][1]["trace"]
    (line,) = (await running.get("/v1/services/checkout/logs", contains=trace))["lines"]
    assert line["route"] == "/orders"


ORDER = "/v1/services/checkout/deploy"
REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    (ORDER, {"json": {"version": "9.9.9"}}, 422, "version.unknown"),
    (ORDER, {"json": {"version": 142}}, 422, "body.invalid"),
    (ORDER, {"json": {"version": "1.4.2", "when": "now"}}, 422, "body.invalid"),
    (ORDER, {"json": ["1.4.2"]}, 422, "body.invalid"),
    (ORDER, {"json": {"version": "1.4.2", "environment": "staging"}}, 422, "environment.unknown"),
    (ORDER, {"content": b"{"}, 422, "body.invalid"),
    (ORDER, {"content": b'{"version": "\xff"}'}, 422, "body.invalid"),
    (ORDER, {"content": b"{" + b" " * 20_000}, 413, "body.too_large"),
    (ORDER, {"json": {"version": "1.4.2"}, "headers": {"Idempotency-Key": ""}}, 400, "idempotency.key"),
    (ORDER, {"json": {"version": "1.4.2"}, "headers": {"Idempotency-Key": "k" * 121}}, 400, "idempotency.key"),
    (ORDER, {"json": {"version": "1.4.2"}, "headers": {"Authorization": "Bearer guess"}}, 401, "auth.failed"),
    ("/v1/services/chekout/deploy", {"json": {"version": "1.4.2"}}, 404, "service.unknown"),
    ("/v1/services/checkout/scale", {"json": {"replicas": 6}}, 422, "replicas.invalid"),
    ("/v1/services/checkout/scale", {"json": {"replicas": True}}, 422, "body.invalid"),
    ("/v1/flags/no-such-flag", {"json": {"enabled": True}}, 404, "flag.unknown"),
    ("/v1/services/checkout/explode", {"json": {}}, 404, "route.unknown"),
    ("/v1/services", {"json": {}}, 405, "route.unknown"),
]


@pytest.mark.parametrize(("path", "request_", "status", "code"), REFUSED)
async def test_a_bad_order_is_refused_with_a_reason_and_changes_nothing(
    running: Running, path: str, request_: dict[str, Any], status: int, code: str
) -> None:
    state = running.estate.directory / "state.json"
    before = (state.read_bytes() if state.exists() else b"", ledger(running.estate.directory))
    headers = {"Idempotency-Key": fresh_key(), **request_.get("headers", {})}
    response = await running.client.post(path, **{**request_, "headers": headers})
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (status, code)
    assert error["expected"]
    assert "expected" in error["message"]
    assert "found" in error["message"]
    assert (state.read_bytes() if state.exists() else b"", ledger(running.estate.directory)) == before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/services/nobody", 404),
        ("/v1/services/nobody/logs", 404),
        ("/v1/changes?service=nobody", 404),
        ("/v1/flags?service=nobody", 404),
        ("/v1/changes?since=yesterday", 422),
        ("/v1/changes?since=2026-11-20T14:00:00", 422),
        ("/v1/services/checkout/logs?level=loud", 422),
        ("/v1/services/checkout/logs?limit=0", 422),
        ("/v1/services/checkout/logs?limit=many", 422),
    ],
)
async def test_a_bad_question_is_refused_with_a_reason(running: Running, path: str, status: int) -> None:
    response = await running.client.get(path)
    assert response.status_code == status
    assert response.json()["error"]["expected"]
