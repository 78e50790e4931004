"""Vectors of the examples, computed ahead of time, so that starting up does not embed a thousand phrasings.

`python -m agents.interpreter` writes them anew; a test fails where they are stale. A phrasing that is
not in the file, or a file of another model, only costs time: it is embedded at start-up.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from memory.embedding import DIMENSIONS, Embedder

FILE = Path(__file__).with_name("vectors.npz")
_STEPS = 127  # eight bits a component: a cosine is off by less than 0.002


def embedded(texts: Sequence[str], embedder: Embedder, file: Path = FILE) -> NDArray[np.float32]:
    """Return the texts' unit vectors, from the file where it has them, else from the embedder."""
    kept = _read(file, embedder.identity)
    missing = [text for text in dict.fromkeys(texts) if _digest(text) not in kept]
    kept |= zip(map(_digest, missing), embedder.embed(missing), strict=True)
    return np.array([kept[_digest(text)] for text in texts], dtype=np.float32).reshape(-1, DIMENSIONS)


class Remembering:
    """An embedder that embeds no text twice, and none that the file has. It serves `Embedder` for one comparison."""

    def __init__(self, embedder: Embedder, texts: Sequence[str] = ()) -> None:
        """`texts` are those to begin with."""
        self.identity = embedder.identity
        self.knows = embedder.knows
        self._embedder = embedder
        self._vectors = dict(zip(texts, embedded(texts, embedder), strict=True))

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a text."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if missing:
            self._vectors |= zip(missing, self._embedder.embed(missing), strict=True)
        return np.array([self._vectors[text] for text in texts], dtype=np.float32).reshape(-1, DIMENSIONS)


def write(texts: Sequence[str], embedder: Embedder, file: Path = FILE) -> None:
    """Write the vectors of the texts, rounded to eight bits a component."""
    unique = sorted(set(texts))
    vectors = embedder.embed(unique)
    scales = np.abs(vectors).max(axis=1) / _STEPS
    steps = np.round(vectors / scales[:, None]).astype(np.int8)
    digests = np.frombuffer(b"".join(map(_digest, unique)), dtype=np.uint8).reshape(len(unique), -1)
    np.savez(file, identity=np.array(embedder.identity), digests=digests, scales=scales, steps=steps)


def _read(file: Path, identity: str) -> dict[bytes, NDArray[np.float32]]:
    if not file.is_file():
        return {}
    with np.load(file, allow_pickle=False) as stored:
        if str(stored["identity"]) != identity:
            return {}
        rows = stored["steps"] * stored["scales"][:, None]
        vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return dict(zip((digest.tobytes() for digest in stored["digests"]), vectors, strict=True))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]
