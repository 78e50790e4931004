"""Whether sentences say only what they cite: a checker of its own, which shares no code with what it judges.

A sentence is taken apart into words. The leads that a summary may put before what it quotes are set aside; a span
of time must be the distance between the two times its sentence names; every other word, number and name must stand
in the text, the author or the time of an entry that is cited. One that does not makes it a claim without support.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

Entry = Mapping[str, str]  # "time", "author", "text"; "day" where the time's date is known

_TOKEN = re.compile(r"[A-Za-z]+|\d+(?:[.,:/-]\d+)*")
_SPAN = re.compile(r"(?:(\d+) d ?)?(?:(\d+) h ?)?(?:(\d+) min)?(?:(\d+) s)?")
_TIME = re.compile(r"(?:(\d{4}-\d{2}-\d{2}) )?(\d{2}):(\d{2})")
_DERIVED = re.compile(r"(?:It lasted|after|It took) ((?:\d+ (?:d|h|min|s) ?)+)")
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400

LEADS = (
    "Latest:",
    "First sign at",
    "Noticed at",
    "Declared at",
    "Mitigated at",
    "Resolved at",
    "First sign:",
    "Noticed:",
    "Declared:",
    "Mitigated:",
    "Resolved:",
    "Confirmed:",
    "Found:",
    "Likely, not confirmed:",
    "Possible, not confirmed:",
    "Ruled out:",
    "Held for a while:",
    "Against it:",
    "Changed before it began:",
    "What was tried fits:",
    "Then it got better in part",
    "Then it got better",
    "It did not help",
    "Then it got worse",
    "Open:",
    "Contradiction:",
    "But",
    "Corrected:",
    "Planned, not seen done:",
    "To watch:",
    "It ended:",
    "Monitoring noticed it:",
    "People noticed it before monitoring did:",
    "Owner:",
    "none named",
    "the next day",
    "days later",
    "Not said to be resolved. Last word on how it is:",
)
_SYMPTOMS = "|".join(
    (
        *("may", "have", "not", "be", "been", "able", "to", "reach", "it", "sign", "in", "see", "seen", "errors"),
        *("find", "found", "slow", "recent", "data", "missing", "or", "late", "and", " "),
    )
)
TEMPLATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"^It lasted .+, from .+ to .+\.$",
        r"^Noticed after .+: it began at .+ and was noticed at .+\.$",
        r"^First response after .+: noticed at .+, taken up at .+\.$",
        r"^Declared after .+: noticed at .+, declared at .+\.$",
        r"^Recovered after .+: noticed at .+, working again at .+\.$",
        r"^Resolved after .+: noticed at .+, resolved at .+\.$",
        r"^It took .+ from .+ to .+ until (?:somebody was on it|it was noticed)\.$",
        rf"^(?:Since|From) .+, people using our service (?:{_SYMPTOMS})+\.$",
        r"^This has been resolved(?: since .+)?\.$",
        r"^It has been working again(?: since .+)?; we are keeping watch\.$",
        r"^We have found what is behind it\.$",
        r"^We are working on it and have made changes\.$",
        r"^We are looking into it\.$",
    )
)
_LEADS = re.compile("|".join(re.escape(lead) for lead in LEADS))


def unsupported(text: str, cited: Sequence[Entry]) -> tuple[str, ...]:
    """Return what a sentence says that what it cites does not; nothing is cited means all of it."""
    if not cited:
        return (text,)
    wrong = tuple(_wrong_spans(text))
    if any(template.match(text) for template in TEMPLATES):
        return (*wrong, *_wrong_times(text, cited))
    said = {token.lower() for entry in cited for token in _tokens(entry)}
    rest = _LEADS.sub(" ", text)
    return (*wrong, *(token for token in _TOKEN.findall(rest) if token.lower() not in said))


def _tokens(entry: Entry) -> Iterable[str]:
    yield from _TOKEN.findall(" ".join((entry["text"], entry["author"], entry.get("day", ""))))
    yield from _TOKEN.findall(entry["time"])
    found = re.search(r"(\d{1,2})[:.](\d{2})", entry["time"])
    if found is not None:
        yield f"{int(found[1]):02}:{found[2]}"


def _wrong_times(text: str, cited: Sequence[Entry]) -> Iterable[str]:
    """Yield the times of a sentence in our own words that are of no entry it cites."""
    known = {token for entry in cited for token in _tokens(entry)}
    yield from (f"{hour}:{minute}" for _, hour, minute in _TIME.findall(text) if f"{hour}:{minute}" not in known)


def _wrong_spans(text: str) -> Iterable[str]:
    """Yield a span that is not the distance between the two times its sentence names, where it is one of ours."""
    if not any(template.match(text) for template in TEMPLATES):
        return
    for found in _DERIVED.findall(text):
        moments = _TIME.findall(text)
        if len(moments) != 2 or not _fits(found.strip(), moments):  # from one time to another
            yield found.strip()


def _fits(span: str, moments: Sequence[tuple[str, str, str]]) -> bool:
    parts = _SPAN.fullmatch(span)
    if parts is None:
        return False
    days, hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    said = days * _DAY + hours * _HOUR + minutes * _MINUTE + seconds
    (day, *first), (other, *last) = moments
    between = (_minutes(last) - _minutes(first)) * _MINUTE + _days(day, other) * _DAY
    coarse = _HOUR if days else _MINUTE  # what is said in days leaves the minutes out
    if not day:  # of times without dates, all that can be told is whether the hours and minutes fit
        return min((between - said) % _DAY, (said - between) % _DAY) < coarse
    return abs(between - said) < coarse


def _minutes(clock: Sequence[str]) -> int:
    return int(clock[0]) * 60 + int(clock[1])


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days if first and last else 0
