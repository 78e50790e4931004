"""Serving begins when it says so and ends when it is told."""

import asyncio
import os
import signal

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.serving import listener, serving, until_told
from memory.errors import InvalidSettings
from tests.patience import until


async def hello(_request: object) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def test_it_answers_within_the_block_and_not_afterwards() -> None:
    app, closing = Starlette(routes=[Route("/", hello)]), asyncio.Event()
    bound = listener("127.0.0.1", 0)
    url = f"http://127.0.0.1:{bound.getsockname()[1]}/"
    async with httpx.AsyncClient() as client:
        async with serving(app, bound, closing):
            assert (await client.get(url)).text == "hello"
            assert not closing.is_set()
        assert closing.is_set()
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(url)


def test_a_port_that_is_taken_is_a_setting_to_change() -> None:
    with listener("127.0.0.1", 0) as bound:
        bound.listen()
        with pytest.raises(InvalidSettings, match="already in use") as raised:
            listener("127.0.0.1", bound.getsockname()[1])
    assert "QUARTERDECK_PORT" in raised.value.hint


def test_it_listens_on_ipv6_as_well() -> None:
    with listener("::1", 0) as bound:
        assert bound.getsockname()[0] == "::1"


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
async def test_being_told_to_stop_ends_the_waiting_and_not_the_process(told: signal.Signals) -> None:
    before = signal.getsignal(told)
    waiting = asyncio.create_task(until_told())
    await until(lambda: signal.getsignal(told) is not before)
    os.kill(os.getpid(), told)
    await asyncio.wait_for(waiting, 10)
