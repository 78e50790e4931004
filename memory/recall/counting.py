"""Entries and questions as they are counted and embedded: which words weigh what, and which texts get a vector.

Pure.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from memory.recall.entry import LONGEST_QUERY, Entry, Query
from memory.recall.port import Kept
from memory.recall.sections import parts
from memory.recall.terms import name_terms, plain, spaced, terms

_IN_TITLE, _IN_HEADING, _IN_NAME = 3.0, 1.5, 2.0  # how often a word counts that stands there
_IN_LABEL = 0.3
_LONGEST_NAME = 300
_MOST_LABELS = 40

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True)
class Card:
    """What is kept of an entry besides its words."""

    id: str
    kind: str
    subject: str
    services: frozenset[str]
    at: datetime | None
    names: tuple[frozenset[str], ...]
    plain: frozenset[str]
    title_words: frozenset[str]


def kept(entries: Sequence[Entry], embed: Embed) -> list[Kept]:
    """Return the entries' vectors: the title's, then one for each part under its headings."""
    texts = [_texts(entry) for entry in entries]
    vectors = embed([text for each in texts for text in each])
    found, start = [], 0
    for entry, each in zip(entries, texts, strict=True):
        rows = vectors[start : start + len(each)]
        start += len(each)
        found.append(Kept(memory=entry.id, subject=entry.subject, vectors=rows, until=entry.until))
    return found


def asked(query: Query) -> dict[str, float]:
    """Return the weight of each term of a query: a name's word counts twice, a label's a little."""
    weights = defaultdict[str, float](float)
    for name in query.names:
        for term, count in terms(name[:_LONGEST_NAME]).items():
            weights[term] += _IN_NAME * count
    for term, count in terms(query.words[:LONGEST_QUERY]).items():
        weights[term] += min(count, 1)
    for label in query.labels[:_MOST_LABELS]:
        for term, count in terms(label[:_LONGEST_NAME]).items():
            weights.setdefault(term, _IN_LABEL * count)
    return dict(weights)


def spoken(query: Query) -> dict[str, float]:
    """Return the terms of a query's words and first name, each once: what a sentence is compared by."""
    return {term: min(count, 1.0) for term, count in terms(query.said).items()}


def counted(entry: Entry) -> dict[str, float]:
    """Return how often each term is in an entry: more where it stands in a heading, a title or a name."""
    found = defaultdict[str, float](float, terms(entry.text))
    headings = "\n".join(dict.fromkeys(heading for part in parts(entry.text) for heading in part.headings))
    titled = " ".join((entry.title, *entry.names))
    for text, weight in ((headings, _IN_HEADING), (titled, _IN_TITLE)):
        for term, count in terms(text).items():
            found[term] += weight * count
    return dict(found)


def card(entry: Entry) -> Card:
    """Return what is kept of an entry besides its words."""
    every = (entry.title, *entry.names)
    names = tuple(name_terms(name) for name in every)
    return Card(
        id=entry.id,
        kind=entry.kind,
        subject=entry.subject,
        services=frozenset(entry.services),
        at=entry.at,
        names=names,
        plain=frozenset(filter(None, map(plain, every))),
        title_words=frozenset().union(*names),
    )


def _texts(entry: Entry) -> list[str]:
    above = [(part.heading, part.text) for part in parts(entry.text)]
    return [
        spaced(entry.title),
        *(
            ". ".join(each for each in dict.fromkeys((entry.title, heading, text)) if each)
            for heading, text in above
        ),
    ]
