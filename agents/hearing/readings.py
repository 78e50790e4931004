"""Readings of what was heard, and how the calls that they come to stand to each other. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Final

from memory.model.intent import Intent, IntentKind

STEEPNESS: Final = 4.0  # how much less a reading counts for each unit of log-probability
USUAL: Final = 0.25  # how much it counts, beside how likely it was heard, that people ask like that
UNTOLD: Final = 0.15  # by which a recogniser that was not told the names is less sure of the same
NUMBERS: Final = re.compile(r"\d+(?:\.\d+)*")

Outcome = tuple[str, str, str]


@dataclass(frozen=True)
class Reading:
    """One way to understand what was heard: the text that was read, what it means, and how likely it was heard.

    `usual` is how people ask: the mean log-probability of a word, see `agents.hearing.trigrams`.
    """

    text: str
    intent: Intent
    log_probability: float
    told: bool
    bold: bool = False  # everyday words were taken for a name
    usual: float = 0.0

    @property
    def likelihood(self) -> float:
        """Return how likely it was heard and is said, as a log-probability."""
        return self.log_probability + USUAL * self.usual

    @property
    def sureness(self) -> float:
        """Return its likelihood, as of a recogniser that was told the names."""
        return self.likelihood + (0 if self.told else UNTOLD)

    @property
    def weight(self) -> float:
        """Return how much it counts."""
        return exp(STEEPNESS * self.likelihood)

    @property
    def sounded(self) -> float:
        """Return how much it counts by its sound alone."""
        return exp(STEEPNESS * self.log_probability)


Calls = Mapping[Outcome, Sequence[Reading]]
"""Every call that was heard, with the readings that come to it."""


def calls_of(readings: Sequence[Reading]) -> dict[Outcome, list[Reading]]:
    """Return every call with its readings, in the order in which they were heard."""
    found: dict[Outcome, list[Reading]] = {}
    for each in readings:
        if each.intent.kind is IntentKind.TOOL:
            found.setdefault(_outcome(each.intent), []).append(each)
    return found


def is_less(intent: Intent, call: Intent) -> bool:
    """Return whether a call is another one with something left out."""
    return intent.tool == call.tool and intent.values().items() < call.values().items()


def fits(intent: Intent, call: Intent) -> bool:
    """Return whether an intent is a call, or as much of it as was understood."""
    if intent.tool != call.tool:
        return False
    said = intent.values().items()
    return said == call.values().items() or (intent.kind is IntentKind.CLARIFY and said <= call.values().items())


def heard_by_both(readings: Sequence[Reading]) -> bool:
    """Return whether the beam that was told the names wrote it down, and the one that was not."""
    return {each.told for each in readings} == {True, False}


def _outcome(intent: Intent) -> Outcome:
    return intent.kind.value, intent.tool, repr(sorted(intent.values().items()))
