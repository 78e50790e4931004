"""Schedules of a file on this machine. It is read again when it changed; a broken change changes nothing."""

import asyncio
from datetime import datetime
from pathlib import Path

import structlog
import yaml

from memory.errors import InvalidSettings
from tools.oncall.rota import RotaFile, Rotation, read
from tools.oncall.shift import Shift

_log = structlog.get_logger(__name__)


class RotaFiles:
    """One file, and what it says now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = _stamp(path)
        self._read = _opened(path)

    def schedules(self) -> tuple["FileSchedule", ...]:
        """Return its schedules, those there are now."""
        return tuple(FileSchedule(self, each.team, each.name) for each in self._read.schedules)

    async def rotation(self, team: str, name: str) -> Rotation | None:
        """Return a schedule as it is now."""
        await self._look()
        return next((each for each in self._read.schedules if (each.team, each.name) == (team, name)), None)

    async def _look(self) -> None:
        stamp = await asyncio.to_thread(_stamp, self._path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._read = await asyncio.to_thread(_opened, self._path)
        except InvalidSettings as error:
            _log.warning("oncall.file_refused", why=error.message)


class FileSchedule:
    """One schedule of a file."""

    def __init__(self, file: RotaFiles, team: str, name: str) -> None:
        self._file = file
        self.team = team
        self.name = name

    async def on_call(self, at: datetime) -> tuple[Shift, ...]:
        """Return who is on call then."""
        rotation = await self._file.rotation(self.team, self.name)
        return rotation.shifts(at) if rotation else ()


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def _opened(path: Path) -> RotaFile:
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidSettings(f"expected {path.name} to be YAML in UTF-8, found: {error}") from None
    return read(told, path.name)
