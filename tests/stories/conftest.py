"""The whole house beside the demo estate, once a module: real services, Prometheus, Alertmanager and console."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.demo.stage import Stage, staged
from bot.settings import parsed
from tests.servers import require


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    """A demo that stands, its bad release already doing harm."""
    require("prometheus")
    require("prometheus-alertmanager")
    async with staged(parsed({"port": 0}), lambda _: None) as standing:
        yield standing
