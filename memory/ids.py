"""Where names of things come from: random ones for what happens, derived ones for what must happen once."""

import secrets
from typing import Protocol

from memory.canonical import digest

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_LENGTH = 16  # 80 bits


class Ids(Protocol):
    """Makes ids."""

    def new(self, kind: str) -> str:
        """Return a fresh id such as `msg_4h2k…`: the kind, an underscore, 16 characters."""


class RandomIds:
    """Ids of 80 random bits."""

    def new(self, kind: str) -> str:
        """Return a fresh, unguessable id."""
        return f"{kind}_{''.join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))}"


def derived(kind: str, *parts: str) -> str:
    """Return the id that the same parts always give, so that doing a thing again finds the first time."""
    bits = int(digest(list(parts)), 16)
    letters = []
    for _ in range(_LENGTH):
        bits, index = divmod(bits, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    return f"{kind}_{''.join(letters)}"
