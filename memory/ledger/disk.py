"""The few steps by which a file gets onto a disk and stays there. Each can fail, or happen and then fail."""

import os
from pathlib import Path

_TEMPORARY = ".new"


class Disk:
    """This machine's disk."""

    def write(self, path: Path, data: bytes) -> None:
        """Write a file's bytes and have them on the disk before returning."""
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def rename(self, old: Path, new: Path) -> None:
        """Give a file another name, in place of whatever had it. Lasting once the folder is synced."""
        old.replace(new)

    def sync(self, folder: Path) -> None:
        """Have the names in a folder on the disk before returning."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def remove(self, path: Path) -> None:
        """Remove a file, or a folder that is empty."""
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()


def replace(disk: Disk, path: Path, data: bytes) -> None:
    """Put a file with these bytes at `path`: at every moment, the old file stands there or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + _TEMPORARY)
    disk.write(temporary, data)
    disk.rename(temporary, path)
