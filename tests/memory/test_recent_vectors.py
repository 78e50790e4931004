"""What was embedded lately is not embedded again, and nobody can tell from the vectors."""

import numpy as np

from memory.recent_vectors import FEW, RecentVectors
from tests.fakes.embedding import WordEmbedder


def test_a_text_is_embedded_once_and_its_vector_stays_the_same() -> None:
    model = WordEmbedder()
    recent = RecentVectors(model)
    first = recent.embed(["restart payments", "hello"])
    again = recent.embed(["hello", "who owns payments?", "restart payments", "hello"])
    assert model.asked == 3
    assert again.dtype == np.float32
    assert np.array_equal(
        again, WordEmbedder().embed(["hello", "who owns payments?", "restart payments", "hello"])
    )
    assert np.array_equal(first, again[[2, 0]])


def test_what_was_not_said_for_longest_makes_room() -> None:
    model = WordEmbedder()
    recent = RecentVectors(model, kept=2)
    for text in ("one", "two", "one", "three", "one"):
        recent.embed([text])
    assert model.asked == 3
    recent.embed(["two"])
    assert model.asked == 4


def test_a_shelf_that_is_read_in_pushes_nothing_out() -> None:
    model = WordEmbedder()
    recent = RecentVectors(model, kept=2)
    recent.embed(["hello"])
    recent.embed([f"page {number}" for number in range(FEW + 1)])
    recent.embed(["hello"])
    assert model.asked == 1 + FEW + 1
    assert recent.embed([]).shape == (0, 384)


def test_no_text_is_kept() -> None:
    recent = RecentVectors(WordEmbedder())
    recent.embed(["my password is sesame"])
    assert "sesame" not in repr(vars(recent))
