"""Search by words and by meaning.

BM25 and vectors, fused by reciprocal rank, the best compared feature by feature.

One tenant's entries. The words are kept here, in memory; the vectors in an index behind `VectorIndex`. Not safe
for two threads at once.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from memory.recall.bm25 import Bm25
from memory.recall.entry import LONGEST_QUERY, Entry, Features, Hit, Query
from memory.recall.fusion import fused
from memory.recall.port import Kept, Near, VectorIndex
from memory.recall.ranking import as_share, dice, fits, recent, score, share, theme
from memory.recall.sections import parts
from memory.recall.terms import name_terms, plain, spaced, terms

CANDIDATES = 40  # compared feature by feature
_NEAREST = 200  # parts asked of the index
_IN_TITLE, _IN_HEADING, _IN_NAME = 3.0, 1.5, 2.0  # how often a word counts that stands there
_IN_LABEL = 0.3
_LONGEST_NAME = 300
_MOST_LABELS = 40

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True)
class _Card:
    """What is kept of an entry besides its words."""

    id: str
    kind: str
    subject: str
    services: frozenset[str]
    at: datetime | None
    names: tuple[frozenset[str], ...]
    plain: frozenset[str]
    title_words: frozenset[str]


class HybridIndex:
    """Entries of one tenant, found by words and by meaning."""

    def __init__(self, tenant: str, vectors: VectorIndex, embed: Embed) -> None:
        self._tenant = tenant
        self._vectors = vectors
        self._embed = embed
        self._bm25 = Bm25()
        self._names = Counter[str]()  # in how many entries' names a word is
        self._numbers: dict[str, int] = {}
        self._cards: dict[int, _Card] = {}
        self._called: dict[str, set[int]] = {}  # by their plain names

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self._numbers)

    def __contains__(self, identifier: str) -> bool:
        """Return whether there is an entry of this id."""
        return identifier in self._numbers

    def add(self, entries: Sequence[Entry]) -> None:
        """Add entries, or put them in place of those of the same ids."""
        self.add_words(entries)
        self.embed(entries)

    def add_words(self, entries: Sequence[Entry]) -> None:
        """Add entries whose vectors the index has, or will be given, otherwise."""
        self.remove([entry.id for entry in entries if entry.id in self._numbers], vectors=False)
        for entry in entries:
            number = self._bm25.add(_counted(entry))
            card = _card(entry)
            self._numbers[entry.id] = number
            self._cards[number] = card
            self._names.update(card.title_words)
            for name in card.plain:
                self._called.setdefault(name, set()).add(number)

    def remove(self, ids: Iterable[str], *, vectors: bool = True) -> None:
        """Take entries away, and their vectors; an id there is not is no error."""
        ids = list(ids)
        for identifier in ids:
            number = self._numbers.pop(identifier, None)
            if number is not None:
                self._bm25.remove(number)
                card = self._cards.pop(number)
                self._names.subtract(card.title_words)
                for name in card.plain:
                    self._called[name].discard(number)
        if vectors and ids:
            self._vectors.forget(self._tenant, ids)

    def search(self, query: Query, limit: int) -> list[Hit]:
        """Return what fits, the best first; nothing for a query without a word."""
        if not query.said.strip() or limit < 1 or not self._numbers:
            return []
        titled, said = self._embed([spaced(query.names[0]) if query.names else query.said, query.said])
        words = self._bm25.scores(asked(query))
        candidates = self._candidates(query, words, said)
        if not candidates:
            return []
        exact = _by_memory(self._vectors.compare(self._tenant, said, candidates))
        titles = _titles(self._vectors.compare(self._tenant, titled, candidates))
        found = self._compared(query, candidates, words, exact, titles)
        return sorted(found, key=lambda hit: (-hit.score, hit.id))[:limit]

    def promising(self, query: Query, titles: Sequence[str], most: int) -> list[str]:
        """Return the ids most likely to fit by their words and by `titles`, which are ids too, the nearest first.

        For who would rather not embed every text to find one.
        """
        words = self._bm25.scores(asked(query))
        by_words = [self._cards[number].id for number in _best(words, most) if number in self._cards]
        called = [self._cards[number].id for number in self._same_name(query)]
        return list(dict.fromkeys([*called, *fused((by_words, titles[:most]))]))[:most]

    def embed(self, entries: Sequence[Entry]) -> None:
        """Make the vectors of entries whose words were added."""
        if entries:
            self._vectors.remember(self._tenant, kept(entries, self._embed))

    def _candidates(self, query: Query, words: NDArray[np.float32], said: NDArray[np.float32]) -> list[str]:
        """Return the ids to compare, from the two rankings by reciprocal rank, and whatever has the same name."""
        by_words = [number for number in _best(words, CANDIDATES * 4) if self._wanted(query, number)]
        nearest = self._vectors.search(self._tenant, said, _NEAREST)
        order = dict.fromkeys(near.memory for near in nearest if near.memory in self._numbers)
        by_meaning = [name for name in order if self._wanted(query, self._numbers[name])]
        ranking = fused(([self._cards[number].id for number in by_words], by_meaning))
        called = [self._cards[number].id for number in self._same_name(query) if self._wanted(query, number)]
        return list(dict.fromkeys([*called[:CANDIDATES], *list(ranking)[:CANDIDATES]]))

    def _same_name(self, query: Query) -> list[int]:
        return sorted({number for name in query.names for number in self._called.get(plain(name), ())})

    def _wanted(self, query: Query, number: int) -> bool:
        card = self._cards.get(number)
        return (
            card is not None
            and (not query.kinds or card.kind in query.kinds)
            and (not query.without or card.subject != query.without)
        )

    def _compared(
        self,
        query: Query,
        candidates: list[str],
        words: NDArray[np.float32],
        exact: Mapping[str, list[Near]],
        titles: Mapping[str, float],
    ) -> Iterable[Hit]:
        numbers = [self._numbers[name] for name in candidates]
        spoken = terms(query.words[:LONGEST_QUERY])
        said = [name_terms(name) for name in query.names]
        same = {plain(name) for name in query.names}
        for number, by_words in zip(numbers, as_share([float(words[each]) for each in numbers]), strict=True):
            card = self._cards[number]
            near = sorted(exact.get(card.id, []), key=lambda each: (-each.cosine, each.part))
            inside = [each for each in near if each.part] or near
            features = Features.model_construct(
                words=by_words,
                meaning=max(0.0, inside[0].cosine) if inside else 0.0,
                theme=max(0.0, theme(each.cosine for each in inside)),
                title=max(0.0, titles.get(card.id, 0.0)),
                title_words=share(card.title_words, spoken, self._idf),
                name=dice(said, card.names, self._idf),
                same_name=float(bool(same & card.plain)),
                service=float(bool(card.services.intersection(query.services))),
                recent=recent(card.at, query.now),
            )
            if fits(features):
                part = inside[0].part if inside else 0
                yield Hit(id=card.id, score=score(features, named=bool(said)), part=part, features=features)

    def _idf(self, word: str) -> float:
        having = self._names[word]
        return float(np.log(1 + (len(self._cards) - having + 0.5) / (having + 0.5)))


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
    weights: Counter[str] = Counter()
    for name in query.names:
        for term, count in terms(name[:_LONGEST_NAME]).items():
            weights[term] += _IN_NAME * count  # type: ignore[assignment]  # a Counter of fractions counts as well
    for term, count in terms(query.words[:LONGEST_QUERY]).items():
        weights[term] += min(count, 1)
    for label in query.labels[:_MOST_LABELS]:
        for term, count in terms(label[:_LONGEST_NAME]).items():
            weights.setdefault(term, _IN_LABEL * count)  # type: ignore[arg-type]  # likewise
    return dict(weights)


def _counted(entry: Entry) -> Counter[str]:
    found = terms(entry.text)
    headings = "\n".join(dict.fromkeys(heading for part in parts(entry.text) for heading in part.headings))
    titled = " ".join((entry.title, *entry.names))
    for text, weight in ((headings, _IN_HEADING), (titled, _IN_TITLE)):
        for term, count in terms(text).items():
            found[term] += weight * count  # type: ignore[assignment]  # a Counter of fractions counts as well
    return found


def _card(entry: Entry) -> _Card:
    every = (entry.title, *entry.names)
    names = tuple(name_terms(name) for name in every)
    return _Card(
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


def _best(scores: NDArray[np.float32], most: int) -> list[int]:
    """Return the numbers with the highest scores above nothing, the best first."""
    most = min(most, len(scores))
    if not most:
        return []
    best = np.argpartition(-scores, most - 1)[:most]
    ranked = best[np.lexsort((best, -scores[best]))]
    return [int(number) for number in ranked if scores[number] > 0]


def _by_memory(near: Iterable[Near]) -> dict[str, list[Near]]:
    found: dict[str, list[Near]] = {}
    for each in near:
        found.setdefault(each.memory, []).append(each)
    return found


def _titles(near: Iterable[Near]) -> dict[str, float]:
    return {each.memory: each.cosine for each in near if each.part == 0}
