"""Which clauses matter most, and the few of many that are told. Pure."""

import re
from collections.abc import Iterable, Sequence

from agents.summaries.lexicon import Role
from agents.summaries.story import Said
from agents.summaries.words import stems
from memory.model.incident import Happening

_WEIGHTS = {
    Role.RESOLVED: 6,
    Role.REOPENED: 6,
    Role.MITIGATED: 5,
    Role.DECLARED: 5,
    Role.CAUSE: 4,
    Role.WORSE: 4,
    Role.ACTION: 3,
    Role.BETTER: 3,
    Role.DECISION: 3,
    Role.SAME: 3,
    Role.RULED_OUT: 2,
    Role.HYPOTHESIS: 2,
    Role.IMPACT: 2,
    Role.DETECTION: 2,
    Role.CHANGE: 2,
    Role.PERSON: 1,
    Role.COMMUNICATION: 1,
    Role.DUTY: 1,
}
_KINDS = {
    Happening.EFFECT: 3,
    Happening.SEVERITY: 5,
    Happening.STATUS: 5,
    Happening.DECISION: 1,
    Happening.CORRECTION: 2,
}
_PINNED = 8
_ALIKE = 0.6  # of the words of the shorter one, from which two clauses say the same
MOST_LOOKED_AT = 600  # clauses, the weightiest first, among which different ones are looked for
# What tells of something else first.
_AWAY = frozenset(
    {
        *(Role.FOLLOW_UP, Role.HYPOTHESIS, Role.QUESTION, Role.PLAN, Role.ACTION, Role.CAUSE, Role.SAME),
        *(Role.RESPONSE, Role.RULED_OUT),
    }
)
_POINTING = ("it ", "it's ", "this ", "that ", "they ")  # what it is about stands before it
_DIGITS = re.compile(r"\d+")
_AMOUNT = re.compile(
    r"\d(?:[\d.,]*\d)?\s?(?:%|percent|k\b|m\b|ms\b|s\b|x\b|(?!minutes|seconds|hours|days)[a-z]{3,}s\b)|\b(?:eur|usd|gbp|[$€£])\s?\d"
)


def weight(said: Said) -> int:
    """Return how much a clause matters for the whole story."""
    found = sum(_WEIGHTS.get(role, 0) for role in said.clause.strength)
    found += _KINDS.get(said.entry.kind, 0) + (_PINNED if said.entry.pinned else 0)
    return found - (3 if said.is_(Role.QUESTION) else 0) - (3 if said.is_(Role.FOLLOW_UP) else 0)


def impact_weight(said: Said) -> int:
    """Return how well a clause tells what people suffer."""
    found = min(said.strength(Role.IMPACT), 4) + 3 * min(said.strength(Role.PERSON), 2)
    found -= said.entry.kind is Happening.ALERT
    found += 2 * quantified(said) + (_PINNED if said.entry.pinned else 0)
    found -= 3 * (said.clause.text.lower().startswith(_POINTING))
    return found - 4 * said.clause.better() - 2 * len(said.clause.strength.keys() & _AWAY)


def quantified(said: Said) -> bool:
    """Return whether a clause says how much or how many."""
    return _AMOUNT.search(said.clause.text.lower()) is not None


def best(said: Iterable[Said], most: int) -> tuple[Said, ...]:
    """Return the weightiest clauses, each told once, in the order in which they were said."""
    return top(sorted(said, key=lambda each: (-weight(each), each.place)), most)


def top(ranked: Sequence[Said], most: int) -> tuple[Said, ...]:
    """Return the first so many that say different things, in the order in which they were said."""
    kept: list[Said] = []
    about: list[tuple[frozenset[str], bool]] = []
    masks: set[str] = set()
    for each in ranked[:MOST_LOOKED_AT]:
        mask = _DIGITS.sub("#", each.clause.text)
        if mask in masks:
            continue
        found, better = stems(each.clause.text), each.clause.better()
        if any(better == well and _alike(found, other) for other, well in about):
            continue
        masks.add(mask)
        kept.append(each)
        about.append((found, better))
        if len(kept) == most:
            break
    return tuple(sorted(kept, key=lambda said: said.place))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    shorter = min(len(one), len(other))
    return shorter > 0 and len(one & other) / shorter > _ALIKE
