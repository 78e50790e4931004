"""The whole web application at an address, for clients that speak MCP to it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from bot.serving import listener, serving


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    bound = listener("127.0.0.1", 0)
    async with serving(app, bound, asyncio.Event()):
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
