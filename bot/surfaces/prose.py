"""How replies read, whatever the surface: paragraphs, citations, and the words for what stands on a card.

Nothing in a text stays invisible. Pure; how a surface marks things up is its own.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from agents.units import quantity
from memory.model.approval import Assurance
from memory.model.evidence import Evidence
from memory.model.intent import Provenance
from memory.model.talk import Card

POINT = "- "

_CITATIONS = re.compile(r"\s?((?:\[\d{1,3}\]\s?)*\[\d{1,3}\])([.,;:!?)]*)")
_NUMBER = re.compile(r"\[(\d{1,3})\]")
_KEPT = {"\n", "\t"}
_ORIGINS = {
    Provenance.SAID: "in these words",
    Provenance.CONVERSATION: "said before",
    Provenance.CATALOGUE: "catalogue",
    Provenance.DEFAULT: "default",
    Provenance.MODEL: "chosen by the model",
    Provenance.UNTRUSTED: "untrusted text",
}
_STATUSES = {
    "waiting": "Waiting for approval",
    "running": "Running",
    "undoing": "Taking it back",
    "paused": "Paused: actions are stopped",
    "succeeded": "Done and verified",
    "failed": "Failed",
    "undone": "Failed and taken back",
    "denied": "Denied",
    "expired": "Expired",
    "cancelled": "Withdrawn",
    "held": "Paused",
    "pausing": "Pausing at the next safe point",
    "cancelling": "Being cancelled at the next safe point",
    "called_off": "Cancelled",
}
STEP_MARKS: Final = {
    "verified": "✔",
    "done": "✔",
    "failed": "✘",
    "undone": "↺",
    "decided": "…",
    "unknown": "?",
    "skipped": "-",
}
_SHOWN_OF_DIGEST = 12


@dataclass(frozen=True)
class Passage:
    """Lines that belong together: a paragraph, or the points of a list."""

    points: bool
    lines: list[str]


@dataclass(frozen=True)
class Citation:
    """Numbers of the evidence that words before it rest on, with the punctuation that follows."""

    numbers: tuple[int, ...]
    after: str


def passages(text: str) -> list[Passage]:
    """Return a reply's text as paragraphs and lists; a line that begins with "- " is a point."""
    grouped = groupby(text.splitlines(), key=lambda line: line.startswith(POINT))
    return [Passage(points, [line.removeprefix(POINT) for line in lines]) for points, lines in grouped]


def cited(text: str, evidence: int) -> Iterator[str | Citation]:
    """Yield the words of a line and its citations of so many pieces of evidence. Other brackets are words."""
    end = 0
    for found in _CITATIONS.finditer(text):
        numbers = tuple(int(number) for number in _NUMBER.findall(found[1]))
        if not all(1 <= number <= evidence for number in numbers):
            continue
        yield visible(text[end : found.start()])
        yield Citation(numbers, found[2])
        end = found.end()
    yield visible(text[end:])


def visible(text: str) -> str:
    """Return the text with control characters and direction overrides shown, as `⟨U+202E⟩`."""
    return "".join(letter if _harmless(letter) else f"⟨U+{ord(letter):04X}⟩" for letter in text)


def measured(evidence: Evidence) -> str:
    """Return the value of a piece of evidence with its unit, empty where there is none to show."""
    value = evidence.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return quantity(value, evidence.unit)
    return visible(value) if isinstance(value, str) else ""


def provenance(origin_of: Provenance) -> str:
    """Return where a value came from, in words."""
    return _ORIGINS[origin_of]


def status(word: str) -> str:
    """Return how a plan stands, in words."""
    return _STATUSES.get(word, word)


def marked(step: str) -> str:
    """Return the sign for how a step stands, with a space after it; nothing for one that has not begun."""
    return f"{STEP_MARKS[step]} " if step in STEP_MARKS else ""


def needs(card: Card) -> str:
    """Return how many approvals a plan takes, from whom not, and what a click is not enough for; if any."""
    if not card.quorum:
        return ""
    how = "" if card.assurance is Assurance.CHAT else f", with a {card.assurance.value}"
    return f"{card.quorum} approval{'s' if card.quorum > 1 else ''}, not from {card.requester}{how}"


def untrusted(card: Card) -> str:
    """Return which arguments of a plan came from text that nobody here wrote; empty for none."""
    if not card.untrusted:
        return ""
    return f"Untrusted: {', '.join(card.untrusted)} came from text that nobody here wrote."


def short_digest(card: Card) -> str:
    """Return as much of a plan's digest as people compare."""
    return card.plan_digest[:_SHOWN_OF_DIGEST]


def _harmless(letter: str) -> bool:
    return letter in _KEPT or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}
