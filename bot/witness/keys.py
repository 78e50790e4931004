"""A witness's private key in a file: Ed25519 as PKCS#8 PEM, for its owner's eyes alone."""

import os
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from memory.errors import Conflict, InvalidSettings

_OTHERS = 0o077
_EXPECTED = "expected an Ed25519 key as PKCS#8 PEM without a password"


def new_key(path: Path) -> Ed25519PrivateKey:
    """Make a key and the file that keeps it; raises `Conflict` where there is a file, and `InvalidSettings`."""
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Conflict(f"expected nothing at {path}, found a file", hint="It is left as it is.") from error
    except OSError as error:
        raise InvalidSettings(f"expected to write a key to {path}, found: {error.strerror}") from error
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(opened)
    except OSError as error:
        with suppress(OSError):
            path.unlink()  # half a key is none
        raise InvalidSettings(f"expected to write a key to {path}, found: {error.strerror}") from error
    return private


def load_key(path: Path) -> Ed25519PrivateKey:
    """Return the key in the file; raises `InvalidSettings`, which shows nothing of it."""
    try:
        with path.open("rb") as file:
            mode, pem = os.fstat(file.fileno()).st_mode, file.read()
    except OSError as error:
        raise InvalidSettings(
            f"expected a key at {path}, found: {error.strerror}",
            hint="quarterdeck witness key new FILE --name NAME makes one.",
        ) from error
    if mode & _OTHERS:
        raise InvalidSettings(f"expected {path} to be readable by its owner alone", hint=f"chmod 600 {path}")
    try:
        private = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: it has a password
        raise InvalidSettings(f"{_EXPECTED} at {path}, found something else") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise InvalidSettings(f"{_EXPECTED} at {path}, found a key of another kind")
    return private
