"""A disk that fails at one step, before it happens or after, and forgets what was not synced."""

from collections.abc import Callable
from pathlib import Path

from memory.ledger.disk import Disk


class PowerCutError(OSError):
    """The machine is gone."""


class FailingDisk(Disk):
    """Fails at step number `at`, counted from 0: before it happens, or with `after` once it has happened.

    Names that were not synced into their folder are undone by `restart`, as a power cut may do.
    """

    def __init__(self, at: int | None = None, *, after: bool = False) -> None:
        self.steps = 0
        self._at = at
        self._after = after
        self._unsynced: list[tuple[Path, bytes | None]] = []

    def write(self, path: Path, data: bytes) -> None:
        self._step(lambda: super(FailingDisk, self).write(path, data))

    def rename(self, old: Path, new: Path) -> None:
        before = new.read_bytes() if new.exists() else None
        self._step(lambda: super(FailingDisk, self).rename(old, new))
        self._unsynced.append((new, before))

    def sync(self, folder: Path) -> None:
        self._step(lambda: super(FailingDisk, self).sync(folder))
        self._unsynced = [each for each in self._unsynced if each[0].parent != folder]

    def remove(self, path: Path) -> None:
        self._step(lambda: super(FailingDisk, self).remove(path))

    def restart(self) -> None:
        """Bring back what is on the disk for sure."""
        for path, before in reversed(self._unsynced):
            if before is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(before)
        self._unsynced.clear()

    def _step(self, happen: Callable[[], None]) -> None:
        fails = self.steps == self._at
        self.steps += 1
        if not fails or self._after:
            happen()
        if fails:
            raise PowerCutError("the machine is gone")
