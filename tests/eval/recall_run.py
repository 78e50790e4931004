"""Puts the questions of a task to searches: the plain baseline of the field, and Quarterdeck's. Counts nothing."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import bm25s  # type: ignore[import-untyped]  # it ships no types
import numpy as np
from numpy.typing import NDArray

from bot.recall.entries import PROMISING
from memory.embedding import MiniLmEmbedder
from memory.recall.brute import BruteForce
from memory.recall.entry import Entry, Features, Query
from memory.recall.fusion import fused
from memory.recall.hybrid import HybridIndex
from memory.recall.ranking import MEMORIES, RUNBOOKS
from memory.recall.reading import entry_of
from memory.recall.terms import spaced
from tests.eval.recall_sets import OF_INCIDENTS, Question, Task, searched
from tests.eval.recall_texts import Document

CHUNK = 900  # characters, as the baseline cuts
_TENANT = "eval"

Search = Callable[[Question], list[str]]
"""Ranks documents for a question: their names, the best first."""


def baseline(task: Task) -> Search:
    """Rank by BM25 and by MiniLM over chunks of 900 characters, fused by reciprocal rank.

    A file is its best chunk.
    """
    chunks = [
        (each.name, each.text[at : at + CHUNK])
        for each in searched(task)
        for at in range(0, len(each.text), CHUNK)
    ]
    index = bm25s.BM25()
    index.index(
        bm25s.tokenize([text for _, text in chunks], stopwords="en", show_progress=False), show_progress=False
    )
    vectors = embed([text for _, text in chunks])

    def search(question: Question) -> list[str]:
        said = " ".join([question.name, question.words, *question.labels.values()]).strip()
        tokens = bm25s.tokenize([said], stopwords="en", return_ids=False, show_progress=False)
        rankings = (index.get_scores(tokens[0]), vectors @ embed([said])[0])
        return _without_itself(fused(_files(chunks, scores) for scores in rankings), question)

    return search


def ours(task: Task) -> Search:
    """Rank as Quarterdeck does."""
    entries = [_entry(each) for each in searched(task)]
    index = HybridIndex(_TENANT, BruteForce(), embed, _weights(task))
    index.add(entries)
    return lambda question: [hit.id for hit in index.search(_query(question), len(entries))]


def promising(task: Task) -> Search:
    """Rank as `quarterdeck runbook find` does without a server: what words and titles speak for is embedded."""
    entries = {each.name: _entry(each) for each in searched(task)}
    brute = BruteForce()
    index = HybridIndex(_TENANT, brute, embed, _weights(task))
    index.add_words(list(entries.values()))
    names = list(entries)
    titles = embed([spaced(entries[name].title) for name in names])

    def search(question: Question) -> list[str]:
        brute.clear(_TENANT)
        asked = _query(question)
        nearest = [names[int(place)] for place in np.argsort(-(titles @ embed([asked.said])[0]), kind="stable")]
        index.embed([entries[name] for name in index.promising(asked, nearest, PROMISING)])
        return [hit.id for hit in index.search(asked, len(names))]

    return search


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return the texts' vectors; each text is embedded once a run."""
    missing = [text for text in dict.fromkeys(texts) if text not in _VECTORS]
    _VECTORS.update(zip(missing, _embedder().embed(missing), strict=True))
    return np.array([_VECTORS[text] for text in texts], dtype=np.float32)


_VECTORS: dict[str, NDArray[np.float32]] = {}


@cache
def _embedder() -> MiniLmEmbedder:
    return MiniLmEmbedder.from_packages()


def _weights(task: Task) -> Features:
    return MEMORIES if task in OF_INCIDENTS else RUNBOOKS


def _entry(document: Document) -> Entry:
    entry = entry_of(Path(document.name).stem, document.text, identifier=document.name)
    return entry.model_copy(update={"subject": document.name})


def _query(question: Question) -> Query:
    return Query(
        words=question.words,
        names=(question.name,) if question.name else (),
        labels=tuple(question.labels.values()),
        without="" if question.itself else question.source,
    )


def _without_itself(ranking: dict[str, float], question: Question) -> list[str]:
    return [name for name in ranking if question.itself or name != question.source]


def _files(chunks: Sequence[tuple[str, str]], scores: NDArray[np.float32]) -> list[str]:
    order = np.argsort(-scores, kind="stable")
    return list(dict.fromkeys(chunks[int(number)][0] for number in order))
