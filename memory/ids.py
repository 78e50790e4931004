"""Where names of things come from: random ones for what happens, derived ones for what must happen once."""

import secrets
from typing import Protocol

from memory.canonical import digest

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_LENGTH = 16  # letters
_BITS = 5  # of each


class Ids(Protocol):
    """Makes ids."""

    def new(self, kind: str) -> str:
        """Return a fresh id such as `msg_4h2k…`: the kind, an underscore, 16 characters."""


class RandomIds:
    """Ids of 80 random bits."""

    def new(self, kind: str) -> str:
        """Return a fresh, unguessable id."""
        return _written(kind, secrets.randbits(_LENGTH * _BITS))


def derived(kind: str, *parts: str) -> str:
    """Return the id that the same parts always give, so that doing a thing again finds the first time."""
    return _written(kind, int(digest(list(parts)), 16))


def _written(kind: str, number: int) -> str:
    """Return the id that the lowest 80 bits of a number make, the lowest first."""
    letters = [_ALPHABET[number >> place & (1 << _BITS) - 1] for place in range(0, _LENGTH * _BITS, _BITS)]
    return f"{kind}_{''.join(letters)}"
