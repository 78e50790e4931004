"""One module reads the environment; everything else is told."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.places import PACKAGES, named, sources

READERS = {
    "bot/settings.py": "the settings",
    "tools/connectors/commands/started.py": "a program of its own, whose environment is all that it is given",
}
_NAMES = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}


def environment_reads(tree: ast.AST) -> Iterator[str]:
    """Yield each name of `os` by which the module reaches the environment."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
            yield from {node.attr} & _NAMES
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from {alias.name for alias in node.names} & _NAMES


def test_only_the_settings_read_the_environment() -> None:
    others = [path for path in sources(*PACKAGES) if named(path) not in READERS]
    trees = ((named(path), ast.parse(path.read_text(encoding="utf-8"))) for path in others)
    assert {name: read for name, tree in trees if (read := list(environment_reads(tree)))} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.environ['A']",
        "import os\nos.getenv('A')",
        "from os import environ",
        "import os\nos.environ | {}",
    ],
)
def test_each_way_to_read_it_is_seen(source: str) -> None:
    assert list(environment_reads(ast.parse(source)))
