"""A store for tests of models as people see them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from memory.store import Store
from tests.memory.opening import opened


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(f"sqlite:///{tmp_path / 'q.db'}") as made:
        yield made
