"""Every error is a problem as RFC 9457 describes it, and none tells what it should not."""

import httpx
import pytest
from pydantic import BaseModel

from bot.surfaces.desk import Part
from bot.surfaces.rest.problems import MEDIA_TYPE, Problem
from memory.errors import every_error
from tests.bot.surfaces.conftest import Caller
from tests.fakes.desk import FakeDesk


def problem(response: httpx.Response) -> Problem:
    assert response.headers["Content-Type"] == MEDIA_TYPE
    found = Problem.model_validate_json(response.content)
    assert found.status == response.status_code
    return found


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "resource.not_found"),
        ("GET", "/nothing", 404, "resource.not_found"),
        ("DELETE", "/v1/messages", 405, "input.invalid"),
        ("GET", "/v1/runs/run_unknown", 404, "resource.not_found"),
        ("GET", "/v1/runs?limit=0", 422, "input.invalid"),
        ("GET", "/v1/runs?status=nonsense", 422, "input.invalid"),
        ("GET", "/v1/charts/chart_unknown.svg", 404, "resource.not_found"),
        ("GET", "/v1/charts/chart_unknown.gif", 422, "input.invalid"),
        ("GET", "/v1/problems/no.such.code", 404, "resource.not_found"),
    ],
)
async def test_each_error_is_a_problem(
    alice: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    response = await alice.request(method, path)
    found = problem(response)
    assert (found.status, found.code) == (status, code)
    assert found.correlation == response.headers["X-Request-Id"]


async def test_a_wrong_method_learns_the_right_ones(alice: httpx.AsyncClient) -> None:
    assert (await alice.get("/v1/messages")).headers["Allow"] == "POST"


async def test_a_body_that_is_no_json_is_refused(alice: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    assert problem(await alice.post("/v1/messages", content=b"{", headers=headers)).status == 422


async def test_a_crash_tells_nothing_of_the_inside(alice: httpx.AsyncClient) -> None:
    response = await alice.post("/v1/messages", json={"text": "crash"})
    found = problem(response)
    assert found.status == 500
    assert found.code == "quarterdeck.error"
    assert "secret internals" not in response.text
    assert found.correlation == response.headers["X-Request-Id"]


async def test_a_problem_leads_to_what_its_code_means(alice: httpx.AsyncClient, call: Caller) -> None:
    found = problem(await alice.get("/v1/runs/run_unknown"))
    meaning = await call().get(found.type)
    assert meaning.json()["title"] == "There is nothing of that id in this tenant."


@pytest.mark.parametrize("error", list(every_error()), ids=lambda error: str(error.code))
async def test_every_code_is_explained(call: Caller, error: type[BaseModel]) -> None:
    assert (await call().get(f"/v1/problems/{error.code}")).status_code == 200  # type: ignore[attr-defined]  # a class of errors


async def test_a_request_keeps_the_id_it_came_with_if_it_is_harmless(call: Caller) -> None:
    kept = await call(**{"X-Request-Id": "req-12345678"}).get("/healthz")
    replaced = await call(**{"X-Request-Id": "a b<script>"}).get("/healthz")
    assert kept.headers["X-Request-Id"] == "req-12345678"
    assert "<" not in replaced.headers["X-Request-Id"]


async def test_alive_says_so_even_when_nothing_else_works(call: Caller, desk: FakeDesk) -> None:
    desk.parts = (Part(name="store", ok=False, detail="gone"),)
    assert (await call().get("/healthz")).json() == {"status": "alive"}


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ((), 503),
        ((Part(name="store", ok=True),), 200),
        ((Part(name="store", ok=False, detail="gone"),), 503),
        ((Part(name="store", ok=True), Part(name="prometheus", ok=False, detail="gone", vital=False)), 200),
    ],
)
async def test_ready_means_that_every_vital_part_works(
    call: Caller, desk: FakeDesk, parts: tuple[Part, ...], status: int
) -> None:
    desk.parts = parts
    response = await call().get("/readyz")
    assert response.status_code == status
    assert len(response.json()["parts"]) == len(parts)


async def test_requests_are_counted_by_their_route_and_not_by_their_path(
    alice: httpx.AsyncClient, call: Caller
) -> None:
    await alice.get("/v1/runs/run_unknown")
    metrics = (await call().get("/metrics")).text
    assert (
        'quarterdeck_http_request_seconds_count{method="GET",route="/v1/runs/{run}",status="404"} 1.0' in metrics
    )
    assert "run_unknown" not in metrics


async def test_the_root_leads_to_the_console(call: Caller) -> None:
    assert (await call().get("/")).headers["Location"] == "/console/"
