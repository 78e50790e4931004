"""One-time codes that people say: drawn at random, kept as a keyed hash, never one of those a person had last."""

import hmac
from collections.abc import Callable, Collection
from datetime import timedelta
from hashlib import sha256
from typing import Final

from memory.canonical import canonical

LASTS: Final = timedelta(seconds=60)  # from reading it out
UNREPEATED: Final = 10  # last codes of a person that no new one is, so that a recording of them says nothing
_MOST_DRAWS: Final = 200


class Codes:
    """Draws codes and hashes them. The key is on no database: two digits alone would be found out in a moment."""

    def __init__(self, key: bytes, draw: Callable[[], str]) -> None:
        self._key = key
        self._draw = draw

    def fresh(self, tenant: str, person: str, before: Collection[str]) -> str:
        """Return a code whose hash is none of those `before`."""
        for _ in range(_MOST_DRAWS):
            code = self._draw()
            if self.hashed(tenant, person, code) not in before:
                return code
        raise RuntimeError("nothing random is drawn")

    def hashed(self, tenant: str, person: str, code: str) -> str:
        """Return what is kept of a code: HMAC-SHA256 (RFC 2104), in hexadecimal."""
        told = canonical({"use": "spoken code", "tenant": tenant, "person": person, "code": code})
        return hmac.new(self._key, told, sha256).hexdigest()
