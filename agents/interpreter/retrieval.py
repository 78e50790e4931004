"""Which capability a phrasing asks for: learned from the examples alone, in closed form, when it is built.

Kernel ridge regression (Saunders, Gammerman and Vovk, 1998) over three ways in which two phrasings are alike:
in meaning (sentence embedding), in spelling (words, pairs of words and letter groups) and in the slots they name.
Ridge parameter and temperature are the two numbers that turn likeness into a probability. The same texts always
give the same probabilities.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from memory.embedding import Embedder
from tools.contract import Slot

Matrix = NDArray[np.float32]

MEANING_WIDTH = 2.0  # how fast likeness in meaning falls with the angle
SPELLING_WEIGHT = 0.6
SLOT_WEIGHT = 0.1
RIDGE = 0.1
TEMPERATURE = 1 / 12
BUCKETS = 4096
LETTER_GROUPS = (3, 4)

_SLOTS = tuple(Slot)
_NO_WORD = re.compile(r"[^\w\s]")


@dataclass(frozen=True)
class Sample:
    """A phrasing as it is compared: its text with stand-ins, and the slots it names."""

    text: str
    slots: frozenset[Slot]


class Learned:
    """What was learned from labelled phrasings, in closed form. It is only read, so several may share it."""

    def __init__(self, samples: Sequence[Sample], labels: Sequence[str], vectors: Matrix) -> None:
        """`vectors` are the embeddings of the samples, one row each; `labels` name what each sample asks for."""
        self.labels = tuple(dict.fromkeys(labels))
        self.vectors = vectors
        spelling = _spelling([sample.text for sample in samples])
        self.rarity = np.log((len(samples) + 1) / ((spelling > 0).sum(axis=0) + 1)).astype(np.float32)
        spelling = _unit(spelling * self.rarity)
        named = _named(samples)
        # Weighed after they are multiplied: a matrix with itself is half the work.
        spelt, slotted = spelling @ spelling.T, named @ named.T
        kernel = _kernel(vectors @ vectors.T) + SPELLING_WEIGHT * spelt + SLOT_WEIGHT * slotted
        targets = np.array([[label == other for other in self.labels] for label in labels], dtype=np.float32)
        self.weights: Matrix = np.linalg.solve(kernel + RIDGE * np.eye(len(samples), dtype=np.float32), targets)
        self.by_spelling: Matrix = SPELLING_WEIGHT * (spelling.T @ self.weights)
        self.by_slots: Matrix = SLOT_WEIGHT * (named.T @ self.weights)


class Retrieval:
    """Scores phrasings against what was learned."""

    def __init__(self, learned: Learned, embedder: Embedder) -> None:
        """`embedder` is of the model that the vectors were made with."""
        self.labels = learned.labels
        self._learned = learned
        self._embedder = embedder

    def probabilities(self, samples: Sequence[Sample]) -> Matrix:
        """Return one row a sample, one column a label, each row summing to one."""
        texts = [sample.text for sample in samples]
        known = self._learned
        meaning = _kernel(_few(self._embedder.embed(texts), known.vectors.T))
        spelling = _unit(_spelling(texts) * known.rarity)
        scores = _few(meaning, known.weights) + _few(spelling, known.by_spelling)
        return _softmax((scores + _few(_named(samples), known.by_slots)) / TEMPERATURE)


def _few(left: Matrix, right: Matrix) -> Matrix:
    """Return `left @ right` for a few rows, in this thread: threads of BLAS spin on for longer than it takes."""
    product: Matrix = np.einsum("ij,jk->ik", left, right)
    return product


def _kernel(cosines: Matrix) -> Matrix:
    """Return the Gaussian kernel of unit vectors: 1 for equal ones, less the wider the angle."""
    kernel: Matrix = np.exp(MEANING_WIDTH * (cosines - 1))
    return kernel


def _spelling(texts: Sequence[str]) -> Matrix:
    """Return which features of spelling each text has, hashed into buckets."""
    found = np.zeros((len(texts), BUCKETS), dtype=np.float32)
    for row, text in enumerate(texts):
        for feature in _features(text):
            found[row, zlib.crc32(feature.encode()) % BUCKETS] = 1
    return found


def _features(text: str) -> Iterator[str]:
    words = _NO_WORD.sub(" ", text.lower()).split()
    for before, word in zip(["", *words], [*words, ""], strict=True):
        yield f"{before} {word}"
    for word in words:
        yield word
        fenced = f"<{word}>"
        for size in LETTER_GROUPS:
            yield from (f"{size}{fenced[start : start + size]}" for start in range(len(fenced) - size + 1))


def _named(samples: Sequence[Sample]) -> Matrix:
    return np.array([[slot in sample.slots for slot in _SLOTS] for sample in samples], dtype=np.float32)


def _unit(rows: Matrix) -> Matrix:
    unit: Matrix = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-6))
    return unit


def _softmax(scores: Matrix) -> Matrix:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Matrix = raised / raised.sum(axis=1, keepdims=True)
    return shares
