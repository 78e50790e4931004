"""How alike two texts are: by the words they share. Cheap, without a model, the same every time. Pure."""

import re
from collections.abc import Callable
from typing import Final

from memory.model.alert import Alert
from memory.model.triage import Trait

MOST_WORDS: Final = 60
_READ: Final = 800  # characters of a text
_WORD: Final = re.compile(r"[a-z][a-z_]{2,}")
_SPLIT: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NUMBER: Final = re.compile(r"\d+")
_EMPTY: Final = frozenset(
    {
        *("the", "and", "for", "with", "has", "have", "had", "are", "was", "were", "than", "that", "this", "from"),
        *(
            "into",
            "over",
            "above",
            "below",
            "been",
            "more",
            "less",
            "last",
            "alert",
            "alerts",
            "firing",
            "triggered",
        ),
        *(
            "critical",
            "warning",
            "error",
            "errors",
            "high",
            "low",
            "rate",
            "minutes",
            "minute",
            "threshold",
            "value",
        ),
        *(
            "http",
            "https",
            "com",
            "www",
            "see",
            "check",
            "please",
            "not",
            "its",
            "per",
            "current",
            "least",
            "most",
        ),
    }
)

Likeness = Callable[[frozenset[str], frozenset[str]], float]


def words(alert: Alert) -> tuple[str, ...]:
    """Return the words of an alert that say what it is about, sorted; numbers and ids only say which one it is."""
    said = f"{_SPLIT.sub(' ', alert.name)} {alert.summary[:_READ]} {alert.description[:_READ]}".lower()
    found = {word for word in _WORD.findall(said) if word not in _EMPTY}
    return tuple(sorted(found)[:MOST_WORDS])


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how much of their words two texts share, from 0 to 1 (Jaccard). Nothing said is like nothing."""
    return len(one & other) / len(one | other) if one and other else 0.0


def trait(alert: Alert) -> Trait:
    """Return what makes this alert like others at other times: its service, and its name without numbers."""
    return Trait(service=alert.service or "", name=_NUMBER.sub("#", alert.name.lower())[:300])
