"""MCP servers as processes: one that keeps notes and counts what it did, and several that misbehave."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
MISBEHAVIOURS = ("silent", "garbage", "endless", "quits", "absent")


def notes(folder: Path, *arguments: str) -> list[str]:
    """Return the command of the server that keeps its notes in this folder."""
    return [sys.executable, str(HERE / "notes.py"), str(folder), *arguments]


def misbehaving(how: str) -> list[str]:
    """Return the command of a server that misbehaves so."""
    return [sys.executable, str(HERE / "misbehaving.py"), how]
