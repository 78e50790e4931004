"""One estate a module, and the hands on it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.estates import Running, running_estate
from tests.tools.connectors.estate.hands import Hands
from tools.connectors.estate import Control, hands
from tools.http import HttpClient


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running_estate(tmp_path_factory.mktemp("estate")) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def on(running: Running) -> AsyncIterator[Hands]:
    estate = running.estate
    headers = {"Authorization": f"Bearer {estate.control_token}"}
    http = HttpClient(estate.control_url, source="estate", headers=headers, timeout_s=10.0)
    yield Hands(hands(Control(http, estate.control_url), estate.catalogue))
    await http.close()
