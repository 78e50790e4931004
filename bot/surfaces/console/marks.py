"""How values read in HTML. Everything from outside is escaped, and nothing in it stays invisible. Pure."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from markupsafe import Markup, escape

from agents.units import quantity
from bot.surfaces.console.settings import origin
from memory.model.evidence import Evidence
from memory.model.intent import Provenance
from memory.model.talk import Reply

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
}


def visible(text: str) -> str:
    """Return the text with control characters and direction overrides shown, as `⟨U+202E⟩`."""
    return "".join(letter if _harmless(letter) else f"⟨U+{ord(letter):04X}⟩" for letter in text)


@dataclass(frozen=True)
class Block:
    """Lines that belong together: a paragraph, or the points of a list."""

    points: bool
    lines: list[str]


def blocks(text: str) -> list[Block]:
    """Return a reply's text as paragraphs and lists; a line that begins with "- " is a point."""
    grouped = groupby(text.splitlines(), key=lambda line: line.startswith(POINT))
    return [Block(points, [line.removeprefix(POINT) for line in lines]) for points, lines in grouped]


def cited(text: str, reply: Reply) -> Markup:
    """Return a reply's text, escaped, with each citation that has its evidence linked to it.

    Citations keep to one line with the punctuation after them.
    """
    parts, end = [Markup()], 0
    for found in _CITATIONS.finditer(text):
        numbers = [int(number) for number in _NUMBER.findall(found[1])]
        if not all(1 <= number <= len(reply.evidence) for number in numbers):
            continue
        links = Markup().join(_link(reply, number) for number in numbers)
        before = escape(visible(text[end : found.start()]))
        parts += [before, Markup('<span class="cites">{}{}</span>').format(links, found[2])]
        end = found.end()
    return Markup().join([*parts, escape(visible(text[end:]))])


def _link(reply: Reply, number: int) -> Markup:
    name = evidence_anchor(reply.id, number)
    return Markup('<a class="cite" href="#{0}" aria-label="Evidence {1}">{1}</a>').format(name, number)


def evidence_anchor(reply: str, number: int) -> str:
    """Return the page's name for a reply's piece of evidence."""
    return f"e-{anchor(reply)}-{number}"


def anchor(identifier: str) -> str:
    """Return an identifier in letters that are safe in a selector."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", identifier)


def moment(at: datetime) -> Markup:
    """Return a time in UTC that the page's script rewrites for the viewer's zone, UTC staying as the tooltip."""
    utc = at.astimezone(UTC)
    return Markup('<time datetime="{0}" title="{1}" data-local>{2}</time>').format(
        utc.isoformat(), f"{utc:%Y-%m-%d %H:%M:%S} UTC", f"{utc:%H:%M} UTC"
    )


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


def linker(allowed: frozenset[str]) -> Callable[[str], str]:
    """Return a filter that lets an address through when its origin is one of ours, and nothing else."""

    def safe_link(url: str) -> str:
        return url if url.isprintable() and origin(url) in allowed else ""

    return safe_link


def _harmless(letter: str) -> bool:
    return letter in _KEPT or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}
