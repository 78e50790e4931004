"""How values read in HTML. Everything from outside is escaped, and nothing in it stays invisible. Pure."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime

from markupsafe import Markup, escape

from agents.units import quantity
from bot.surfaces.console.settings import origin
from memory.model.evidence import Evidence
from memory.model.intent import Provenance
from memory.model.talk import Reply

_CITATION = re.compile(r"\s?\[(\d{1,3})\]")
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


def cited(text: str, reply: Reply) -> Markup:
    """Return a reply's text, escaped, with each citation that has its evidence linked to it."""

    def link(found: re.Match[str]) -> str:
        number = int(found[1])
        if not 1 <= number <= len(reply.evidence):
            return str(escape(found[0]))
        name = evidence_anchor(reply.id, number)
        return f'<a class="cite" href="#{name}" aria-label="Evidence {number}">{number}</a>'

    parts, end = [], 0
    for found in _CITATION.finditer(text):
        parts += [str(escape(visible(text[end : found.start()]))), link(found)]
        end = found.end()
    return Markup("".join(parts) + str(escape(visible(text[end:]))))  # noqa: S704  # each part is escaped above


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
