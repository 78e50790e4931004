"""Ed25519 keys that sign notes, and those that cosign checkpoints (C2SP signed-note, tlog-cosignature v1). Pure.

A private key stays inside its signer, which never shows it. A cosignature says: at this time, this is the largest
consistent tree that its witness has seen of this log.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from memory.errors import InvalidInput, LogMalformed, SignatureInvalid, SignatureMissing
from memory.log.encoding import LARGEST, parse_base64, quoted, to_base64
from memory.log.note import KEY_ID_BYTES, Note, Signature, check_name

PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64
TIME_BYTES = 8


class Algorithm(IntEnum):
    """What a key's signatures are over; the number is part of the key's id."""

    ED25519 = 0x01
    COSIGNATURE_V1 = 0x04


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under a name, as it is configured and handed around."""

    name: str
    algorithm: Algorithm
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != PUBLIC_BYTES:
            raise LogMalformed(f"expected a public key of {PUBLIC_BYTES} bytes, found {len(self.public)}")

    def __str__(self) -> str:
        """Return the key in its written form: `NAME+ID+BASE64`."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(self._typed)}"

    @property
    def key_id(self) -> bytes:
        """The four bytes that name the key beside its name in a signature."""
        return sha256(self.name.encode() + b"\n" + self._typed).digest()[:KEY_ID_BYTES]

    @property
    def _typed(self) -> bytes:
        return bytes([self.algorithm]) + self.public

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the key that `NAME+ID+BASE64` writes; raises `LogMalformed`, also for another key's id."""
        name, _, rest = text.partition("+")
        _, _, written = rest.partition("+")
        typed = parse_base64(written, "a verifier key")
        known = {int(algorithm): algorithm for algorithm in Algorithm}
        if not typed or typed[0] not in known:
            raise LogMalformed(f"expected a key NAME+ID+BASE64 of type 01 or 04, found {quoted(text)}")
        key = cls(name, known[typed[0]], typed[1:])
        if str(key) != text:
            raise LogMalformed(f"expected {key}, whose id fits its key, found {quoted(text)}")
        return key

    def verify(self, text: str, signature: Signature) -> None:
        """Return when `signature`, which names this key, is its own over `text`; raises `SignatureInvalid`."""
        message, value = text.encode(), signature.value
        if self.algorithm is Algorithm.COSIGNATURE_V1:
            message, value = _cosigned(text, cosigned_at(signature)), value[TIME_BYTES:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(value, message)
        except InvalidSignature as error:
            raise SignatureInvalid(
                f"expected a signature by {self.name} over this text, found one that is not",
                hint="the text or the signature was changed after it was made: do not believe it",
            ) from error


class Signer:
    """Signs notes, as a log signs its checkpoints."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self.key = VerifierKey(name, Algorithm.ED25519, private.public_key().public_bytes_raw())
        self._private = private

    def sign(self, text: str) -> Signature:
        """Return the signature over a note's text."""
        return Signature(self.key.name, self.key.key_id, self._private.sign(text.encode()))


class Cosigner:
    """Signs checkpoints with a time, as a witness does. One key for one name, as the name is not signed."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self.key = VerifierKey(name, Algorithm.COSIGNATURE_V1, private.public_key().public_bytes_raw())
        self._private = private

    def cosign(self, text: str, at: int) -> Signature:
        """Return the cosignature over a checkpoint's text at `at`, in seconds since 1970.

        Raises `InvalidInput` when that is before 1970 or does not fit 63 bits.
        """
        if not 0 <= at <= LARGEST:
            raise InvalidInput(f"expected a time between 0 and 2**63-1, found {at}")
        value = at.to_bytes(TIME_BYTES) + self._private.sign(_cosigned(text, at))
        return Signature(self.key.name, self.key.key_id, value)


def cosigned_at(signature: Signature) -> int:
    """Return the time in a cosignature, in seconds since 1970: to be believed once the cosignature is verified."""
    return int.from_bytes(signature.value[:TIME_BYTES])


def verified(note: Note, known: Iterable[VerifierKey]) -> dict[VerifierKey, Signature]:
    """Return which of the known keys signed the note, and their signatures; unknown keys are passed over.

    Raises `SignatureInvalid` when one signature by a known key is wrong, however many others are right;
    `SignatureMissing` when there is none; `InvalidInput` when two known keys have the same name and id.
    """
    keys = set(known)
    named = {(key.name, key.key_id): key for key in keys}
    if len(named) != len(keys):
        raise InvalidInput("expected keys that their names and ids tell apart, found two with the same")
    signed = {}
    for signature in note.signatures:
        key = named.get((signature.name, signature.key_id))
        if key is not None:
            key.verify(note.text, signature)
            signed[key] = signature
    if not signed:
        names = ", ".join(sorted(key.name for key in keys)) or "nobody"
        raise SignatureMissing(f"expected a signature by {names}, found none by a known key")
    return signed


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
