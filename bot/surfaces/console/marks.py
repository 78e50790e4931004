"""How values read in HTML. Everything from outside is escaped, and nothing in it stays invisible. Pure."""

import re
from datetime import UTC, datetime

from markupsafe import Markup, escape

from bot.surfaces import prose
from bot.surfaces.prose import Citation
from bot.surfaces.venues import Notice
from memory.model.talk import Reply


def cited(text: str, reply: Reply) -> Markup:
    """Return a reply's text, escaped, with each citation that has its evidence linked to it.

    Citations keep to one line with the punctuation after them.
    """
    parts = [_piece(reply, piece) for piece in prose.cited(text, len(reply.evidence))]
    return Markup().join(parts)


def _piece(reply: Reply, piece: str | Citation) -> Markup:
    if isinstance(piece, str):
        return escape(piece)
    links = Markup().join(_link(reply, number) for number in piece.numbers)
    return Markup('<span class="cites">{}{}</span>').format(links, piece.after)


def _link(reply: Reply, number: int) -> Markup:
    name = evidence_anchor(reply.id, number)
    return Markup('<a class="cite" href="#{0}" aria-label="Evidence {1}">{1}</a>').format(name, number)


def noted(text: str, notice: Notice, name: str) -> Markup:
    """Return a line of a notice, escaped, with each citation linked to its source in the list called `name`."""
    parts = [
        escape(piece) if isinstance(piece, str) else _sources(piece, name)
        for piece in prose.cited(text, len(notice.sources))
    ]
    return Markup().join(parts)


def _sources(citation: Citation, name: str) -> Markup:
    link = Markup('<a class="cite" href="#{0}-{1}" aria-label="Source {1}">{1}</a>')
    links = Markup().join(link.format(name, number) for number in citation.numbers)
    return Markup('<span class="cites">{}{}</span>').format(links, citation.after)


def within(address: str, public_url: str) -> str:
    """Return an address of ours as this page's own browser has it; empty for any other."""
    return address.removeprefix(public_url) if address.startswith(f"{public_url}/console/") else ""


def ago(at: datetime, now: datetime) -> str:
    """Return how long something has been going on, in two units at most: `3 h 12 min`."""
    minutes = max(0, int((now - at).total_seconds() // 60))
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


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
