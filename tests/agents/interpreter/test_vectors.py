"""The vectors that are computed ahead of time are those of the phrasings as they stand."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.interpreter.__main__ import known
from agents.interpreter.learning import texts
from agents.interpreter.vectors import embedded
from memory.embedding import MiniLmEmbedder


@pytest.fixture(scope="module")
def model() -> MiniLmEmbedder:
    return MiniLmEmbedder.from_packages()


def test_no_phrasing_is_missing_from_the_file(model: MiniLmEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    def embed(_: MiniLmEmbedder, missing: Sequence[str]) -> NDArray[np.float32]:
        assert list(missing) == [], "the file is stale: run `python -m agents.interpreter`"
        return np.empty((0, 384), dtype=np.float32)

    phrasings = texts(known())
    monkeypatch.setattr(MiniLmEmbedder, "embed", embed)
    assert embedded(phrasings, model).shape == (len(phrasings), 384)


def test_what_is_in_the_file_is_what_the_model_says(model: MiniLmEmbedder) -> None:
    some = sorted(set(texts(known())))[::97]
    cosines = np.sum(embedded(some, model) * model.embed(some), axis=1)
    assert cosines.min() > 0.995
