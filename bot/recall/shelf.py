"""The runbooks there are, found by what is wrong: by an alert's name, its words, and what they mean.

Those of the catalogue, which can be run, and plain Markdown, which can be read. Nothing is asked of anybody.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from memory.recall.brute import BruteForce
from memory.recall.cache import VectorCache
from memory.recall.entry import Entry, Features, Hit, Query
from memory.recall.hybrid import HybridIndex
from memory.recall.reading import entry_of
from memory.recall.recalling import RunbookMatch
from memory.recall.sections import parts
from memory.recall.terms import spaced
from runbooks.catalogue import Source
from runbooks.format import Runbook

LONGEST_EXCERPT = 280
PROMISING = 32
_TENANT = "library"
_NAMED, _MEANT, _WORDED = 0.5, 0.5, 0.95


class RunbookShelf:
    """Runbooks, to be searched.

    Embedding takes seconds where the cache does not have it: that belongs in a thread.

    With `at_once` all are embedded while it is built, and every one is compared; else those alone that a
    question's words or a title speak for, `PROMISING` of them, when it is asked.
    """

    def __init__(
        self, runbooks: Iterable[Runbook], others: Iterable[Source], cache: VectorCache, *, at_once: bool = True
    ) -> None:
        self._entries: dict[str, Entry] = {}
        self._files: dict[str, str] = {}  # of those that can be run
        for runbook in runbooks:
            self._entries[runbook.name] = _of_runbook(runbook)
            self._files[runbook.name] = runbook.file
        ids = {name.partition("@")[0] for name in self._files}
        for source in others:
            stem = Path(source.name).stem
            if stem not in ids:
                text = source.data.decode("utf-8", "replace")
                self._entries[source.name] = entry_of(stem, text, identifier=source.name)
        self._cache = cache
        self._index = HybridIndex(_TENANT, BruteForce(), cache.embed)
        self._index.add_words(list(self._entries.values()))
        self._bare = set(self._entries)  # those without vectors
        if at_once:
            self._embed(list(self._entries))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._entries)

    def find(self, query: Query, limit: int = 3) -> tuple[RunbookMatch, ...]:
        """Return those that fit, the best first."""
        if self._bare and query.said.strip():
            self._embed(self._index.promising(query, self._by_title(query), PROMISING))
        return tuple(self._match(hit, query) for hit in self._index.search(query, limit))

    def _embed(self, names: Iterable[str]) -> None:
        wanted = [name for name in names if name in self._bare]
        self._index.embed([self._entries[name] for name in wanted])
        self._bare.difference_update(wanted)
        self._cache.save()

    def _by_title(self, query: Query) -> list[str]:
        names = list(self._entries)
        titles = self._cache.embed([spaced(self._entries[name].title) for name in names])
        cosines = titles @ self._cache.once(query.said)
        return [names[int(place)] for place in np.argsort(-cosines, kind="stable")]

    def _match(self, hit: Hit, query: Query) -> RunbookMatch:
        entry = self._entries[hit.id]
        inside = parts(entry.text)
        part = inside[hit.part - 1] if 0 < hit.part <= len(inside) else None
        return RunbookMatch(
            runbook=hit.id,
            title=entry.title,
            file=self._files.get(hit.id, hit.id),
            section=part.heading if part else "",
            excerpt=shortened(part.text) if part else "",
            score=round(hit.score, 3),
            why=reasons(hit.features, query, entry),
            runnable=hit.id in self._files,
        )


def reasons(features: Features, query: Query, entry: Entry) -> tuple[str, ...]:
    """Return in words what matched, the strongest first; there is always something."""
    found: list[str] = []
    if features.same_name:
        found.append("it is for the alert of this name")
    elif features.name >= _NAMED:
        found.append("its name has the words of the alert's")
    if features.service:
        found.append(f"it is for {', '.join(sorted({*entry.services} & {*query.services}))}")
    if features.words >= _WORDED:
        found.append("it has most of the rare words")
    if features.meaning >= _MEANT:
        found.append("it speaks of the same")
    return tuple(found) or ("it is the nearest there is",)


def shortened(text: str, longest: int = LONGEST_EXCERPT) -> str:
    """Return a text on one line, cut at a word."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[:longest].rsplit(' ', 1)[0]}…"


def of_folder(sources: Sequence[Source], cache: VectorCache) -> RunbookShelf:
    """Return a shelf of plain Markdown, embedded as far as a question needs it."""
    return RunbookShelf((), sources, cache, at_once=False)


def _of_runbook(runbook: Runbook) -> Entry:
    head = runbook.head
    text = "\n\n".join(filter(None, (head.summary, runbook.body)))
    return Entry(
        id=runbook.name,
        title=head.title,
        text=text,
        names=tuple(dict.fromkeys((head.id, *head.alerts, *head.intents))),
        services=head.services,
    )
