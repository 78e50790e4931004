"""How bad a source says it is, in its words and in our numbers: 1 is the worst, 5 is for information. Pure.

A word that is not known here says nothing: then what it touches decides (`agents.triage.severity`).
"""

import re
from typing import Final

from memory.model.alert import AlertStatus

_WORDS: Final[dict[int, str]] = {
    1: "critical crit fatal emergency emerg page disaster blocker catastrophic severe highest sev1 sev-1 p0 p1 s1",
    2: "error err high major sev2 sev-2 p2 s2 urgent serious",
    3: "warning warn medium moderate average degraded ticket sev3 sev-3 p3 s3",
    4: "minor low lowest notice sev4 sev-4 p4 s4",
    5: "info informational information debug trace none ok normal sev5 sev-5 p5 s5 indeterminate verbose",
}
_NUMBERS: Final = {word: number for number, words in _WORDS.items() for word in words.split()}
_WORD: Final = re.compile(r"[a-z]+(?:[ -]?[0-5]\b)?")
_ALL_IS_WELL: Final = 5
_NUMBERED: Final = re.compile(r"(?:sev|severity|prio|priority|p|s)[ -]?([0-5])")
_BARE: Final = re.compile(r"[1-5]")  # the scale most systems count by, and ours
_MARK: Final = re.compile(
    r"[\[(](?P<marked>[A-Za-z]+[ -]?\d?)[\])]|\b(?P<numbered>SEV-?[0-5]|P[0-5])\b|^(?P<first>[A-Za-z]+)(?=:)",
    re.IGNORECASE,
)

_RESOLVED: Final = frozenset(
    {
        *("resolved", "resolve", "ok", "okay", "closed", "close", "recovered", "recovery", "cleared", "clear"),
        *("normal", "up", "healthy", "inactive", "ended", "success", "succeeded", "fixed", "expired", "passed"),
        *("passing", "green", "available", "restored", "completed", "autoresolved", "withdrawn", "dismissed"),
        *("canceled", "cancelled", "stopped"),
    }
)


def severity(*words: str) -> int | None:
    """Return the severity that the first known of these words means, None where none is known."""
    return next((known for said in words if (known := _meant(said.strip().casefold().replace("_", "-")))), None)


def _meant(said: str) -> int | None:
    """Return what one field means: a word, a number after one (`sev 2`), a number, or its first word known."""
    known = _NUMBERS.get(said) or _NUMBERS.get(said.rpartition("-")[2])
    if known is None and (number := _NUMBERED.fullmatch(said) or _BARE.fullmatch(said)):
        known = max(int(number[number.lastindex or 0]), 1)
    if known is None and not said.isalnum():
        known = next((found for word in _WORD.findall(said) if word != said and (found := _meant(word))), None)
    return known


def marked(*texts: str) -> int | None:
    """Return the severity that a title or a description is marked with: `[SEV2] …`, `(P1)`, `critical: …`.

    Words that merely stand in it say nothing ("critical section"), nor does that all is well (`[OK]`).
    """
    marks = (mark for each in texts for mark in _MARK.finditer(each))
    told = (severity(mark[mark.lastgroup or 0]) for mark in marks)
    return next((known for known in told if known and known < _ALL_IS_WELL), None)


def status(word: str) -> AlertStatus:
    """Return what a word for a state means. What does not say that it is over is not over."""
    said = word.strip().casefold().replace(" ", "_")
    last = said.replace("-", ".").replace("_", ".").rpartition(".")[2]
    over = said in _RESOLVED or last in _RESOLVED
    return AlertStatus.RESOLVED if over else AlertStatus.FIRING
