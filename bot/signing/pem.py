"""A private key as text, the log's, a witness's or a person's: Ed25519 as PKCS#8 PEM, without a password. Pure."""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from memory.errors import LogKeyWrong

MAX_BYTES = 4_096

_EXPECTED = "expected an Ed25519 key as PKCS#8 PEM without a password"
_HINT = "quarterdeck log key new FILE makes one; openssl genpkey -algorithm ed25519 makes the same."


def parse_key(pem: bytes, where: str) -> Ed25519PrivateKey:
    """Return the key that `pem` writes, found at `where`; raises `LogKeyWrong`, which shows nothing of it."""
    try:
        private = load_pem_private_key(pem, password=None)
    except TypeError:
        raise LogKeyWrong(f"{_EXPECTED} {where}, found one with a password", hint=_HINT) from None
    except (ValueError, UnsupportedAlgorithm):
        found = "nothing" if not pem.strip() else "something that is no key"
        raise LogKeyWrong(f"{_EXPECTED} {where}, found {found}", hint=_HINT) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise LogKeyWrong(f"{_EXPECTED} {where}, found a key of another kind", hint=_HINT)
    return private


def written(private: Ed25519PrivateKey) -> bytes:
    """Return the key as `parse_key` reads it."""
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
