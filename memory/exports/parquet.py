"""Exports as Parquet, by way of DuckDB, which holds neither the rows nor the file in memory.

The header is in the file's own metadata under `quarterdeck_export`. Nothing is ever fetched from elsewhere.
"""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from memory.errors import DependencyMissing, LogMalformed
from memory.exports.export import COLUMNS, Header, Row
from memory.exports.text import read_header, row_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

METADATA = "quarterdeck_export"
_ROWS = 1_000  # that are in memory at once
_MEMORY = "256MB"
_TYPES = ", ".join(f"'{name}': '{'BIGINT' if name == 'index' else 'VARCHAR'}'" for name in COLUMNS)


def check_installed() -> None:
    """Return when Parquet can be written and read here; raises `DependencyMissing`."""
    try:
        import duckdb  # noqa: F401  # whether it is there is all that is asked
    except ModuleNotFoundError as error:
        raise DependencyMissing(
            "expected DuckDB for Parquet, found it not installed",
            hint='Install it with: pip install "quarterdeck[parquet]". JSON lines and CSV need nothing.',
        ) from error


def from_csv(table: Path, parquet: Path, header: Header) -> None:
    """Write the rows that are in `table` as CSV, and the header, to `parquet`; raises `DependencyMissing`."""
    written = header.model_dump_json()
    with _database(parquet.parent) as database:
        database.execute(
            f"COPY (SELECT * FROM read_csv({_quoted(str(table))}, header = true, delim = ',', "  # noqa: S608  # our own paths, quoted
            f"quote = '\"', escape = '\"', columns = {{{_TYPES}}}, auto_detect = false)) "
            f"TO {_quoted(str(parquet))} (FORMAT parquet, COMPRESSION zstd, "
            f"KV_METADATA {{{METADATA}: {_quoted(written)}}})"
        )


@contextmanager
def read_parquet(path: Path) -> Iterator[tuple[Header, Iterator[Row]]]:
    """Give the header and the rows of an export; raises `LogMalformed`, also while rows are read."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder, _database(Path(folder)) as database:
        try:
            found = database.execute(
                "SELECT value FROM parquet_kv_metadata(?) WHERE decode(key) = ?", [str(path), METADATA]
            ).fetchall()
            if len(found) != 1:
                raise LogMalformed(f"expected {METADATA} in the file's metadata, found {len(found)} of it")
            header = _header(bytes(found[0][0]))
            database.execute("SELECT * FROM read_parquet(?)", [str(path)])
            if [column[0] for column in database.description or ()] != list(COLUMNS):
                raise LogMalformed(f"expected the columns {', '.join(COLUMNS)}, found others")
            yield header, _rows(database)
        except duckdb.Error as error:
            raise LogMalformed(f"expected an export as Parquet, found: {str(error)[:200]}") from error


def _header(data: bytes) -> Header:
    from memory.canonical import canonical

    try:
        return read_header(canonical(Header.model_validate_json(data)))
    except ValueError:
        raise LogMalformed("expected the header of an export in the file's metadata, found another text") from None


def _rows(database: "DuckDBPyConnection") -> Iterator[Row]:
    while some := database.fetchmany(_ROWS):
        for cells in some:
            yield row_of(
                {name: "" if cell is None else str(cell) for name, cell in zip(COLUMNS, cells, strict=True)}
            )


@contextmanager
def _database(folder: Path) -> Iterator["DuckDBPyConnection"]:
    check_installed()
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "memory_limit": _MEMORY,
        "threads": "1",
        "temp_directory": str(folder),
    }
    with closing(duckdb.connect(":memory:", config=settings)) as database:
        yield database


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
