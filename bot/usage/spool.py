"""Facts on their way to the store: one line each in a file, before anything else is done with them.

A line is written in one call, and stands in the system's own memory from then on: a process that is killed leaves
it behind, and whoever starts next takes it up. Segments of a process that still runs are locked, and left alone.
"""

import fcntl
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog
from pydantic import ValidationError

from memory.model.usage import UsageFact

_SUFFIX: Final = ".usage"
_log = structlog.get_logger(__name__)


class Segment:
    """One file, held by this process until it is closed or removed."""

    def __init__(self, path: Path, *, new: bool) -> None:
        """Raises `FileExistsError` for one that shall be new and is not, `OSError` for one that is held."""
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | (os.O_CREAT | os.O_EXCL if new else 0), 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise

    def write(self, fact: UsageFact) -> None:
        """Add a fact, as one line in one call."""
        os.write(self._file, fact.model_dump_json().encode() + b"\n")

    def remove(self) -> None:
        """Remove the file: what was in it is stored."""
        self.path.unlink(missing_ok=True)
        os.close(self._file)

    def close(self) -> None:
        """Let go of the file and leave it where it is."""
        os.close(self._file)


class Spool:
    """The segments of one folder, of every process that uses it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0

    def segment(self) -> Segment:
        """Begin a segment, under a name that nobody has; raises `OSError`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        while True:
            self._number += 1
            with suppress(FileExistsError):
                return Segment(self._folder / f"{os.getpid()}-{self._number}{_SUFFIX}", new=True)

    def left_behind(self) -> tuple[tuple[Segment, Sequence[UsageFact]], ...]:
        """Return what processes that are gone left behind, and hold it."""
        found = []
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            with suppress(OSError):  # it is held, or gone meanwhile
                segment = Segment(path, new=False)
                found.append((segment, _facts(path)))
        return tuple(found)


def _facts(path: Path) -> list[UsageFact]:
    """Return the whole lines of a file; a last one that broke off was never acknowledged to anybody."""
    facts = []
    for line in path.read_bytes().splitlines():
        try:
            facts.append(UsageFact.model_validate_json(line))
        except ValidationError:
            _log.warning("usage.unreadable", file=path.name, bytes=len(line))
    return facts
