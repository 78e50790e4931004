"""Exports as text: JSON lines, with the header as the first, and CSV, with the header in a first line after `#`.

Read in the one form in which they are written, so that what another program shows is what was proven.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from pydantic import ValidationError

from memory.canonical import canonical
from memory.errors import InvalidInput, LogMalformed
from memory.exports.export import COLUMNS, Header, Row

MOST_BYTES = 1_000_000  # of a line
_MARK = b"# "


def jsonl_head(header: Header) -> bytes:
    """Return the first line of an export as JSON lines."""
    return canonical(header) + b"\n"


def jsonl_rows(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield rows as JSON lines."""
    return map(_line, rows)


def csv_head(header: Header) -> bytes:
    """Return the first two lines of an export as CSV: its header, and the names of the columns."""
    return _MARK + canonical(header) + b"\n" + table_head(header)


def table_head(_header: Header) -> bytes:
    """Return the names of the columns as CSV (RFC 4180, each line ended by a newline alone)."""
    return _joined(COLUMNS)


def table_rows(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield rows as CSV."""
    return (_joined(row.cells().values()) for row in rows)


def read_jsonl(file: BinaryIO) -> tuple[Header, Iterator[Row]]:
    """Return the header and the rows of an export; raises `LogMalformed`, also while the rows are read."""
    lines = _lines(file)
    header = read_header(next(lines, b""))
    return header, (_row(number, line) for number, line in enumerate(lines, 2))


def read_csv(file: BinaryIO) -> tuple[Header, Iterator[Row]]:
    """Return the header and the rows of an export; raises `LogMalformed`, also while the rows are read."""
    first = file.readline(MOST_BYTES)
    if not first.startswith(_MARK):
        raise LogMalformed(
            "expected an export as CSV, with its proof in the first line after #, found another file"
        )
    header = read_header(first.removeprefix(_MARK).removesuffix(b"\n"))
    table = csv.reader((line.decode() for line in _lines(file)), strict=True)
    return header, _table(table)


def read_header(data: bytes) -> Header:
    """Return the header that `data` writes; raises `LogMalformed`."""
    try:
        header = Header.model_validate_json(data)
    except ValidationError:
        raise LogMalformed("expected the header of an export, found another text") from None
    if canonical(header) != data:
        raise LogMalformed("expected the header of an export in its canonical form, found it in another")
    return header


def row_of(cells: dict[str, str]) -> Row:
    """Return the row that a table's cells write; raises `LogMalformed`, also where two cells contradict."""
    try:
        entry = cells["entry"].encode() if cells["entry"] else None
        row = Row(int(cells["index"]), bytes.fromhex(cells["leaf"]), entry)
    except (KeyError, ValueError) as error:
        raise LogMalformed("expected a row with an index, a leaf hash and an entry, found another") from error
    if row.cells() != cells:
        raise LogMalformed(f"expected the cells of row {row.index} to be those of its entry, found others")
    return row


def _line(row: Row) -> bytes:
    entry = b"" if row.entry is None else b'"entry":' + row.entry + b","
    return b'{%b"index":%d,"leaf":"%b"}\n' % (entry, row.index, row.leaf.hex().encode())


def _row(number: int, line: bytes) -> Row:
    try:
        found = json.loads(line)
        entry = canonical(found["entry"]) if "entry" in found else None
        row = Row(int(found["index"]), bytes.fromhex(found["leaf"]), entry)
    except (ValueError, KeyError, TypeError, InvalidInput) as error:
        raise LogMalformed(f"expected a row of an export in line {number}, found another text") from error
    if _line(row) != line + b"\n":
        raise LogMalformed(f"expected line {number} as an export writes it, found it in another form")
    return row


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(MOST_BYTES):
        if not line.endswith(b"\n"):
            raise LogMalformed("expected whole lines, found one cut off or too long")
        yield line[:-1]


def _table(table: Iterator[list[str]]) -> Iterator[Row]:
    try:
        if next(table, None) != list(COLUMNS):
            raise LogMalformed(f"expected the columns {', '.join(COLUMNS)}, found others")
        for cells in table:
            yield row_of(dict(zip(COLUMNS, cells, strict=True)))
    except (csv.Error, ValueError) as error:
        raise LogMalformed(f"expected a table of {len(COLUMNS)} columns, found another: {error}") from None


def _joined(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()
