"""A witness's private key in a file: Ed25519 as PKCS#8 PEM, for its owner's eyes alone."""

import os
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.signing.pem import parse_key, written
from memory.errors import Conflict, InvalidSettings, LogKeyWrong

_OTHERS = 0o077
_HINT = "quarterdeck witness key new FILE --name NAME makes one."


def new_key(path: Path) -> Ed25519PrivateKey:
    """Make a key and the file that keeps it; raises `Conflict` where there is a file, and `InvalidSettings`."""
    private = Ed25519PrivateKey.generate()
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Conflict(f"expected nothing at {path}, found a file", hint="It is left as it is.") from error
    except OSError as error:
        raise InvalidSettings(f"expected to write a key to {path}, found: {error.strerror}") from error
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(written(private))
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
            hint=_HINT,
        ) from error
    if mode & _OTHERS:
        raise InvalidSettings(f"expected {path} to be readable by its owner alone", hint=f"chmod 600 {path}")
    try:
        return parse_key(pem, f"at {path}")
    except LogKeyWrong as error:
        raise InvalidSettings(error.message, hint=_HINT) from None
