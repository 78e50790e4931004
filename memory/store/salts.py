"""Where salts come from: random bytes that keep what a digest is of from being guessed."""

import secrets
from collections.abc import Callable

SALT_BYTES = 32

Salts = Callable[[], bytes]
"""Gives `SALT_BYTES` bytes, fresh at each call."""


def fresh_salt() -> bytes:
    """Return random bytes that nobody can guess."""
    return secrets.token_bytes(SALT_BYTES)
