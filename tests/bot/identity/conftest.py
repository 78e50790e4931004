"""A house for who is who, to each test its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.identity.room import Room, identity_room


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with identity_room(tmp_path) as made:
        yield made
