"""The client against a real server that answers, refuses, or fails."""

import asyncio
import time

import pytest

from memory.errors import (
    ConnectorBusy,
    ConnectorRejected,
    ConnectorUnreachable,
)
from tests.fakes.http import (
    Behaviour,
    FaultyServer,
    answer,
    dripping,
    hanging,
    hanging_up,
)
from tests.servers import free_port
from tools.http import Circuit, Deadline, HttpClient

OK = answer(200, b'{"ok": true}')


def client(server: FaultyServer, **settings: object) -> HttpClient:
    return HttpClient(server.url, source="somewhere", **settings)  # type: ignore[arg-type]  # each test's own


async def test_an_answer_is_its_json() -> None:
    async with FaultyServer(OK) as server:
        assert await client(server).get("/a", [("q", "x y"), ("q", "ü")]) == {"ok": True}
    assert server.requests[0].path == "/a?q=x+y&q=%C3%BC"


async def test_the_base_url_may_have_a_path() -> None:
    async with FaultyServer(OK) as server:
        await HttpClient(f"{server.url}/prometheus/", source="x").get("/api/v1/query")
    assert server.requests[0].path == "/prometheus/api/v1/query"


async def test_an_empty_answer_is_none() -> None:
    async with FaultyServer(answer(200)) as server:
        assert await client(server).delete("/a") is None


async def test_a_form_and_json_are_sent_as_what_they_are() -> None:
    async with FaultyServer(OK) as server:
        await client(server).post("/a", data={"query": "up"})
        await client(server).post("/a", json={"n": 1})
    assert [request.body for request in server.requests] == [b"query=up", b'{"n":1}']


async def test_what_is_no_json_is_sent_and_returned_as_it_is() -> None:
    async with FaultyServer(answer(503), answer(200, b"\xff\x00")) as server:
        assert await client(server).post_bytes("/a", b"\x00\xff", idempotent=True) == b"\xff\x00"
    assert [request.body for request in server.requests] == [b"\x00\xff"] * 2


@pytest.mark.parametrize("behaviour", [answer(503), answer(502), answer(429), hanging_up()])
async def test_a_get_is_tried_again_when_the_first_answer_means_not_now(behaviour: Behaviour) -> None:
    async with FaultyServer(behaviour, OK) as server:
        assert await client(server).get("/a") == {"ok": True}
    assert len(server.requests) == 2


async def test_a_get_is_tried_three_times_and_no_more() -> None:
    async with FaultyServer(answer(503)) as server:
        with pytest.raises(ConnectorUnreachable, match="503 Service Unavailable") as raised:
            await client(server).get("/a")
    assert len(server.requests) == 3
    assert raised.value.status == 503


@pytest.mark.parametrize("behaviour", [answer(503), hanging_up()])
async def test_a_post_is_sent_once(behaviour: Behaviour) -> None:
    async with FaultyServer(behaviour) as server:
        with pytest.raises(ConnectorUnreachable):
            await client(server).post("/a", json={})
    assert len(server.requests) == 1


async def test_a_post_is_tried_again_when_that_is_declared_harmless() -> None:
    async with FaultyServer(answer(503), OK, answer(503), OK) as server:
        await client(server).post("/a", idempotent=True)
        await client(server).post("/a", headers={"idempotency-key": "run:1"})
    assert len(server.requests) == 4


async def test_a_delete_is_sent_once_unless_declared_harmless() -> None:
    async with FaultyServer(answer(503), answer(503), OK) as server:
        with pytest.raises(ConnectorUnreachable):
            await client(server).delete("/a")
        await client(server).delete("/a", idempotent=True)
    assert len(server.requests) == 3


async def test_a_wait_that_the_server_asks_for_is_not_begun_when_the_deadline_forbids_it() -> None:
    async with FaultyServer(answer(429, retry_after="60")) as server:
        with pytest.raises(ConnectorBusy, match="429 Too Many Requests") as raised:
            await client(server).get("/a")
    assert raised.value.retry_after_s == 60
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 422, 500])
async def test_a_refusal_is_final_and_keeps_what_the_server_said(status: int) -> None:
    async with FaultyServer(answer(status, b"because")) as server:
        with pytest.raises(ConnectorRejected, match=f"somewhere answered GET /a with {status}") as raised:
            await client(server).get("/a?token=1")
    assert (raised.value.status, raised.value.body) == (status, "because")
    assert "because" not in raised.value.message
    assert len(server.requests) == 1


@pytest.mark.parametrize("behaviour", [hanging(), dripping(0.01)])
async def test_a_server_that_never_finishes_is_left_at_the_deadline(behaviour: Behaviour) -> None:
    async with FaultyServer(behaviour) as server:
        began = time.monotonic()
        with pytest.raises(ConnectorUnreachable, match=r"did not answer within 0\.3 s"):
            await client(server, timeout_s=0.3).get("/a")
        assert time.monotonic() - began < 3.0


async def test_the_callers_deadline_holds_over_the_clients_timeout() -> None:
    async with FaultyServer(hanging()) as server:
        with pytest.raises(ConnectorUnreachable, match="did not answer within"):
            await client(server, timeout_s=60.0).get("/a", deadline=Deadline(0.2))


async def test_nothing_is_asked_when_no_time_is_left() -> None:
    async with FaultyServer(OK) as server:
        with pytest.raises(ConnectorUnreachable, match="no time was left"):
            await client(server).get("/a", deadline=Deadline(0.0))
    assert server.requests == []


async def test_nobody_at_the_address_is_said_so() -> None:
    lonely = HttpClient(f"http://127.0.0.1:{free_port()}", source="somewhere", attempts=1)
    with pytest.raises(ConnectorUnreachable, match="somewhere could not be reached: it does not accept conn"):
        await lonely.get("/a")


async def test_an_answer_that_is_not_http_is_said_to_be_none() -> None:
    async def nonsense(writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        await writer.drain()

    async with FaultyServer(nonsense) as server:
        with pytest.raises(ConnectorUnreachable, match="what it sent is not HTTP, or broke off"):
            await client(server).get("/a")


async def test_an_answer_that_breaks_off_is_no_answer() -> None:
    async with FaultyServer(answer(200, b'{"a', content_length="100")) as server:
        with pytest.raises(ConnectorUnreachable, match="broke off"):
            await client(server).get("/a")


async def test_after_failures_in_a_row_nothing_is_asked_and_the_error_says_until_when() -> None:
    async with FaultyServer(answer(503)) as server:
        asking = client(server, attempts=1, breaker=Circuit("somewhere", threshold=2, rest_s=60))
        for _ in range(2):
            with pytest.raises(ConnectorUnreachable, match="503"):
                await asking.get("/a")
        with pytest.raises(ConnectorUnreachable, match=r"left alone until \d\d:\d\d:\d\d UTC"):
            await asking.get("/a")
    assert len(server.requests) == 2


async def test_a_refusal_is_no_failure_to_the_circuit() -> None:
    async with FaultyServer(answer(400)) as server:
        asking = client(server, breaker=Circuit("somewhere", threshold=1, rest_s=60))
        for _ in range(3):
            with pytest.raises(ConnectorRejected):
                await asking.get("/a")
    assert len(server.requests) == 3
