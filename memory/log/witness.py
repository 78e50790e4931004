"""What a witness is asked, and what it answers: it cosigns only growth (C2SP tlog-witness). Pure.

It keeps one thing for each log: the last tree it cosigned. Whoever calls `decide` stores the new one before anyone
sees the cosignature, in the transaction that read the old one; otherwise two requests at once roll it back.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Self

from memory.errors import InvalidInput, LogMalformed, ProofInvalid, SignatureInvalid, SignatureMissing
from memory.log.checkpoint import Checkpoint
from memory.log.encoding import HASH_BYTES, LARGEST, decode_utf8, parse_decimal, parse_hash, quoted, to_base64
from memory.log.keys import Algorithm, Cosigner, VerifierKey, verified
from memory.log.merkle import EMPTY_ROOT, verify_consistency
from memory.log.note import MAX_NOTE_BYTES, Note, Signature, parse_signatures

SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"
MAX_HASHES = 63
MAX_REQUEST_BYTES = MAX_NOTE_BYTES + 4_096


@dataclass(frozen=True, slots=True)
class Tree:
    """The last tree of a log that a witness cosigned."""

    size: int
    root: bytes


NEVER = Tree(0, EMPTY_ROOT)
"""What a witness has cosigned of a log that is new to it."""


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """The request to cosign the checkpoint in `note`, with the proof that it grew from the tree of `old_size`."""

    old_size: int
    proof: tuple[bytes, ...]
    note: Note

    def __post_init__(self) -> None:
        Checkpoint.parse(self.note.text)
        if not 0 <= self.old_size <= LARGEST:
            raise LogMalformed(f"expected an old size between 0 and 2**63-1, found {self.old_size}")
        if len(self.proof) > MAX_HASHES or set(map(len, self.proof)) - {HASH_BYTES}:
            raise LogMalformed(f"expected at most {MAX_HASHES} hashes of {HASH_BYTES} bytes, found others")

    @property
    def checkpoint(self) -> Checkpoint:
        """What the note says. Its origin names the log whose last tree `decide` has to be given."""
        return Checkpoint.parse(self.note.text)

    def encode(self) -> bytes:
        """Return the request's body."""
        lines = [f"old {self.old_size}", *map(to_base64, self.proof), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.note.encode()

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Return the request that `body` writes; raises `LogMalformed`, to be answered with status 400."""
        head, _, note = decode_utf8(body, "a request", MAX_REQUEST_BYTES).partition("\n\n")
        first, *lines = head.split("\n")
        if not first.startswith("old "):
            raise LogMalformed(f"expected a first line “old SIZE”, found {quoted(first)}")
        old_size = parse_decimal(first.removeprefix("old "), "an old size")
        proof = tuple(parse_hash(line, f"hash {at} of the proof") for at, line in enumerate(lines))
        return cls(old_size, proof, Note.parse(note.encode()))


class Reason(Enum):
    """Why a checkpoint is not cosigned; the value is the HTTP status and a word for it."""

    UNKNOWN_LOG = (404, "unknown log")
    UNSIGNED = (403, "unsigned")
    BACKWARDS = (400, "backwards")
    STALE = (409, "stale")
    FORK = (409, "fork")
    INCONSISTENT = (422, "inconsistent")


@dataclass(frozen=True, slots=True)
class Cosigned:
    """Yes: `tree` is to be stored, and only then is the answer to be sent."""

    tree: Tree
    signature: Signature
    status: ClassVar[int] = 200
    content_type: ClassVar[str] = TEXT_TYPE

    @property
    def body(self) -> bytes:
        """The answer's body: one signature line."""
        return self.signature.line.encode()


@dataclass(frozen=True, slots=True)
class Refused:
    """No, and why. `size` is that of the last tree cosigned: a client that was stale asks again from there."""

    reason: Reason
    message: str
    size: int

    @property
    def status(self) -> int:
        """The answer's HTTP status."""
        return self.reason.value[0]

    @property
    def content_type(self) -> str:
        """The answer's content type."""
        return SIZE_TYPE if self.reason is Reason.STALE else TEXT_TYPE

    @property
    def body(self) -> bytes:
        """The answer's body: to the stale the size to start from, to the others the message."""
        return f"{self.size if self.reason is Reason.STALE else self.message}\n".encode()


Objection = tuple[Reason, str]


class Witness:
    """Decides what to cosign. `logs` gives the keys of each log by its origin; the witness has its own."""

    def __init__(self, cosigner: Cosigner, logs: Mapping[str, Collection[VerifierKey]]) -> None:
        keys = [key for of_log in logs.values() for key in of_log]
        if not all(logs.values()) or any(key.algorithm is not Algorithm.ED25519 for key in keys):
            raise InvalidInput("expected a key of type 01 for each log, found none or one of another type")
        if any(key.public == cosigner.key.public for key in keys):
            raise InvalidInput("expected a witness with a key of its own, found that of a log")
        self._cosigner = cosigner
        self._logs = {origin: tuple(of_log) for origin, of_log in logs.items()}

    def decide(self, request: AddCheckpoint, last: Tree, at: int) -> Cosigned | Refused:
        """Return a cosignature of the request's checkpoint, made `at` seconds since 1970, or why there is none.

        `last` is the last tree cosigned of that log, `NEVER` at first.
        """
        checkpoint = request.checkpoint
        objection = self._to_signatures(request.note, checkpoint) or _to_growth(request, checkpoint, last)
        if objection is not None:
            return Refused(*objection, last.size)
        return Cosigned(Tree(checkpoint.size, checkpoint.root), self._cosigner.cosign(request.note.text, at))

    def _to_signatures(self, note: Note, checkpoint: Checkpoint) -> Objection | None:
        # (1) It is a log we are here for.
        if checkpoint.origin not in self._logs:
            return Reason.UNKNOWN_LOG, f"expected a log known here, found {quoted(checkpoint.origin)}"
        # (2) The log signed, and no signature of it is wrong.
        try:
            verified(note, self._logs[checkpoint.origin])
        except (SignatureInvalid, SignatureMissing) as error:
            return Reason.UNSIGNED, error.message
        return None


def _to_growth(request: AddCheckpoint, checkpoint: Checkpoint, last: Tree) -> Objection | None:
    # (3) It does not shrink, and it starts from what was cosigned last.
    if request.old_size > checkpoint.size:
        return Reason.BACKWARDS, f"expected at least {request.old_size} entries, found {checkpoint.size}"
    if request.old_size != last.size:
        return Reason.STALE, f"expected growth from {last.size} entries, found from {request.old_size}"
    # (4) The same size is the same tree. Of an empty one there is no other: (5) tells.
    if checkpoint.size == last.size != 0 and checkpoint.root != last.root:
        return Reason.FORK, f"expected the root {last.root.hex()}, found {checkpoint.root.hex()}"
    # (5) The new tree begins with the old one.
    try:
        verify_consistency(last.size, last.root, checkpoint.size, checkpoint.root, request.proof)
    except ProofInvalid as error:
        return Reason.INCONSISTENT, error.message
    return None


def with_cosignatures(note: Note, body: bytes, witnesses: Iterable[VerifierKey]) -> Note:
    """Return the checkpoint in `note` with the cosignatures that a witness answered with; others are left out.

    Raises `LogMalformed`, `SignatureInvalid`, or `SignatureMissing` when none is by these witnesses.
    """
    signatures = parse_signatures(decode_utf8(body, "an answer", MAX_NOTE_BYTES))
    return note.adding(*verified(Note(note.text, signatures), witnesses).values())


def parse_size(body: bytes) -> int:
    """Return the size that a witness answers to the stale (status 409, `SIZE_TYPE`); raises `LogMalformed`."""
    text = decode_utf8(body, "an answer", MAX_NOTE_BYTES)
    if not text.endswith("\n"):
        raise LogMalformed(f"expected a size and a newline, found {quoted(text)}")
    return parse_decimal(text.removesuffix("\n"), "a size")
