"""Vectors of texts that seldom change, in a file beside them: what was embedded once is not embedded again.

The file is derived: one that cannot be read, or is of another model, is made anew. It holds digests and
vectors, no text.
"""

import hashlib
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from memory.embedding import DIMENSIONS, Embedder

MOST = 50_000  # vectors in a file, 40 MB


class VectorCache:
    """The vectors of a file, and an embedder for texts that are not in it. Without a file, nothing outlasts it."""

    def __init__(self, embedder: Embedder, file: Path | None = None) -> None:
        self._embedder = embedder
        self._file = file
        self._kept = _read(file, embedder.identity) if file is not None else {}
        self._used: set[bytes] = set()
        self._new = False

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the texts' unit vectors."""
        digests = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16] for text in texts]
        missing = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in self._kept}
        if missing:
            self._kept.update(zip(missing, self._embedder.embed(list(missing.values())), strict=True))
            self._new = True
        self._used.update(digests)
        return np.array([self._kept[digest] for digest in digests], dtype=np.float32).reshape(-1, DIMENSIONS)

    def once(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a text that is not kept, such as a question."""
        vector: NDArray[np.float32] = self._embedder.embed([text])[0]
        return vector

    def save(self) -> None:
        """Write all that is kept into the file, of too much only what was asked for.

        Where it cannot be written, that costs time alone.
        """
        if self._file is None or not self._new:
            return
        digests = sorted(self._kept if len(self._kept) <= MOST else self._used)
        beside = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with beside.open("wb") as file:
                np.savez(
                    file,
                    identity=np.array(self._embedder.identity),
                    digests=np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, 16),
                    rows=np.array([self._kept[each] for each in digests], dtype=np.float16),
                )
            beside.replace(self._file)
        except OSError:
            beside.unlink(missing_ok=True)
        self._new = False


def _read(file: Path, identity: str) -> dict[bytes, NDArray[np.float32]]:
    try:
        with np.load(file, allow_pickle=False) as stored:
            if str(stored["identity"]) != identity:
                return {}
            rows = stored["rows"].astype(np.float32)
            rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-6))
            return dict(zip((digest.tobytes() for digest in stored["digests"]), rows, strict=True))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
