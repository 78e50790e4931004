"""What an export is: a header with its proof, and a row for every index of its range, in order. Pure.

A row that a filter left out has its leaf hash alone, so that everybody can count what they were not shown.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from memory.errors import LogCorrupt, LogMalformed, ProofInvalid
from memory.log.encoding import parse_hash, to_base64
from memory.log.keys import VerifierKey
from memory.log.merkle import leaf_hash
from memory.log.note import Note
from memory.log.range import RangeProof, verify_range
from memory.log.trust import Trust
from memory.model.value import Index, JsonValue, Value

FORMAT: Literal["quarterdeck-export@v1"] = "quarterdeck-export@v1"

COLUMNS = (
    *("index", "leaf", "kind", "tenant", "at", "logged", "actor", "correlation", "subject"),
    *("tool", "decision", "incident", "entry"),
)
"""Of a table. All after `leaf` are empty where the entry was left out; `entry` is its exact text."""

_TOP = ("kind", "tenant", "at", "logged", "actor", "correlation", "subject")
_TOLD = ("tool", "decision", "incident")


class Form(StrEnum):
    """In which form an export is written."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


class Header(Value):
    """What an export says of itself. `filter` is what was asked for: it is stated, and nothing proves it.

    `left` and `right` are the hashes of a `RangeProof` in base64; `key` is the log's own, in its written form.
    """

    format: Literal["quarterdeck-export@v1"] = FORMAT
    origin: str
    first: Index
    until: Index
    filter: dict[str, JsonValue]
    left: tuple[str, ...]
    right: tuple[str, ...]
    checkpoint: str
    key: str

    def proof(self) -> RangeProof:
        """Return the proof that the rows are the whole range; raises `LogMalformed` or `ProofInvalid`."""
        left, right = (
            tuple(parse_hash(each, "a hash of the proof") for each in hashes) for hashes in (self.left, self.right)
        )
        return RangeProof(self.first, self.until, left, right)

    @classmethod
    def of(cls, proof: RangeProof, note: Note, key: VerifierKey, asked: Mapping[str, JsonValue]) -> "Header":
        """Return the header of the export that `proof` is of."""
        return cls(
            origin=note.text.partition("\n")[0],
            first=proof.first,
            until=proof.until,
            filter=dict(asked),
            left=tuple(map(to_base64, proof.left)),
            right=tuple(map(to_base64, proof.right)),
            checkpoint=note.encode().decode(),
            key=str(key),
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One index of the range: the leaf hash, and the entry's exact bytes unless it was left out."""

    index: int
    leaf: bytes
    entry: bytes | None = None

    def cells(self) -> dict[str, str]:
        """Return the row as a table has it; raises `LogMalformed` for an entry that is none."""
        cells = dict.fromkeys(COLUMNS, "") | {"index": str(self.index), "leaf": self.leaf.hex()}
        if self.entry is None:
            return cells
        try:
            told = json.loads(self.entry)
            top = {name: str(told[name]) for name in _TOP}
            body = {name: str(told["body"].get(name) or "") for name in _TOLD}
            return cells | top | body | {"entry": self.entry.decode()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LogMalformed(
                f"expected an entry of the log at index {self.index}, found another text"
            ) from error


class Checked(Value):
    """What a check of an export found to be true, every entry and hash of it included."""

    origin: str
    first: Index
    until: Index
    size: Index
    shown: Index
    left_out: Index
    signed_by: str


def check(header: Header, rows: Iterable[Row], key: VerifierKey) -> Checked:
    """Return what is true of an export, given the log's key; `rows` are read once.

    Raises `SignatureMissing` or `SignatureInvalid` for the checkpoint, `ProofInvalid` when rows were left out,
    added, moved or changed, and `LogMalformed` for what is no export.
    """
    # (1) The checkpoint is the log's own word.
    checkpoint = Trust(header.origin, (key,)).open(Note.parse(header.checkpoint.encode())).checkpoint
    # (2) Every entry has the hash it stands under, (3) every index is there once, (4) all lead to the checkpoint.
    proof = header.proof()
    if proof.until > checkpoint.size:
        raise ProofInvalid(f"expected a range within a log of {checkpoint.size}, found {proof.until}")
    shown = 0

    def leaves() -> Iterator[bytes]:
        nonlocal shown
        for index, row in enumerate(rows, header.first):
            _check_row(row, index)
            shown += row.entry is not None
            yield row.leaf

    verify_range(leaves(), proof, checkpoint.size, checkpoint.root)
    return Checked(
        origin=header.origin,
        first=header.first,
        until=header.until,
        size=checkpoint.size,
        shown=shown,
        left_out=header.until - header.first - shown,
        signed_by=str(key),
    )


def _check_row(row: Row, index: int) -> None:
    if row.index != index:
        raise ProofInvalid(f"expected the row of index {index}, found that of {row.index}")
    if row.entry is not None and leaf_hash(row.entry) != row.leaf:
        raise LogCorrupt(f"expected entry {index} to have the hash beside it, found another entry")
