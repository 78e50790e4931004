"""Whose word is taken for a checkpoint: the log's keys, and how many of which witnesses. Pure.

What is not asked for is not given: without a log key there is no trust, and every witness named is required unless
fewer are said to be enough.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from memory.errors import InvalidInput, SignatureMissing
from memory.log.checkpoint import Checkpoint
from memory.log.encoding import quoted
from memory.log.keys import Algorithm, VerifierKey, cosigned_at, verified
from memory.log.note import Note, Signature


@dataclass(frozen=True, slots=True)
class TrustedCheckpoint:
    """A checkpoint whose signatures were verified, the note it came in, and the known keys that signed it."""

    checkpoint: Checkpoint
    note: Note
    signed: Mapping[VerifierKey, Signature]

    @property
    def witnessed_at(self) -> dict[str, int]:
        """When each known witness cosigned, in seconds since 1970, by the witness's name."""
        return {key.name: cosigned_at(signature) for key, signature in self.signed.items() if _is_witness(key)}


@dataclass(frozen=True, slots=True)
class Trust:
    """A checkpoint of the log `origin` is believed when one of `log_keys` signed it and `quorum` of `witnesses`.

    Several log keys are one log's over time. `quorum` is all of the witnesses unless it is given. Raises
    `InvalidInput` for a trust that would say yes too easily.
    """

    origin: str
    log_keys: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...] = ()
    quorum: int | None = None

    def __post_init__(self) -> None:
        if not self.log_keys:
            raise InvalidInput("expected a key of the log to trust, found none")
        if any(map(_is_witness, self.log_keys)) or not all(map(_is_witness, self.witnesses)):
            raise InvalidInput("expected log keys of type 01 and witness keys of type 04, found another type")
        publics = {key.public for key in (*self.log_keys, *self.witnesses)}
        if len(publics) != len(self.log_keys) + len(self.witnesses):
            raise InvalidInput("expected a key of its own for each log and witness, found the same key twice")
        if not 0 <= self.needed <= len(self.witnesses):
            raise InvalidInput(f"expected a quorum of 0 to {len(self.witnesses)}, found {self.quorum}")

    @property
    def needed(self) -> int:
        """How many witnesses have to have cosigned."""
        return len(self.witnesses) if self.quorum is None else self.quorum

    def open(self, note: Note) -> TrustedCheckpoint:
        """Return the checkpoint in `note`, verified.

        Raises `SignatureInvalid` when a known key's signature is wrong, `SignatureMissing` when too few signed or
        the checkpoint is of another log, `LogMalformed` when what was signed is no checkpoint.
        """
        # (1) No signature of a key we know may be wrong, whatever the others are.
        signed = verified(note, (*self.log_keys, *self.witnesses))
        # (2) The log itself signed.
        if signed.keys().isdisjoint(self.log_keys):
            names = ", ".join(key.name for key in self.log_keys)
            raise SignatureMissing(f"expected a signature by the log ({names}), found none")
        # (3) Enough witnesses cosigned.
        witnesses = [key.name for key in self.witnesses if key in signed]
        if len(witnesses) < self.needed:
            found = ", ".join(witnesses) or "none"
            raise SignatureMissing(f"expected {self.needed} cosignatures by known witnesses, found {found}")
        # (4) Only now is the text worth reading, and it has to be of the log that was asked for.
        checkpoint = Checkpoint.parse(note.text)
        if checkpoint.origin != self.origin:
            raise SignatureMissing(
                f"expected a checkpoint of {self.origin}, found one of {quoted(checkpoint.origin)}",
                hint="the keys fit, the log does not: this key signs for more than one log",
            )
        return TrustedCheckpoint(checkpoint, note, signed)


def _is_witness(key: VerifierKey) -> bool:
    return key.algorithm is Algorithm.COSIGNATURE_V1
