"""A repository of its own for every test."""

from pathlib import Path

import pytest

from tests.tools.connectors.git.workbench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path)
