"""The order in which a line is read: what is certain first, and no word twice. Pure."""

from collections.abc import Iterator
from datetime import datetime

from agents.interpreter.slots import (
    durations,
    environments,
    identifiers,
    incidents,
    money,
    numbers,
    queries,
    quotations,
    recollections,
    severities,
    signals,
    states,
    switches,
    versions,
    windows,
)
from agents.interpreter.slots.mention import Line, Mention, without_overlaps
from agents.interpreter.slots.vocabulary import Vocabulary
from tools.contract import Slot

CLOSED = frozenset(
    {
        Slot.MATTER,
        Slot.INCIDENT,
        Slot.GRADE,
        Slot.DUTY,
        Slot.TEXT,
        Slot.QUERY,
        Slot.FLAG,
        Slot.SERVICE,
        Slot.WINDOW,
        Slot.DURATION,
        Slot.ENVIRONMENT,
    }
)
ABOUT_FLAGS = frozenset({"flag", "flags", "feature", "toggle", "turn", "switch", "enable", "disable", "flip"})


def read(
    line: Line, vocabulary: Vocabulary, now: datetime | None = None, *, expects_text: bool = False
) -> tuple[Mention, ...]:
    """Return what the line names, in the order it is said.

    `now` is needed for times of the clock. `expects_text` says that the conversation is about logs or metrics.

    Signals, severities, states and switches may share words with each other ("errors" is a signal and a
    severity); nothing else may.
    """
    taken: list[Mention] = []
    for found in _claims(line, vocabulary, now, taken):
        taken += without_overlaps(found, taken)
    taken += without_overlaps(quotations.cued(line, taken, expected=expects_text), taken)
    taken += without_overlaps(numbers.read(line), taken)
    claimed = [mention for mention in taken if mention.slot in CLOSED]
    shared = (
        mention
        for reader in (signals.TABLE.read, severities.read, states.read, switches.read)
        for mention in reader(line)
        if not any(mention.overlaps(other) for other in claimed)
    )
    return tuple(sorted([*taken, *shared], key=lambda mention: (mention.start, mention.end)))


def _claims(
    line: Line, vocabulary: Vocabulary, now: datetime | None, taken: list[Mention]
) -> Iterator[Iterator[Mention] | list[Mention]]:
    if vocabulary.cares:
        yield incidents.matters(line)
    yield queries.expressions(line)
    yield _quotations(line, vocabulary)
    if vocabulary.cares:
        yield incidents.read(line)
    yield recollections.named_after(line)
    yield _names(line, vocabulary)
    if _about(taken, Slot.DUTY) and not _about(taken, Slot.PERSON):
        yield incidents.myself(line)
    yield money.read(line)
    yield windows.read(line, now)
    yield durations.read(line)
    yield versions.read(line)
    yield identifiers.read(line)
    yield queries.metrics(line)
    yield (m for m in environments.foreign(line, vocabulary.environments) if environments.is_meant(line, m))
    yield vocabulary.services.near(line)
    if any(word.lower in ABOUT_FLAGS for word in line.words):
        yield vocabulary.flags.near(line)
    if any(mention.slot is Slot.SERVICE for mention in taken):
        yield vocabulary.environments.near(line)
    if not _about(taken, Slot.MATTER):
        yield recollections.read(line)


def _about(taken: list[Mention], slot: Slot) -> bool:
    return any(mention.slot is slot for mention in taken)


def _names(line: Line, vocabulary: Vocabulary) -> list[Mention]:
    """Return the names that stand there in full, the longest first; the index order settles what is left."""
    found = [mention for index in vocabulary.indexes() for mention in index.exact(line)]
    meant = (m for m in found if m.slot is not Slot.ENVIRONMENT or environments.is_meant(line, m))
    return sorted(meant, key=lambda mention: mention.start - mention.end)


def _quotations(line: Line, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Yield quoted text, but for a quoted name or value: that is read as if the quotation marks were not there."""
    for mention in quotations.quoted(line):
        inner = Line(str(mention.value))
        readers = (
            _names(inner, vocabulary),
            versions.read(inner),
            identifiers.read(inner),
        )
        whole = any(m.quote == inner.text for found in readers for m in found)
        if inner.text and not whole:
            yield mention
