"""How bad a source says it is, in its words and in our numbers: 1 is the worst, 5 is for information. Pure.

A word that is not known here says nothing: then what it touches decides (`agents.triage.severity`).
"""

from typing import Final

from memory.model.alert import AlertStatus

_WORDS: Final[dict[int, str]] = {
    1: "critical crit fatal emergency emerg page disaster blocker catastrophic severe sev1 sev-1 p0 p1 s1",
    2: "error err high major sev2 sev-2 p2 s2 urgent serious",
    3: "warning warn medium moderate average degraded sev3 sev-3 p3 s3",
    4: "minor low notice sev4 sev-4 p4 s4",
    5: "info informational information debug trace none ok normal sev5 sev-5 p5 s5 indeterminate verbose",
}
_NUMBERS: Final = {word: number for number, words in _WORDS.items() for word in words.split()}

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
    for said in words:
        word = said.strip().casefold().replace("_", "-")
        known = _NUMBERS.get(word) or _NUMBERS.get(word.rpartition("-")[2]) or _NUMBERS.get(word.partition(" ")[0])
        if known is not None:
            return known
    return None


def status(word: str) -> AlertStatus:
    """Return what a word for a state means. What does not say that it is over is not over."""
    said = word.strip().casefold().replace(" ", "_")
    last = said.replace("-", ".").replace("_", ".").rpartition(".")[2]
    over = said in _RESOLVED or last in _RESOLVED
    return AlertStatus.RESOLVED if over else AlertStatus.FIRING
