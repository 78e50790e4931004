"""Puts the questions to two searches: the plain baseline of the field, and Quarterdeck's. Counts nothing."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import bm25s  # type: ignore[import-untyped]  # it ships no types
import numpy as np
from numpy.typing import NDArray

from bot.recall.shelf import PROMISING
from memory.embedding import MiniLmEmbedder
from memory.recall.brute import BruteForce
from memory.recall.entry import Entry, Query
from memory.recall.fusion import fused
from memory.recall.hybrid import HybridIndex
from memory.recall.reading import entry_of
from memory.recall.terms import spaced
from tests.eval.recall_sets import Document, Question, Task, incidents, runbooks

CHUNK = 900  # characters, as the baseline cuts

Search = Callable[[Sequence[Document], Question], list[str]]
"""Ranks documents for a question: their names, the best first."""


def searched(question: Question) -> list[Document]:
    """Return what is searched: every document, but the question's own without what was taken out of it."""
    every = incidents() if question.task is Task.SAME_KIND else runbooks()
    if question.document is None:
        return [each for each in every if each.name != question.source]
    return [question.document if each.name == question.source else each for each in every]


def baseline(documents: Sequence[Document], question: Question) -> list[str]:
    """Rank by BM25 and by MiniLM over chunks of 900 characters, fused by reciprocal rank.

    A file is its best chunk.
    """
    chunks = [
        (each.name, each.text[at : at + CHUNK]) for each in documents for at in range(0, len(each.text), CHUNK)
    ]
    said = " ".join([question.name, question.words, *question.labels.values()]).strip()
    index = bm25s.BM25()
    index.index(
        bm25s.tokenize([text for _, text in chunks], stopwords="en", show_progress=False), show_progress=False
    )
    tokens = bm25s.tokenize([said], stopwords="en", return_ids=False, show_progress=False)
    by_meaning = embed([text for _, text in chunks]) @ embed([said])[0]
    rankings = (index.get_scores(tokens[0]), by_meaning)
    return list(fused(_files(chunks, scores) for scores in rankings))


def ours(documents: Sequence[Document], question: Question) -> list[str]:
    """Rank as Quarterdeck does."""
    index = HybridIndex("eval", BruteForce(), embed)
    index.add([_entry(each.name, each.text) for each in documents])
    return [hit.id for hit in index.search(_query(question), len(documents))]


def promising(documents: Sequence[Document], question: Question) -> list[str]:
    """Rank as `quarterdeck runbook find` does without a server.

    Only what words and titles speak for is embedded.
    """
    entries = {each.name: _entry(each.name, each.text) for each in documents}
    index = HybridIndex("eval", BruteForce(), embed)
    index.add_words(list(entries.values()))
    asked, names = _query(question), list(entries)
    cosines = embed([spaced(entries[name].title) for name in names]) @ embed([asked.said])[0]
    titles = [names[int(place)] for place in np.argsort(-cosines, kind="stable")]
    index.embed([entries[name] for name in index.promising(asked, titles, PROMISING)])
    return [hit.id for hit in index.search(asked, len(documents))]


def _query(question: Question) -> Query:
    return Query(
        words=question.words,
        names=(question.name,) if question.name else (),
        labels=tuple(question.labels.values()),
    )


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return the texts' vectors; each text is embedded once a run."""
    missing = [text for text in dict.fromkeys(texts) if text not in _VECTORS]
    _VECTORS.update(zip(missing, _embedder().embed(missing), strict=True))
    return np.array([_VECTORS[text] for text in texts], dtype=np.float32)


_VECTORS: dict[str, NDArray[np.float32]] = {}


@cache
def _embedder() -> MiniLmEmbedder:
    return MiniLmEmbedder.from_packages()


@cache
def _entry(name: str, text: str) -> Entry:
    return entry_of(Path(name).stem, text, identifier=name)


def _files(chunks: Sequence[tuple[str, str]], scores: NDArray[np.float32]) -> list[str]:
    order = np.argsort(-scores, kind="stable")
    return list(dict.fromkeys(chunks[int(number)][0] for number in order))
