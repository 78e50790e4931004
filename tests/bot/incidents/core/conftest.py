"""Incidents on both databases: every test that asks for `house` runs on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from tests.bot.incidents.core.houses import CareHouse, care_house


@pytest.fixture
async def house(address: str) -> AsyncIterator[CareHouse]:
    async with care_house(address) as found:
        yield found
