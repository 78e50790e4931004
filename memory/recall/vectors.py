"""Vectors as they are kept beside a text: half precision, and whose they are.

A cosine is off by less than 0.001. Pure.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from memory.errors import InvalidInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WIDTH = 2  # bytes of a 16-bit floating-point number


@dataclass(frozen=True)
class Vectors:
    """The parts of one text as unit vectors.

    Float32 of shape (parts, dimensions), and the model that made them.
    """

    model: str
    rows: "NDArray[np.float32]"


def packed(vectors: Vectors) -> bytes:
    """Return the vectors' bytes, after the number of their dimensions."""
    rows = vectors.rows
    return int(rows.shape[1] if rows.ndim > 1 else 0).to_bytes(4, "big") + rows.astype("<f2").tobytes()


def unpacked(model: str, data: bytes) -> Vectors:
    """Return the vectors of these bytes; raises `InvalidInput` where they are none."""
    import numpy as np

    dimensions, rest = int.from_bytes(data[:4], "big"), len(data) - 4
    if dimensions < 1 or rest < 0 or rest % (dimensions * _WIDTH):
        raise InvalidInput(f"expected vectors, found {len(data)} bytes that are none")
    rows = np.frombuffer(data, dtype="<f2", offset=4).astype(np.float32).reshape(-1, dimensions)
    return Vectors(model, rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-6)))
