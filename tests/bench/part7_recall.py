"""Measures recall at 10,000 and 100,000 memories.

By Chroma and by numpy, beside one bare comparison with every vector.

Texts and vectors are made up: words as rare as in real text, a vector for each word. What a question costs to
embed is measured by itself, with the real model.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from memory.clock import SystemClock
from memory.embedding import DIMENSIONS, MiniLmEmbedder
from memory.recall.brute import BruteForce
from memory.recall.entry import Entry, Query
from memory.recall.hybrid import HybridIndex
from memory.recall.opening import embedded
from memory.recall.port import Kept, VectorIndex
from tests.bench import report
from tests.bench.report import Figure
from tests.bench.timing import Timing, timed

NAME = "part7_recall"
TENANT = "bench"
SIZES = (10_000, 100_000)
WORDS = 20_000
QUESTIONS, WARM = 300, 20
BATCH = 2_000
TITLE, LENGTH = 5, 60  # words of a memory's title, and of its text
ASKED = 8  # words of a question
NEAREST = 200
FLOORS = """
A memory is a title and a part of 60 words, two vectors of 384 numbers. Recall is everything but embedding the
question: BM25 over all memories, the nearest vectors, rank fusion, and 40 candidates compared feature by feature.
The floor is numpy alone: one product with every vector of the same index and the 200 best, without words or
ranking. Words are counted once, and vectors made at once from those of the words, for both indexes: a search
does not depend on how they were filled.
"""


class MadeUp:
    """Texts by chance, the same every time, and vectors for them: the mean of their words'."""

    def __init__(self, seed: int = 7) -> None:
        self._random = np.random.default_rng(seed)
        self._vectors = np.random.default_rng(7).normal(size=(WORDS, DIMENSIONS)).astype(np.float32)
        ranks = np.arange(1, WORDS + 1)
        self._shares = (1 / ranks) / (1 / ranks).sum()  # as Zipf found words to be

    def memories(self, number: int) -> Iterator[tuple[list[Entry], list[Kept]]]:
        """Yield memories and their vectors, a batch at a time."""
        for start in range(0, number, BATCH):
            titles, texts = (self._drawn(min(BATCH, number - start), length) for length in (TITLE, LENGTH))
            rows = np.stack((self._means(titles), self._means(texts)), axis=1)
            ids = [f"m{start + place}" for place in range(len(rows))]
            pairs = zip(ids, _texts(titles), _texts(texts), strict=True)
            yield (
                [Entry(id=name, title=title, text=text, kind="incident") for name, title, text in pairs],
                [Kept(memory=name, subject="", vectors=each) for name, each in zip(ids, rows, strict=True)],
            )

    def questions(self, number: int) -> list[str]:
        """Return so many questions."""
        return _texts(self._drawn(number, ASKED))

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a unit vector a text."""
        words = ([int(word[1:]) for word in text.split()] for text in texts)
        return np.concatenate([self._means(np.array([each])) for each in words])

    def _drawn(self, number: int, length: int) -> NDArray[np.int64]:
        return self._random.choice(WORDS, (number, length), p=self._shares)

    def _means(self, words: NDArray[np.int64]) -> NDArray[np.float32]:
        sums = np.zeros((len(words), DIMENSIONS), dtype=np.float32)
        for place in range(words.shape[1]):
            sums += self._vectors[words[:, place]]
        unit: NDArray[np.float32] = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return unit


def _texts(words: NDArray[np.int64]) -> list[str]:
    return [" ".join(f"w{word}" for word in each) for each in words]


class Turned:
    """Serves `VectorIndex` by the one that is `now`: the words are the same for both, and are read once."""

    def __init__(self, now: VectorIndex) -> None:
        self.now = now

    def __getattr__(self, name: str) -> Any:
        """Return what the one that is `now` has."""
        return getattr(self.now, name)


def main() -> None:
    """Measure, show, and write docs/bench."""
    console = Console()
    figures = asyncio.run(measured(console))
    console.print(report.table(figures))
    report.write(figures, Path(__file__).resolve().parents[2] / "docs" / "bench", NAME, FLOORS)


async def measured(console: Console, sizes: Sequence[int] = SIZES, questions: int = QUESTIONS) -> list[Figure]:
    """Return the figures. Most of the time goes into filling Chroma, whose graph is built vector by vector."""
    figures = [report.of_timing("a question embedded (MiniLM int8)", await _embedding(questions), None)]
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="qd-recall-") as folder:
            chroma, _ = embedded(Path(folder), "bench", SystemClock().now())
            console.print(f"filling {size:,} memories")
            figures += await _of_size(size, BruteForce(), chroma, questions)
            chroma.close()
    return figures


async def _of_size(size: int, brute: BruteForce, chroma: VectorIndex, questions: int) -> list[Figure]:
    turned = Turned(brute)
    index = HybridIndex(TENANT, cast("VectorIndex", turned), MadeUp().embed)
    for entries, kept in MadeUp().memories(size):
        index.add_words(entries)
        for each in (brute, chroma):
            each.remember(TENANT, kept)
    floor = await _bare(brute, questions)
    figures = []
    for name, each in (("numpy", brute), ("Chroma", chroma)):
        turned.now = each
        taken = await _recall(index, questions)
        figures.append(report.of_timing(f"recall, {size:,} memories, {name}", taken, floor))
    return figures


async def _recall(index: HybridIndex, questions: int) -> Timing:
    asked = [Query(words=words) for words in MadeUp(seed=8).questions(WARM + questions)]

    async def search(number: int) -> None:
        index.search(asked[number], 5)

    return await timed(search, warm=WARM, count=questions)


async def _bare(brute: BruteForce, questions: int) -> Timing:
    made = MadeUp(seed=9)
    asked = made.embed(made.questions(WARM + questions))

    async def search(number: int) -> None:
        brute.search(TENANT, asked[number], NEAREST)

    return await timed(search, warm=WARM, count=questions)


async def _embedding(questions: int) -> Timing:
    embedder = MiniLmEmbedder.from_packages()

    async def embed(number: int) -> None:
        embedder.embed([f"checkout fails with status 500 since release 1.4.{number}, connections exhausted"])

    return await timed(embed, warm=WARM, count=questions)


if __name__ == "__main__":
    main()
