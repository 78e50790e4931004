"""The real runbooks of others, where they are at hand."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "runbooks"
FILES = tuple(
    sorted(
        each
        for each in FOLDER.rglob("*")
        if each.suffix in {".md", ".json", ".yml"} and each.parent != FOLDER and each.parent.name != "LICENSES"
    )
)


def real() -> tuple[Path, ...]:
    """Return the files; skips where they are not at hand."""
    if not FILES:
        pytest.skip(
            f"the runbooks of others are not at {FOLDER.parent.parent.name}/data/runbooks beside this folder"
        )
    return FILES
