"""What a sentence says that no source says in these words, because it was worked out from them. Pure.

Whoever doubts one works it out again: the rule, what it was applied to, and the outcome are all there.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from agents.summaries.source import Source
from agents.summaries.wording import clock, day, spoken, to_the_minute
from memory.model.value import Identifier, Moment, Value


class Rule(StrEnum):
    """How something is worked out."""

    DURATION = "duration"  # from the first to the last of what it was applied to
    COUNT = "count"  # how many it was applied to
    LATER = "later"  # so many minutes after the one it was applied to


class Derived(Value):
    """One thing that was worked out: as it is said, by which rule, of which sources and moments."""

    text: str = Field(min_length=1, max_length=60)
    rule: Rule
    of: tuple[Identifier, ...] = Field(min_length=1)
    moments: tuple[Moment, ...] = ()
    minutes: int = 0


def duration(first: Source, last: Source, moments: tuple[datetime, datetime] | None = None) -> Derived:
    """Return how long it was from one to the other, by the minute; `moments` where a source tells several."""
    start, end = (to_the_minute(each) for each in moments or (first.at, last.at))
    return Derived(text=spoken(end - start), rule=Rule.DURATION, of=(first.id, last.id), moments=(start, end))


def count(of: tuple[Source, ...]) -> Derived:
    """Return how many there are."""
    return Derived(text=str(len(of)), rule=Rule.COUNT, of=tuple(each.id for each in of))


def later(than: Source, minutes: int) -> Derived:
    """Return the time of day so many minutes after this."""
    at = than.at + timedelta(minutes=minutes)
    return Derived(text=clock(at), rule=Rule.LATER, of=(than.id,), minutes=minutes)


def holds(derived: Derived, known: dict[Identifier, Source]) -> bool:
    """Return whether the sources say what it was worked out from, and working it out again gives the same."""
    if any(each not in known for each in derived.of):
        return False
    of = tuple(known[each] for each in derived.of)
    match derived.rule:
        case Rule.DURATION:
            return _lasted(derived, of[0], of[-1])
        case Rule.COUNT:
            return count(of).text == derived.text
        case Rule.LATER:
            return later(of[0], derived.minutes).text == derived.text


def _lasted(derived: Derived, first: Source, last: Source) -> bool:
    if len(derived.moments) != 2:  # noqa: PLR2004  # from one moment to another
        return False
    start, end = derived.moments
    return _tells(first, start) and _tells(last, end) and spoken(end - start) == derived.text


def _tells(source: Source, moment: datetime) -> bool:
    return to_the_minute(source.at) == moment or f"{day(moment)} {clock(moment)}" in source.text
