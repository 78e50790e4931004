"""How much of an answer is read, and what of it is understood."""

import json
import tracemalloc

import pytest

from memory.errors import (
    ConnectorError,
    ConnectorRejected,
    ResponseTooLarge,
)
from tests.fakes.http import (
    FaultyServer,
    answer,
    bomb,
    endless,
)
from tools.http import HttpClient


def client(server: FaultyServer, **settings: object) -> HttpClient:
    return HttpClient(server.url, source="somewhere", **settings)  # type: ignore[arg-type]  # each test's own


async def test_an_answer_that_announces_too_much_is_not_read() -> None:
    async with FaultyServer(answer(200, b" " * 2000)) as server:
        with pytest.raises(ResponseTooLarge, match="at most 1,000 bytes"):
            await client(server, max_bytes=1000).get("/a")


async def test_an_endless_answer_is_cut_off_at_the_limit() -> None:
    sent: list[int] = []
    async with FaultyServer(endless(b" " * 65_536, sent)) as server:
        with pytest.raises(ResponseTooLarge):
            await client(server, max_bytes=100_000).get("/a")
    assert sum(sent) < 20_000_000  # what the sockets hold, not what the server would send


async def test_an_answer_of_exactly_the_limit_is_read() -> None:
    body = json.dumps("x" * 98).encode()
    async with FaultyServer(answer(200, body)) as server:
        assert await client(server, max_bytes=100).get("/a") == "x" * 98


async def test_a_packed_answer_is_unpacked() -> None:
    async with FaultyServer(answer(200, bomb(50), content_encoding="gzip")) as server:
        assert await client(server).get("/a") is None


async def test_a_gzip_bomb_is_refused_before_it_is_unpacked() -> None:
    packed = bomb(50_000_000)
    async with FaultyServer(answer(200, packed, content_encoding="gzip")) as server:
        asking = client(server, max_bytes=1_000_000)
        tracemalloc.start()
        try:
            with pytest.raises(ResponseTooLarge):
                await asking.get("/a")
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert most < 6_000_000


async def test_a_gzip_bomb_in_an_error_is_cut() -> None:
    async with FaultyServer(answer(400, bomb(50_000_000), content_encoding="gzip")) as server:
        with pytest.raises(ConnectorRejected) as raised:
            await client(server).get("/a")
    assert len(raised.value.body) == 16_384


@pytest.mark.parametrize("encoding", ["br", "gzip"])
async def test_an_encoding_that_is_not_gzip_is_refused(encoding: str) -> None:
    async with FaultyServer(answer(200, b"nonsense", content_encoding=encoding)) as server:
        with pytest.raises(ConnectorError, match="gzip"):
            await client(server).get("/a")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"<html>", "Expecting value at line 1, column 1"),
        (b'{"a": NaN}', "NaN is no JSON number"),
        (b'"\xff\xfe\xfd"', "its bytes are not text"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b'{"a": 1', "Expecting ',' delimiter at line 1, column 8"),
    ],
)
async def test_what_is_not_json_is_said_to_be_none_and_where(body: bytes, found: str) -> None:
    async with FaultyServer(answer(200, body)) as server:
        with pytest.raises(ConnectorError, match="expected JSON from somewhere") as raised:
            await client(server).get("/a")
    assert found in raised.value.message
    assert "<html>" not in raised.value.message
