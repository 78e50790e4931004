"""Listening over REST."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI

from bot.serving import listener, serving
from bot.surfaces.ports import Ports
from tests.fakes.desk import FakeDesk
from tests.patience import until


@asynccontextmanager
async def served(app: FastAPI, ports: Ports) -> AsyncIterator[str]:
    with listener("127.0.0.1", 0) as bound:
        async with serving(app, bound, ports.closing):
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"


@pytest.fixture
async def url(app: FastAPI, ports: Ports) -> AsyncIterator[str]:
    async with served(app, ports) as address:
        yield address


@asynccontextmanager
async def listening(url: str, desk: FakeDesk, query: str = "") -> AsyncIterator[AsyncIterator[str]]:
    headers = {"Authorization": "Bearer qd_alice"}
    async with (
        httpx.AsyncClient(base_url=url, headers=headers, timeout=20) as client,
        client.stream("GET", f"/v1/events{query}") as response,
    ):
        assert response.headers["Content-Type"].startswith("text/event-stream")
        await until(lambda: desk.listeners)
        yield response.aiter_lines()


async def told(lines: AsyncIterator[str], count: int) -> list[tuple[str, dict[str, object]]]:
    heard: list[tuple[str, dict[str, object]]] = []
    name = ""
    async with asyncio.timeout(10):
        async for line in lines:
            field, _, value = line.partition(": ")
            name = value if field == "event" else name
            if field == "data":
                heard.append((name, json.loads(value)))
            if len(heard) == count:
                break
    return heard


async def ask(url: str, thread: str) -> None:
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": "Bearer qd_bob"}) as client:
        await client.post("/v1/messages", json={"text": "hello", "thread": thread})


async def test_whoever_listens_hears_the_message_and_the_reply(url: str, desk: FakeDesk) -> None:
    async with listening(url, desk) as lines:
        await ask(url, "t")
        assert [name for name, _ in await told(lines, 2)] == ["message", "reply"]


async def test_whoever_listens_to_one_thread_hears_nothing_of_others(url: str, desk: FakeDesk) -> None:
    async with listening(url, desk, "?thread=mine") as lines:
        await ask(url, "other")
        await ask(url, "mine")
        assert {event["thread"] for _, event in await told(lines, 2)} == {"mine"}


async def test_whoever_missed_something_is_told_so(url: str, desk: FakeDesk) -> None:
    async with listening(url, desk) as lines:
        desk.lose()
        assert await told(lines, 1) == [("gap", {"missed": None})]


async def test_who_hangs_up_is_forgotten(url: str, desk: FakeDesk) -> None:
    async with listening(url, desk):
        assert desk.listeners == 1
    await until(lambda: not desk.listeners)


async def test_an_open_ear_does_not_keep_the_server_from_closing(
    app: FastAPI, ports: Ports, desk: FakeDesk
) -> None:
    async with served(app, ports) as url, listening(url, desk) as lines:
        ports.closing.set()
        async with asyncio.timeout(10):
            assert [line async for line in lines if line.startswith("event")] == []
