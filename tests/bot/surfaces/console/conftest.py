"""The console on a real port, and people at real browser windows. One browser serves a module's tests."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from playwright.async_api import Browser

from bot.serving import listener, serving
from bot.surfaces.ports import Ports
from tests.bot.surfaces.conftest import Caller
from tests.bot.surfaces.console.pages import DESK, Console, chromium
from tests.bot.surfaces.origin import ORIGIN

Open = Callable[..., Awaitable[Console]]


@pytest_asyncio.fixture(loop_scope="module")
async def url(app: FastAPI, ports: Ports) -> AsyncIterator[str]:
    with listener("127.0.0.1", 0) as bound:
        async with serving(app, bound, ports.closing):
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def open_as(browser: Browser, url: str) -> AsyncIterator[Open]:
    """Return what opens a window of their own for a person who has the key `qd_NAME`."""
    contexts = []

    async def window(name: str, viewport: dict[str, int] = DESK, **options: Any) -> Console:
        context = await browser.new_context(viewport=viewport, **options)  # type: ignore[arg-type]  # a plain dict is one
        context.set_default_timeout(15_000)
        contexts.append(context)
        console = Console(await context.new_page(), url)
        await console.sign_in_with_key(f"qd_{name}")
        return console

    yield window
    for context in contexts:
        await context.close()


@pytest.fixture
async def alice(call: Caller) -> httpx.AsyncClient:
    return await signed_in(call, "qd_alice")


@pytest.fixture
async def bob(call: Caller) -> httpx.AsyncClient:
    return await signed_in(call, "qd_bob")


async def signed_in(call: Caller, key: str) -> httpx.AsyncClient:
    """Return a client that keeps its cookie, as a browser without scripts would."""
    client = call(Origin=ORIGIN)
    entered = await client.post("/console/sign-in", data={"key": key})
    assert entered.status_code == 303
    return client
