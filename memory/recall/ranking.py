"""What makes one entry fit better than another, and how much each of that counts. Pure.

The weights of `words` to `title` were chosen on one half of public questions (docs/eval/recall.md), in the middle
of what does about equally well; those of names are as high as they can be without drowning the rest, and service
and recency only decide between equals.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from memory.recall.entry import Features

RUNBOOKS = Features.model_construct(
    words=0.5,
    coverage=0.5,
    passage=0.75,
    meaning=1.0,
    theme=1.5,
    title=0.1,
    name=1.0,
    same_name=1.0,
    service=0.15,
)
"""For an alert: one sentence of it may be what a single part of the right one is about."""

MEMORIES = Features.model_construct(
    words=0.2,
    coverage=1.0,
    together=2.0,
    meaning=1.0,
    theme=0.5,
    gist=0.4,
    title=0.75,
    name=1.0,
    same_name=1.0,
    service=0.15,
    recent=0.05,
)
"""For what is alike: many words in common count, most where they stand together; titles tell the kind."""

HALF_LIFE = timedelta(days=180)
THEME_PARTS = 3

LEAST_MEANING = 0.25  # cosine: below it, and without words or a name in common, nothing was found
LEAST_COVERAGE = 0.1
LEAST_NAME = 0.5

_NAMES = ("name", "same_name")


def score(features: Features, weights: Features, *, named: bool) -> float:
    """Return the weighted mean of the features; names count only where the query has one."""
    counted = {name: weight for name, weight in weights if named or name not in _NAMES}
    total = sum(weight * getattr(features, name) for name, weight in counted.items())
    return float(min(1.0, max(0.0, total / sum(counted.values()))))


def fits(features: Features) -> bool:
    """Return whether an entry has enough in common with what was asked to be shown at all."""
    worded = features.meaning >= LEAST_MEANING or features.coverage >= LEAST_COVERAGE
    return worded or features.name >= LEAST_NAME or bool(features.same_name)


def theme(cosines: Sequence[float], most: int = THEME_PARTS) -> float:
    """Return the mean cosine of the nearest parts, 0 to 1."""
    nearest = sorted(cosines, reverse=True)[:most]
    return max(0.0, sum(nearest) / len(nearest)) if nearest else 0.0


def dice(
    said: Collection[frozenset[str]], names: Collection[frozenset[str]], idf: Callable[[str], float]
) -> float:
    """Return how far two names share their words, rare words counting most: the best of all pairs (Dice 1945)."""

    def mass(words: frozenset[str]) -> float:
        return sum(map(idf, words))

    pairs = ((one, other) for one in said for other in names if one & other)
    return max((2 * mass(one & other) / max(mass(one) + mass(other), 1e-9) for one, other in pairs), default=0.0)


def share(words: frozenset[str], said: Collection[str], idf: Callable[[str], float]) -> float:
    """Return which share of the words is said, rare ones counting most."""
    whole = sum(map(idf, words))
    return sum(idf(word) for word in words if word in said) / whole if whole else 0.0


def recent(at: datetime | None, now: datetime | None) -> float:
    """Return 1 for what is of now, half as much every half year before."""
    if at is None or now is None:
        return 0.0
    return float(0.5 ** max(0.0, (now - at) / HALF_LIFE))


def as_share(values: Sequence[float]) -> list[float]:
    """Return the values as shares of the greatest."""
    greatest = max(values, default=0.0)
    return [value / greatest if greatest > 0 else 0.0 for value in values]
