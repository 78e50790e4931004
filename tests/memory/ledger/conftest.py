"""Logs of the sizes that matter, each published once and copied for whoever changes it."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.memory.ledger.builder import Built, build, entries

SIZES = (0, 1, 2, 255, 256, 257, 1_000, 70_000)

Log = Callable[[int], Built]


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Log:
    """Gives the published log of a size, to be read only."""
    return cache(lambda size: build(tmp_path_factory.mktemp("log") / "acme", entries(size)))


@pytest.fixture
def copied(published: Log, tmp_path: Path) -> Log:
    """Gives a copy of the published log of a size, to be changed."""

    def copy(size: int) -> Built:
        original = published(size)
        folder = Path(shutil.copytree(original.folder, tmp_path / f"copy of {size}"))
        return Built(folder, original.entries, original.checkpoint, original.note)

    return copy
