"""An answer on a terminal as it is made, in this process: what stands is shown at once, and Ctrl-C stops it."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from typing import Any

import httpx
import pytest
from rich.console import RenderableType

from bot.surfaces.cli.client import Client
from bot.surfaces.cli.growing import grown
from bot.surfaces.cli.in_process import InProcess
from bot.surfaces.cli.screen import Screen
from memory.errors import AuthenticationFailed
from memory.model.talk import Reply
from tests.bot.surfaces.cli.conftest import FakeHost
from tests.fakes.time import CountingIds
from tests.patience import until

ASKS = "what is wrong with checkout"


class Shown(Screen):
    """A screen that keeps what was shown."""

    def __init__(self) -> None:
        super().__init__(as_json=False)
        self.pictures: list[str] = []

    @contextmanager
    def growing(self) -> Iterator[Any]:
        def show(picture: RenderableType) -> None:
            self.pictures.append(str(picture))

        yield show


@pytest.fixture
async def client(host: FakeHost) -> Any:
    async with host.open_local(host.settings()) as (app, key):
        headers = {"Authorization": f"Bearer {key}"}
        http = httpx.AsyncClient(transport=InProcess(app), base_url="http://local", headers=headers, timeout=20)
        async with http:
            yield Client(http, CountingIds())


async def test_what_stands_is_shown_before_the_answer_is_there(host: FakeHost, client: Client) -> None:
    host.desk.answering.clear()
    screen = Shown()
    asking = asyncio.create_task(grown(client, screen, ASKS, "thr_1"))
    await until(lambda: host.desk.exchanges)
    host.desk.grow("Checkout fails.")
    await until(lambda: any("Checkout fails." in each for each in screen.pictures))
    assert not asking.done()
    host.desk.answering.set()
    assert (await asking).thread == "thr_1"


async def test_an_interrupt_stops_the_answer_and_what_stood_is_the_reply(host: FakeHost, client: Client) -> None:
    host.desk.answering.clear()
    screen = Shown()
    asking = asyncio.create_task(grown(client, screen, ASKS, "thr_1"))
    await until(lambda: host.desk.exchanges)
    asking.cancel()  # as Ctrl-C does
    assert isinstance(await asking, Reply)
    assert host.desk.stops == [("alice", "thr_1")]
    assert "Stopping" in screen.pictures[-1]


async def test_whoever_reads_no_further_makes_the_application_hear_it(host: FakeHost, client: Client) -> None:
    host.desk.answering.clear()
    async with aclosing(client.ask_growing(ASKS, "thr_1")) as pieces:
        first = asyncio.ensure_future(anext(pieces))
        await until(lambda: host.desk.exchanges)
        host.desk.grow("Checkout fails.")
        assert await first == "Checkout fails."
    await until(lambda: not host.desk.listeners)
    host.desk.answering.set()


async def test_a_problem_before_the_answer_is_an_error_as_any_other(host: FakeHost) -> None:
    async with host.open_local(host.settings()) as (app, _):
        http = httpx.AsyncClient(transport=InProcess(app), base_url="http://local", timeout=20)
        async with http, aclosing(Client(http, CountingIds()).ask_growing(ASKS, "thr_1")) as pieces:
            with pytest.raises(AuthenticationFailed):
                await anext(pieces)
