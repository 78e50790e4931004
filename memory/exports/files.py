"""Exports as files, whichever form they are in: told apart by how they begin."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from memory.errors import NotFound
from memory.exports.export import Header, Row
from memory.exports.parquet import read_parquet
from memory.exports.text import read_csv, read_jsonl

_PARQUET = b"PAR1"


@contextmanager
def opened(path: Path) -> Iterator[tuple[Header, Iterator[Row]]]:
    """Give the header and the rows of the export at `path`.

    Raises `NotFound`, `DependencyMissing`, or, also while the rows are read, `LogMalformed`.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotFound(f"expected an export at {path}, found: {error.strerror}") from error
    with file:
        begins = file.read(len(_PARQUET))
        file.seek(0)
        if begins == _PARQUET:
            with read_parquet(path) as read:
                yield read
        elif begins.startswith(b"#"):
            yield read_csv(file)
        else:
            yield read_jsonl(file)
