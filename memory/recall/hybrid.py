"""Search by words and by meaning.

BM25 and vectors, fused by reciprocal rank, the best compared feature by feature.

One tenant's entries. The words are kept here, in memory; the vectors in an index behind `VectorIndex`. Not safe
for two threads at once.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from memory.recall.bm25 import Bm25
from memory.recall.counting import Card, Embed, asked, card, counted, kept, spoken
from memory.recall.entry import LONGEST_QUERY, Entry, Features, Hit, Query
from memory.recall.fusion import fused
from memory.recall.passages import Passages
from memory.recall.port import Near, VectorIndex
from memory.recall.ranking import MEMORIES, as_share, dice, fits, recent, score, share, theme
from memory.recall.terms import name_terms, plain, spaced, terms
from memory.recall.together import Together

CANDIDATES = 40  # compared feature by feature
_NEAREST = 200  # parts asked of the index


class HybridIndex:
    """Entries of one tenant, found by words and by meaning; `weights` say what makes one fit better."""

    def __init__(self, tenant: str, vectors: VectorIndex, embed: Embed, weights: Features = MEMORIES) -> None:
        self._tenant = tenant
        self._vectors = vectors
        self._embed = embed
        self._weights = weights
        self._bm25 = Bm25()
        self._passages = Passages() if weights.passage else None
        self._together = Together() if weights.together else None
        self._names = Counter[str]()  # in how many entries' names a word is
        self._numbers: dict[str, int] = {}
        self._cards: dict[int, Card] = {}
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
        for entry in entries:
            self._drop(entry.id)
            number = self._bm25.add(counted(entry))
            about = card(entry)
            self._numbers[entry.id] = number
            self._cards[number] = about
            self._names.update(about.title_words)
            for name in about.plain:
                self._called.setdefault(name, set()).add(number)
            if self._passages is not None:
                self._passages.add(number, entry.text)
            if self._together is not None:
                self._together.add(number, f"{entry.title}\n{entry.text}")

    def remove(self, ids: Iterable[str], *, vectors: bool = True) -> None:
        """Take entries away, and their vectors; an id there is not is no error."""
        ids = list(ids)
        for identifier in ids:
            self._drop(identifier)
        if vectors and ids:
            self._vectors.forget(self._tenant, ids)

    def _drop(self, identifier: str) -> None:
        number = self._numbers.pop(identifier, None)
        if number is None:
            return
        self._bm25.remove(number)
        about = self._cards.pop(number)
        self._names.subtract(about.title_words)
        for name in about.plain:
            self._called[name].discard(number)
            if not self._called[name]:
                del self._called[name]
        if self._passages is not None:
            self._passages.remove(number)
        if self._together is not None:
            self._together.remove(number)

    def search(self, query: Query, limit: int) -> list[Hit]:
        """Return what fits, the best first; nothing for a query without a word."""
        if not query.said.strip() or limit < 1 or not self._numbers:
            return []
        said, *titled = self._embed([query.said, *map(spaced, query.names[:1])])
        weighed = asked(query)
        words = self._bm25.scores(weighed)
        candidates = self._candidates(query, words, said)
        if not candidates:
            return []
        near = self._vectors.compare(self._tenant, said, candidates)
        named = self._vectors.compare(self._tenant, titled[0], candidates) if titled else near
        whole = self._bm25.whole(weighed)
        found = self._compared(query, candidates, words, whole, _by_memory(near), _titles(named))
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
        about = self._cards.get(number)
        return (
            about is not None
            and (not query.kinds or about.kind in query.kinds)
            and (not query.without or about.subject != query.without)
        )

    def _compared(
        self,
        query: Query,
        candidates: list[str],
        words: NDArray[np.float32],
        whole: float,
        exact: Mapping[str, list[Near]],
        titles: Mapping[str, float],
    ) -> Iterable[Hit]:
        numbers = [self._numbers[name] for name in candidates]
        in_words = terms(query.words[:LONGEST_QUERY])
        said = [name_terms(name) for name in query.names]
        same = {plain(name) for name in query.names}
        shares = as_share([float(words[each]) for each in numbers])
        none = [0.0] * len(numbers)
        passages = none if self._passages is None else as_share(self._passages.best(spoken(query), numbers))
        pairs = none if self._together is None else self._together.shares(query.said, self._bm25.rarity, numbers)
        for number, by_words, by_passage, by_pairs in zip(numbers, shares, passages, pairs, strict=True):
            about = self._cards[number]
            near = sorted(exact.get(about.id, []), key=lambda each: (-each.cosine, each.part))
            inside = [each for each in near if each.part] or near
            cosines = [each.cosine for each in inside]
            features = Features.model_construct(
                words=by_words,
                coverage=min(1.0, float(words[number]) / whole) if whole else 0.0,
                together=by_pairs,
                passage=by_passage,
                meaning=max(0.0, inside[0].cosine) if inside else 0.0,
                theme=theme(cosines),
                gist=theme(cosines, len(cosines)),
                title=max(0.0, titles.get(about.id, 0.0)),
                title_words=share(about.title_words, in_words, self._idf),
                name=dice(said, about.names, self._idf),
                same_name=float(bool(same & about.plain)),
                service=float(bool(about.services.intersection(query.services))),
                recent=recent(about.at, query.now),
            )
            if fits(features):
                found = score(features, self._weights, named=bool(said))
                yield Hit(id=about.id, score=found, part=inside[0].part if inside else 0, features=features)

    def _idf(self, word: str) -> float:
        having = self._names[word]
        return float(np.log(1 + (len(self._cards) - having + 0.5) / (having + 0.5)))


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
