"""A command that only prints, or asks a server, starts without what only a server needs."""

import subprocess
import sys

import pytest

from tests.house.places import ROOT

HEAVY = (
    *("sqlalchemy", "alembic", "duckdb", "chromadb", "fastapi"),
    *("langgraph", "langchain_core", "onnxruntime", "numpy"),
)


@pytest.fixture(scope="module")
def loaded() -> frozenset[str]:
    """The names of the modules that are there once the commands are."""
    code = "import bot.__main__, sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    return frozenset(run.stdout.split())


@pytest.mark.parametrize("package", HEAVY)
def test_the_commands_are_there_without(package: str, loaded: frozenset[str]) -> None:
    assert "bot.surfaces.cli.app" in loaded
    assert package not in loaded
