"""The runbooks there are, found by what is wrong: by an alert's name, its words, and what they mean.

Those of the catalogue, which can be run, and plain Markdown, which can be read. Nothing is asked of anybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bot.recall.entries import EntryShelf
from memory.recall.cache import VectorCache
from memory.recall.entry import Entry, Features, Hit, Query
from memory.recall.ranking import RUNBOOKS
from memory.recall.reading import entry_of
from memory.recall.recalling import RunbookMatch
from memory.recall.sections import parts
from runbooks.catalogue import Source
from runbooks.format import Runbook

LONGEST_EXCERPT = 280
_NAMED, MEANT, _WORDED = 0.5, 0.5, 0.95


class RunbookShelf:
    """Runbooks, to be searched. See `EntryShelf` for `at_once`."""

    def __init__(
        self, runbooks: Iterable[Runbook], others: Iterable[Source], cache: VectorCache, *, at_once: bool = True
    ) -> None:
        runnable = list(runbooks)
        self._files = {runbook.name: runbook.file for runbook in runnable}
        ids = {runbook.head.id for runbook in runnable}
        read = [source for source in others if Path(source.name).stem not in ids]
        entries = [*map(_of_runbook, runnable), *map(_of_source, read)]
        self._shelf = EntryShelf(entries, cache, RUNBOOKS, at_once=at_once)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._shelf)

    def find(self, query: Query, limit: int = 3) -> tuple[RunbookMatch, ...]:
        """Return those that fit, the best first."""
        return tuple(self._match(hit, query) for hit in self._shelf.search(query, limit))

    def find_each(self, whole: Query, alerts: Mapping[str, Query], limit: int = 3) -> tuple[RunbookMatch, ...]:
        """Return what fits several alerts together, the likeliest of each first, whatever the limit."""
        found = {match.runbook: match for match in self.find(whole, limit)}
        meant: dict[str, list[str]] = {}
        for name, query in alerts.items():
            for best in self.find(query, 1):
                meant.setdefault(best.runbook, []).append(name)
                if best.runbook not in found:
                    found[best.runbook] = best
        told = [each.model_copy(update={"alerts": tuple(meant.get(each.runbook, ()))}) for each in found.values()]
        first = [each for each in told if each.alerts]
        return (*first, *[each for each in told if not each.alerts][: max(0, limit - len(first))])

    def _match(self, hit: Hit, query: Query) -> RunbookMatch:
        entry = self._shelf[hit.id]
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
    if features.meaning >= MEANT:
        found.append("it speaks of the same")
    return tuple(found) or ("it is the nearest there is",)


def shortened(text: str, longest: int = LONGEST_EXCERPT) -> str:
    """Return a text on one line, cut at a word."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[:longest].rsplit(' ', 1)[0]}…"


def of_folder(sources: Sequence[Source], cache: VectorCache) -> RunbookShelf:
    """Return a shelf of plain Markdown, embedded as far as a question needs it."""
    return RunbookShelf((), sources, cache, at_once=False)


def _of_source(source: Source) -> Entry:
    return entry_of(Path(source.name).stem, source.data.decode("utf-8", "replace"), identifier=source.name)


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
