"""Who signed a checkpoint, and which of those whose signature is needed did not."""

from collections.abc import Iterable, Iterator

from memory.errors import SignatureInvalid, SignatureMissing
from memory.ledger.findings import Fault, Finding
from memory.ledger.source import CHECKPOINT
from memory.log.keys import VerifierKey, verified
from memory.log.note import Note
from memory.log.trust import Trust


def log_findings(note: Note, keys: Iterable[VerifierKey]) -> Iterator[Finding]:
    """Yield what is wrong with the log's own signatures, of which there has to be one by these keys."""
    signed = False
    expected = "a signature of the log"
    for key in dict.fromkeys(keys):
        try:
            verified(note, [key])
        except SignatureMissing:
            continue
        except SignatureInvalid:
            yield Finding(Fault.SIGNATURE, CHECKPOINT, expected, f"one by {key} that is not over this text")
        signed = True
    if not signed:
        names = ", ".join(sorted({signature.name for signature in note.signatures}))
        yield Finding(Fault.SIGNATURE, CHECKPOINT, f"{expected} by a known key", f"some by other keys of {names}")


def witness_findings(note: Note, trust: Trust, listed: Iterable[VerifierKey]) -> Iterator[Finding]:
    """Yield what is wrong with cosignatures: one that is not over this text, or fewer than are required."""
    cosigned = set()
    for key in dict.fromkeys((*trust.witnesses, *listed)):
        try:
            verified(note, [key])
        except SignatureMissing:
            continue
        except SignatureInvalid:
            found = f"one by {key} that is not over this text"
            yield Finding(Fault.COSIGNATURE, CHECKPOINT, "a cosignature of this checkpoint", found)
        else:
            cosigned.add(key)
    enough = [key.name for key in trust.witnesses if key in cosigned]
    if len(enough) < trust.needed:
        expected = f"cosignatures by {trust.needed} of {', '.join(key.name for key in trust.witnesses)}"
        yield Finding(Fault.COSIGNATURE, CHECKPOINT, expected, ", ".join(enough) or "none")
