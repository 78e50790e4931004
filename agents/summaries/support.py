"""Whether a sentence says more than what it cites: its numbers and times are looked for there, one by one. Pure.

The same check stands over our own sentences and over a model's. A number counts as said by a source where the same
digits stand in it; a time of day or a date also where the source happened then.
"""

import re
from collections.abc import Iterable, Sequence

from agents.summaries.derived import Derived, holds
from agents.summaries.source import Source
from agents.summaries.wording import clock, day

_ZONE = re.compile(r"(?<=\d:\d\d) (?:UTC)?[+-]\d\d:?\d\d\b")  # behind a time of day: its unit, and no number
_NUMBER = re.compile(r"\d+(?:[.,:\-/]\d+)*")


def numbers(text: str) -> tuple[str, ...]:
    """Return the numbers, times, dates and versions in a text, as they stand there."""
    return tuple(found[0] for found in _NUMBER.finditer(text))


def unsupported(text: str, cited: Sequence[Source], derived: Iterable[Derived] = ()) -> tuple[str, ...]:
    """Return what the text says in numbers that neither the sources say nor was worked out from them."""
    known = {source.id: source for source in cited}
    rest = _ZONE.sub("", text)
    for each in derived:
        if not holds(each, known):
            return (each.text,)
        rest = rest.replace(each.text, " ")
    said = {number for source in cited for number in _said(source)}
    return tuple(number for number in numbers(rest) if _plain(number) not in said)


def _said(source: Source) -> Iterable[str]:
    for number in numbers(f"{source.text} {source.author}"):
        yield _plain(number)
    yield _plain(clock(source.at))
    if source.dated:
        yield day(source.at)


def _plain(number: str) -> str:
    """Return the number without what people write in different ways: `1,000` and `1000`, `09:05` and `9:05`."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", number):
        return number.replace(",", "")
    return re.sub(r"^0(?=\d:\d\d)", "", number)
