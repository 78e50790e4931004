"""Measures recall at 10,000 and 100,000 memories.

By Chroma and by numpy, beside one bare comparison with every vector.

Texts and vectors are made up: words as rare as in real text, a vector for each word. What a question costs to
embed is measured by itself, with the real model.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from memory.clock import SystemClock
from memory.embedding import DIMENSIONS, MiniLmEmbedder
from memory.recall.brute import BruteForce
from memory.recall.entry import Entry, Query
from memory.recall.hybrid import HybridIndex
from memory.recall.opening import embedded
from memory.recall.port import VectorIndex
from tests.bench import report
from tests.bench.report import Figure
from tests.bench.timing import Timing, timed

NAME = "part7_recall"
TENANT = "bench"
SIZES = (10_000, 100_000)
WORDS = 20_000
QUESTIONS, WARM = 300, 20
BATCH = 2_000
LENGTH = 60  # words of a memory
ASKED = 8  # words of a question
NEAREST = 50
FLOORS = """
A memory is a title and a part of 60 words, two vectors of 384 numbers. Recall is everything but embedding the
question: BM25 over all memories, the nearest vectors, rank fusion, and 40 candidates compared feature by feature.
The floor is numpy alone: one product with every vector of the same index and the 50 best, without words or
ranking.
"""


class MadeUp:
    """Texts by chance, the same every time, and vectors for them: the mean of their words'."""

    def __init__(self, seed: int = 7) -> None:
        self._random = np.random.default_rng(seed)
        self._vectors = self._random.normal(size=(WORDS, DIMENSIONS)).astype(np.float32)
        ranks = np.arange(1, WORDS + 1)
        self._shares = (1 / ranks) / (1 / ranks).sum()  # as Zipf found words to be

    def text(self, length: int) -> str:
        """Return so many words."""
        return " ".join(f"w{word}" for word in self._random.choice(WORDS, length, p=self._shares))

    def entries(self, number: int) -> Iterator[list[Entry]]:
        """Yield memories, a batch at a time."""
        for start in range(0, number, BATCH):
            yield [
                Entry(id=f"m{start + place}", title=self.text(5), text=self.text(LENGTH), kind="incident")
                for place in range(min(BATCH, number - start))
            ]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a unit vector a text."""
        rows = np.array([self._mean(text) for text in texts], dtype=np.float32)
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def _mean(self, text: str) -> NDArray[np.float32]:
        words = [int(word[1:]) for word in text.replace(".", "").split() if word[1:].isdigit()]
        return np.asarray(self._vectors[words or [0]].mean(axis=0))


def main() -> None:
    """Measure, show, and write docs/bench."""
    console = Console()
    figures = asyncio.run(measured(console))
    console.print(report.table(figures))
    report.write(figures, Path(__file__).resolve().parents[2] / "docs" / "bench", NAME, FLOORS)


async def measured(console: Console, sizes: Sequence[int] = SIZES, questions: int = QUESTIONS) -> list[Figure]:
    """Return the figures; the larger sizes take minutes to fill."""
    figures = [report.of_timing("a question embedded (MiniLM int8)", await _embedding(questions), None)]
    for size in sizes:
        brute = BruteForce()
        with tempfile.TemporaryDirectory(prefix="qd-recall-") as folder:
            chroma, _ = embedded(Path(folder), "bench", SystemClock().now())
            console.print(f"filling {size:,} memories, twice")
            index = _filled(brute, size)
            floor = await _bare(brute, questions)
            for name, each in (("numpy", index), ("Chroma", _filled(chroma, size))):
                taken = await _recall(each, questions)
                figures.append(report.of_timing(f"recall, {size:,} memories, {name}", taken, floor))
            chroma.close()
    return figures


def _filled(vectors: VectorIndex, size: int) -> HybridIndex:
    made = MadeUp()
    index = HybridIndex(TENANT, vectors, made.embed)
    for some in made.entries(size):
        index.add(some)
    return index


async def _recall(index: HybridIndex, questions: int) -> Timing:
    made = MadeUp(seed=8)
    asked = [Query(words=made.text(ASKED)) for _ in range(WARM + questions)]

    async def search(number: int) -> None:
        index.search(asked[number], 5)

    return await timed(search, warm=WARM, count=questions)


async def _bare(brute: BruteForce, questions: int) -> Timing:
    made = MadeUp(seed=9)
    asked = made.embed([made.text(ASKED) for _ in range(WARM + questions)])

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
