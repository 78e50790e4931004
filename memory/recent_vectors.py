"""The vectors of what was embedded lately: people on call say the same few things, and one turn embeds them again.

What is kept is what the model said, under a digest of the text: no text stays here, and no answer changes.
"""

import hashlib
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from memory.embedding import Embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KEPT = 2000  # vectors, of 1.5 KiB each
FEW = 8  # texts at once; more are a shelf that is read in, which would push out what people say


class RecentVectors:
    """An `Embedder` over another, which is asked only for what it was not asked lately. Threads may share it."""

    def __init__(self, embedder: Embedder, *, kept: int = KEPT) -> None:
        self.identity = embedder.identity
        self.knows = embedder.knows
        self._embedder = embedder
        self._most = kept
        self._vectors: dict[bytes, NDArray[np.float32]] = {}  # the one used last comes last
        self._lock = Lock()

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Return one unit vector a text: float32 of shape (len(texts), 384)."""
        import numpy as np

        if not 0 < len(texts) <= FEW:
            return self._embedder.embed(texts)
        wanted = {_digest(text): text for text in texts}
        found = self._recent(wanted)
        missing = {digest: text for digest, text in wanted.items() if digest not in found}
        if missing:
            found |= zip(missing, self._embedder.embed(list(missing.values())), strict=True)
            self._keep(found)
        return np.array([found[_digest(text)] for text in texts], dtype=np.float32)

    def _recent(self, wanted: dict[bytes, str]) -> "dict[bytes, NDArray[np.float32]]":
        with self._lock:
            found = {digest: self._vectors.pop(digest) for digest in wanted if digest in self._vectors}
            self._vectors |= found
        return found

    def _keep(self, found: "dict[bytes, NDArray[np.float32]]") -> None:
        with self._lock:
            self._vectors |= found
            while len(self._vectors) > self._most:
                del self._vectors[next(iter(self._vectors))]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()
