"""How one key of a log vouches for the next: a note that both of them sign. Pure.

Only keys that a verifier already believes can endorse, so trust goes forward from the keys it was given.
"""

from memory.errors import InvalidInput, SignatureMissing
from memory.log.encoding import quoted
from memory.log.keys import Algorithm, Signer, VerifierKey, verified
from memory.log.note import Note

_TYPE = "quarterdeck.log/endorsement/v1"


def endorsement_text(origin: str, new: VerifierKey) -> str:
    """Return what is signed: that `new` is a key of the log `origin`."""
    return f"{_TYPE}\n{origin}\n{new}\n"


def endorsed(origin: str, old: Signer, new: Signer) -> Note:
    """Return the endorsement of the new key by the old one, and by itself: it is in its owner's hands.

    Raises `InvalidInput` when they are one key, or are not named after the log.
    """
    if old.key.public == new.key.public or {old.key.name, new.key.name} != {origin}:
        raise InvalidInput(f"expected two keys named {quoted(origin)}, found {old.key} and {new.key}")
    text = endorsement_text(origin, new.key)
    return Note(text, (old.sign(text), new.sign(text)))


def verify_endorsement(note: Note, origin: str, old: VerifierKey, new: VerifierKey) -> None:
    """Return when `note` endorses `new` as a key of the log `origin` and both keys signed it.

    Raises `SignatureInvalid` when one of the two signatures is wrong; `SignatureMissing` when one is not there, or
    when the endorsement is of another key or log.
    """
    # (1) It is about this key and this log.
    if note.text != endorsement_text(origin, new) or new.name != origin or new.algorithm is not Algorithm.ED25519:
        raise SignatureMissing(f"expected an endorsement of {new}, found {quoted(note.text)}")
    # (2) The old key says so, and whoever has the new one knows.
    signed = verified(note, {old, new})
    absent = {old, new} - signed.keys()
    if absent:
        raise SignatureMissing(f"expected the old key and the new one to sign, found none by {absent.pop()}")
