"""An export proves that it holds all of its range, in every form, and each change of it is found."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from memory.canonical import canonical
from memory.errors import LogCorrupt, LogMalformed, NotFound, ProofInvalid, SignatureInvalid, SignatureMissing
from memory.exports.export import Checked, Header, Row, check
from memory.exports.files import opened
from memory.exports.parquet import from_csv
from memory.exports.text import csv_head, jsonl_head, jsonl_rows, table_head, table_rows
from memory.log.checkpoint import Checkpoint
from memory.log.keys import Signer
from memory.log.merkle import leaf_hash
from memory.log.range import range_proof
from memory.model.record import Entry
from tests.fakes.time import MIDNIGHT
from tests.keys import LOG_KEY, private_key
from tests.memory.log import reference
from tests.memory.samples import record

SIZE, FIRST, UNTIL = 11, 3, 9
LEFT_OUT = {4, 7}
SIGNER = LOG_KEY.signer("acme")

Write = Callable[[Path, Header, list[Row]], Path]


def entry(index: int) -> bytes:
    return canonical(Entry.of(record(message=f"m{index}"), actor="p_alice", logged=MIDNIGHT))


def exported() -> tuple[Header, list[Row]]:
    entries = [entry(index) for index in range(SIZE)]
    leaves = [leaf_hash(each) for each in entries]
    note = Checkpoint(SIGNER.key.name, SIZE, reference.mth(entries)).signed(SIGNER)
    proof = range_proof(FIRST, UNTIL, SIZE, reference.stored(leaves))
    header = Header.of(proof, note, SIGNER.key, {"kinds": ["message"]})
    rows = [
        Row(index, leaves[index], None if index in LEFT_OUT else entries[index]) for index in range(FIRST, UNTIL)
    ]
    return header, rows


def as_jsonl(folder: Path, header: Header, rows: list[Row]) -> Path:
    path = folder / "e.jsonl"
    path.write_bytes(jsonl_head(header) + b"".join(jsonl_rows(rows)))
    return path


def as_csv(folder: Path, header: Header, rows: list[Row]) -> Path:
    path = folder / "e.csv"
    path.write_bytes(csv_head(header) + b"".join(table_rows(rows)))
    return path


def as_parquet(folder: Path, header: Header, rows: list[Row]) -> Path:
    path = folder / "it's.parquet"
    table = folder / "table.csv"
    table.write_bytes(table_head(header) + b"".join(table_rows(rows)))
    from_csv(table, path, header)
    return path


FORMS = pytest.mark.parametrize("write", [as_jsonl, as_csv, as_parquet])


def checked(path: Path) -> Checked:
    with opened(path) as (header, rows):
        return check(header, rows, SIGNER.key)


@FORMS
def test_an_export_reads_back_as_it_was_written_and_its_check_says_what_it_holds(
    write: Write, tmp_path: Path
) -> None:
    header, rows = exported()
    path = write(tmp_path, header, rows)
    with opened(path) as (read, found):
        assert (read, list(found)) == (header, rows)
    assert checked(path) == Checked(
        origin=SIGNER.key.name,
        first=FIRST,
        until=UNTIL,
        size=SIZE,
        shown=4,
        left_out=2,
        signed_by=str(SIGNER.key),
    )


def swapped(rows: list[Row]) -> list[Row]:
    one, two, *rest = rows
    return [Row(one.index, two.leaf, two.entry), Row(two.index, one.leaf, one.entry), *rest]


CHANGES = {
    "left out": lambda rows: rows[:2] + rows[3:],
    "cut off": lambda rows: rows[:-1],
    "one more": lambda rows: [*rows, Row(UNTIL, bytes(32))],
    "swapped": swapped,
    "another entry": lambda rows: [Row(rows[0].index, rows[0].leaf, entry(99)), *rows[1:]],
    "another entry and hash": lambda rows: [Row(rows[0].index, leaf_hash(entry(99)), entry(99)), *rows[1:]],
    "another hidden hash": lambda rows: [rows[0], Row(FIRST + 1, bytes(32)), *rows[2:]],
}


@FORMS
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_row_left_out_added_moved_or_changed_is_found(
    write: Write, change: Callable[[list[Row]], list[Row]], tmp_path: Path
) -> None:
    header, rows = exported()
    path = write(tmp_path, header, change(rows))
    with pytest.raises(LogCorrupt):
        checked(path)


def test_a_hidden_entry_can_be_shown_later_and_only_the_one_that_was_hidden(tmp_path: Path) -> None:
    header, rows = exported()
    shown = [Row(each.index, each.leaf, entry(each.index)) for each in rows]
    assert checked(as_jsonl(tmp_path, header, shown)).left_out == 0


@pytest.mark.parametrize("field", ["left", "right"])
def test_a_changed_proof_is_found(field: str, tmp_path: Path) -> None:
    header, rows = exported()
    hashes = (*getattr(header, field)[:-1], "A" * 43 + "=")
    with pytest.raises(ProofInvalid):
        checked(as_jsonl(tmp_path, header.model_copy(update={field: hashes}), rows))


@pytest.mark.parametrize(("first", "until"), [(FIRST - 1, UNTIL - 1), (FIRST, UNTIL + 1), (0, UNTIL), (FIRST, 12)])
def test_a_changed_range_is_found(first: int, until: int, tmp_path: Path) -> None:
    header, rows = exported()
    with pytest.raises(ProofInvalid):
        checked(as_jsonl(tmp_path, header.model_copy(update={"first": first, "until": until}), rows))


def test_a_checkpoint_of_another_size_or_by_another_key_is_refused(tmp_path: Path) -> None:
    header, rows = exported()
    grown = header.checkpoint.replace(f"\n{SIZE}\n", f"\n{SIZE + 1}\n")
    with pytest.raises(SignatureInvalid):
        checked(as_jsonl(tmp_path, header.model_copy(update={"checkpoint": grown}), rows))
    stranger = Signer(SIGNER.key.name, private_key("stranger")).key
    with opened(as_jsonl(tmp_path, header, rows)) as (read, found), pytest.raises(SignatureMissing):
        check(read, found, stranger)


def test_a_cell_that_contradicts_its_entry_is_refused(tmp_path: Path) -> None:
    path = as_csv(tmp_path, *exported())
    path.write_bytes(path.read_bytes().replace(b",message,acme,", b",denial,acme,", 1))
    with pytest.raises(LogMalformed, match="cells of row 3"):
        checked(path)


def test_a_line_in_another_form_than_the_written_one_is_refused(tmp_path: Path) -> None:
    path = as_jsonl(tmp_path, *exported())
    first, second, *rest = path.read_bytes().splitlines(keepends=True)
    spaced = json.dumps(json.loads(second)).encode() + b"\n"
    path.write_bytes(b"".join([first, spaced, *rest]))
    with pytest.raises(LogMalformed, match="line 2"):
        checked(path)


@pytest.mark.parametrize(
    "text", [b"", b"{}\n", b"# {}\n", b"not an export", b"PAR1nothing", b"\xff\xfe\n", b'{"format":"other"}\n']
)
def test_what_is_no_export_is_refused(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_bytes(text)
    with pytest.raises(LogMalformed):
        checked(path)


def test_an_export_that_is_not_there_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="expected an export"):
        checked(tmp_path / "nothing")


@pytest.mark.parametrize("names", [b"index,leaf,sort", b"wrong"])
def test_a_table_of_other_columns_is_refused(names: bytes, tmp_path: Path) -> None:
    path = as_csv(tmp_path, *exported())
    head, _, rest = path.read_bytes().partition(b"index,leaf,kind")
    path.write_bytes(head + names + rest)
    with pytest.raises(LogMalformed):
        checked(path)
