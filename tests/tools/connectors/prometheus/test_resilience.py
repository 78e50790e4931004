"""A real Prometheus that dies in mid-conversation and comes back."""

from collections.abc import AsyncIterator, Iterator

import pytest

from memory.errors import ConnectorError, ConnectorUnreachable
from memory.model.run import Outcome
from tests.fakes.http import FaultyServer, answer, hanging
from tests.servers import Server, eventually, prometheus
from tests.tools.connectors.calls import context
from tools.capabilities.metrics import PromQL
from tools.connectors.prometheus import Prometheus
from tools.connectors.prometheus.query import MetricsQuery
from tools.http import Circuit, HttpClient

UP = PromQL(query="vector(1)")


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with prometheus(tmp_path_factory.mktemp("mortal"), scrape={}) as running:
        yield running


@pytest.fixture
async def http(server: Server) -> AsyncIterator[HttpClient]:
    circuit = Circuit("prometheus", threshold=2, rest_s=0.2)
    client = HttpClient(server.url, source="prometheus", attempts=2, breaker=circuit)
    yield client
    await client.close()


async def test_prometheus_dies_is_left_alone_and_is_found_again(server: Server, http: HttpClient) -> None:
    hand = MetricsQuery(Prometheus(http, server.url))
    assert (await hand.read(UP, context())).value == 1.0
    server.kill()
    for _ in range(2):
        with pytest.raises(ConnectorUnreachable, match="prometheus could not be reached"):
            await hand.read(UP, context())
    with pytest.raises(ConnectorUnreachable, match="left alone until"):
        await hand.read(UP, context())
    server.start()

    async def asked() -> Outcome | ConnectorUnreachable:
        try:
            return await hand.read(UP, context())
        except ConnectorUnreachable as error:
            return error

    seen = await eventually(asked, lambda seen: isinstance(seen, Outcome), "the end of the rest")
    assert isinstance(seen, Outcome)
    assert seen.value == 1.0


async def test_a_prometheus_that_hangs_is_left_at_the_callers_deadline() -> None:
    async with FaultyServer(hanging()) as server:
        hand = MetricsQuery(Prometheus(HttpClient(server.url, source="prometheus"), server.url))
        with pytest.raises(ConnectorUnreachable, match="did not answer within"):
            await hand.read(UP, context(deadline_s=0.2))
    assert "timeout=0." in server.requests[0].path


async def test_a_query_that_prometheus_gives_up_is_said_in_its_words() -> None:
    body = b'{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}'
    async with FaultyServer(answer(503, body)) as server:
        hand = MetricsQuery(Prometheus(HttpClient(server.url, source="prometheus"), server.url))
        with pytest.raises(ConnectorUnreachable, match="prometheus gave up: query timed out in expression"):
            await hand.read(UP, context())


@pytest.mark.parametrize(
    "body", [b"null", b"[]", b'{"data": {"resultType": "vector", "result": 3}}', b'{"status": "success"}']
)
async def test_an_answer_of_another_form_is_no_answer(body: bytes) -> None:
    async with FaultyServer(answer(200, body)) as server:
        hand = MetricsQuery(Prometheus(HttpClient(server.url, source="prometheus"), server.url))
        with pytest.raises(ConnectorError, match="expected an answer of the Prometheus API"):
            await hand.read(UP, context())


@pytest.mark.parametrize("body", [b"<html>", b"[" * 10_000, b'{"errorType": "bad_data"}', b"null"])
async def test_a_refusal_that_is_not_prometheuss_own_stays_what_it_is(body: bytes) -> None:
    async with FaultyServer(answer(400, body)) as server:
        hand = MetricsQuery(Prometheus(HttpClient(server.url, source="prometheus"), server.url))
        with pytest.raises(ConnectorError, match="answered GET /api/v1/query with 400 Bad Request"):
            await hand.read(UP, context())
