"""One estate a module, for the tests that need it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.estates import Running, running_estate


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running_estate(tmp_path_factory.mktemp("estate")) as found:
        yield found
