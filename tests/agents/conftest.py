"""Conversations for the tests of this folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.agents.talking import Talk, World, talking
from tests.fakes.observer import bad_release


@pytest.fixture
def world() -> World:
    """A quiet estate."""
    return World()


@pytest.fixture
def incident(world: World) -> World:
    """The same estate after a bad release of checkout."""
    bad_release(world.observer)
    return world


@pytest.fixture
async def talk(world: World, tmp_path: Path) -> AsyncIterator[Talk]:
    """A new conversation."""
    async with talking(tmp_path / "talks.db", world) as opened:
        yield opened
