"""Rich text for Slack: pieces that are shown as they are, since nothing in them is ever parsed as markup.

This is why a log line can call no channel, forge no link and hide no letter: mrkdwn, which would let it, is used
nowhere. Shapes after docs.slack.dev/reference/block-kit/blocks/rich-text-block; pure.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from bot.surfaces.prose import visible
from memory.model.value import JsonValue

Block: TypeAlias = dict[str, JsonValue]
Piece: TypeAlias = dict[str, JsonValue]
Part: TypeAlias = dict[str, JsonValue]


def words(
    text: str, *, bold: bool = False, italic: bool = False, code: bool = False, struck: bool = False
) -> Piece:
    """Return text as it is."""
    styles = {"bold": bold, "italic": italic, "code": code, "strike": struck}
    chosen: dict[str, JsonValue] = {name: True for name, wanted in styles.items() if wanted}
    piece: Piece = {"type": "text", "text": visible(text)}
    return piece | {"style": chosen} if chosen else piece


def link(url: str, text: str) -> Piece:
    """Return a link; whether it may lead there is for `bot.surfaces.links` to say."""
    return {"type": "link", "url": url, "text": visible(text)}


def person(user: str) -> Piece:
    """Return the name of a Slack user, as everybody sees it; it notifies them."""
    return {"type": "user", "user_id": user}


def moment(at: datetime) -> Piece:
    """Return a time in the zone of whoever reads it, UTC where it cannot be shown."""
    utc = at.astimezone(UTC)
    return {
        "type": "date",
        "timestamp": int(utc.timestamp()),
        "format": "{date_short_pretty} {time}",
        "fallback": f"{utc:%Y-%m-%d %H:%M} UTC",
    }


def section(pieces: Iterable[Piece]) -> Part:
    """Return a paragraph. Slack refuses empty pieces, so they are left out."""
    return {"type": "rich_text_section", "elements": _shown(pieces)}


def points(lines: Iterable[Sequence[Piece]]) -> Part:
    """Return a list with a bullet before each line that says something."""
    shown = [part for part in map(section, lines) if part["elements"]]
    return {"type": "rich_text_list", "style": "bullet", "elements": [*shown]}


def quote(text: str) -> Part:
    """Return what somebody else wrote."""
    return {"type": "rich_text_quote", "elements": _shown([words(text)])}


def verbatim(text: str) -> Part:
    """Return text with its line breaks and columns kept."""
    return {"type": "rich_text_preformatted", "elements": _shown([words(text)]), "border": 0}


def rich(*parts: Part) -> Block:
    """Return a block of these parts, those with nothing in them left out."""
    return {"type": "rich_text", "elements": [part for part in parts if part["elements"]]}


def joined(lines: Iterable[Sequence[Piece]]) -> list[Piece]:
    """Return lines one below the other, as the pieces of one paragraph."""
    found: list[Piece] = []
    for line in lines:
        found += [{"type": "text", "text": "\n"}] if found else []
        found += line
    return found


def plain(blocks: Iterable[Block]) -> str:
    """Return every word of the blocks, for what cannot show them."""
    return "".join(_texts(list(blocks)))


def _shown(pieces: Iterable[Piece]) -> list[JsonValue]:
    return [piece for piece in pieces if piece.get("text") != ""]


def _texts(value: JsonValue) -> list[str]:
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    if not isinstance(value, dict):
        return []
    text = value.get("fallback", value.get("text"))
    if isinstance(text, str):
        return [text]
    found = [text for each in value.values() for text in _texts(each)]
    return [*found, "\n"] if value.get("type") in _LINES else found


_LINES = {"rich_text_section", "rich_text_quote", "rich_text_preformatted", "header"}
