"""A folder of bills on this machine, or a single file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from memory.costs.delivery import Offered
from memory.errors import InvalidInput

ENDINGS: Final = (".csv", ".csv.gz", ".parquet")


class Folder:
    """The bills below a path, but for hidden ones, which are those still being written."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def offered(self) -> tuple[Offered, ...]:
        """Return what is there; raises `InvalidInput` where nothing is."""
        if self._path.is_file():
            return (_offered(self._path, self._path.name),)
        if not self._path.is_dir():
            raise InvalidInput(f"expected a folder of bills, or one file, at {self._path}, found neither")
        names = sorted(each.relative_to(self._path) for each in self._path.rglob("*") if each.is_file())
        return tuple(
            _offered(self._path / name, name.as_posix())
            for name in names
            if name.name.lower().endswith(ENDINGS) and not any(part.startswith(".") for part in name.parts)
        )

    async def fetched(self, file: Offered, into: Path) -> Path:
        """Return where it is: nothing is copied."""
        _ = into
        return self._path if self._path.is_file() else self._path / file.name


def _offered(path: Path, name: str) -> Offered:
    found = path.stat()
    return Offered(
        name=name, mark=f"{found.st_size}:{found.st_mtime_ns}", at=datetime.fromtimestamp(found.st_mtime, UTC)
    )
