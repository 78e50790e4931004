"""A receipt that verifies offline: an entry's index, its audit path and a checkpoint (C2SP tlog-proof). Pure."""

from dataclasses import dataclass
from typing import Self

from memory.errors import LogMalformed
from memory.log.checkpoint import Checkpoint
from memory.log.encoding import (
    HASH_BYTES,
    LARGEST,
    decode_utf8,
    parse_base64,
    parse_decimal,
    parse_hash,
    quoted,
    to_base64,
)
from memory.log.merkle import verify_inclusion
from memory.log.note import MAX_NOTE_BYTES, Note
from memory.log.trust import Trust, TrustedCheckpoint

SUFFIX = ".tlog-proof"
MAX_HASHES = 63  # no tree below 2**63 has a longer path
MAX_EXTRA_BYTES = 65_535
MAX_PROOF_BYTES = MAX_NOTE_BYTES + 100_000

_HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class TlogProof:
    """The entry at `index` is in the log that the signed checkpoint `note` is of. Nothing vouches for `extra`."""

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    extra: bytes = b""

    def __post_init__(self) -> None:
        Checkpoint.parse(self.note.text)
        if not 0 <= self.index <= LARGEST:
            raise LogMalformed(f"expected an index between 0 and 2**63-1, found {self.index}")
        if len(self.hashes) > MAX_HASHES or set(map(len, self.hashes)) - {HASH_BYTES}:
            raise LogMalformed(f"expected at most {MAX_HASHES} hashes of {HASH_BYTES} bytes, found others")
        if len(self.extra) > MAX_EXTRA_BYTES:
            raise LogMalformed(f"expected at most {MAX_EXTRA_BYTES} bytes of extra data, found {len(self.extra)}")

    def encode(self) -> bytes:
        """Return the proof's bytes, as they are stored in a file that ends in `.tlog-proof`."""
        extra = [f"extra {to_base64(self.extra)}"] if self.extra else []
        lines = [_HEADER, *extra, f"index {self.index}", *map(to_base64, self.hashes), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.note.encode()

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Return the proof that `data` writes; raises `LogMalformed`."""
        head, _, note = decode_utf8(data, "a proof", MAX_PROOF_BYTES).partition("\n\n")
        header, *lines = head.split("\n")
        if header != _HEADER:
            raise LogMalformed(f"expected a first line {_HEADER}, found {quoted(header)}")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = parse_base64(lines.pop(0).removeprefix("extra "), "extra data")
            if not extra:
                raise LogMalformed("expected no line for no extra data, found an empty one")
        if not lines or not lines[0].startswith("index "):
            raise LogMalformed(f"expected a line “index N”, found {quoted(lines[0]) if lines else 'none'}")
        index = parse_decimal(lines[0].removeprefix("index "), "an index")
        hashes = tuple(parse_hash(line, f"hash {at} of the proof") for at, line in enumerate(lines[1:]))
        return cls(index, hashes, Note.parse(note.encode()), extra)

    def verify(self, leaf: bytes, trust: Trust) -> TrustedCheckpoint:
        """Return the checkpoint that the entry with leaf hash `leaf` is under, after its signatures and its path.

        Raises what `Trust.open` raises, and `ProofInvalid` when the path does not lead to the checkpoint's root.
        """
        trusted = trust.open(self.note)
        checkpoint = trusted.checkpoint
        verify_inclusion(leaf, self.index, checkpoint.size, self.hashes, checkpoint.root)
        return trusted
