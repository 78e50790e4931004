"""How values read in HTML. Everything from outside is escaped, and nothing in it stays invisible. Pure."""

import re
from datetime import UTC, datetime

from markupsafe import Markup, escape

from bot.surfaces import prose
from bot.surfaces.prose import Citation
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
