"""Asking over REST and hearing the answer as it is made."""

import json

import httpx
from fastapi import FastAPI

from bot.surfaces.ports import Ports
from tests.bot.surfaces.conftest import Caller
from tests.bot.surfaces.rest.test_events import served, told
from tests.fakes.desk import FakeDesk
from tests.patience import until

ALICE = {"Authorization": "Bearer qd_alice"}


async def test_what_stands_is_told_as_it_grows_and_the_reply_at_last(
    app: FastAPI, ports: Ports, desk: FakeDesk
) -> None:
    desk.answering.clear()
    async with served(app, ports) as url, httpx.AsyncClient(base_url=url, headers=ALICE, timeout=20) as client:
        body = {"text": "what is wrong with checkout", "thread": "thr_1", "id": "mine"}
        async with client.stream("POST", "/v1/messages/streamed", json=body) as response:
            assert response.headers["Content-Type"].startswith("text/event-stream")
            lines = response.aiter_lines()
            assert [name for name, _ in await told(lines, 1)] == ["begun"]
            await until(lambda: desk.exchanges)
            desk.grow("One.")
            assert await told(lines, 1) == [("growth", {"text": "One."})]
            desk.answering.set()
            ((name, reply),) = await told(lines, 1)
    assert (name, reply["kind"], reply["thread"]) == ("reply", "answer", "thr_1")


async def test_a_person_stops_what_they_asked_in_a_thread(alice: httpx.AsyncClient, desk: FakeDesk) -> None:
    answer = await alice.post("/v1/threads/thr_1/stop")
    assert (answer.status_code, answer.json()) == (200, {"thread": "thr_1"})
    assert desk.stops == [("alice", "thr_1")]


async def test_who_is_not_known_stops_nothing(call: Caller, desk: FakeDesk) -> None:
    stranger = call(Authorization="Bearer qd_nobody")
    assert (await stranger.post("/v1/threads/thr_1/stop")).status_code == 401
    assert (await stranger.post("/v1/messages/streamed", json={"text": "hi"})).status_code == 401
    assert desk.stops == []


async def test_what_goes_wrong_is_told_as_a_problem(app: FastAPI, ports: Ports) -> None:
    async with served(app, ports) as url, httpx.AsyncClient(base_url=url, headers=ALICE, timeout=20) as client:
        answer = await client.post("/v1/messages/streamed", json={"text": "  "})
    assert answer.status_code == 400
    assert json.loads(answer.text)["code"] == "input.invalid"
