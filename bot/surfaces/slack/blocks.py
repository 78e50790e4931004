"""Blocks of a Slack message, and messages out of blocks: what does not fit into one goes on in the next. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeAlias

from bot.surfaces.prose import visible
from bot.surfaces.slack import limits
from bot.surfaces.slack.rich import Block, plain, rich, section, words
from memory.model.value import JsonValue

Look: TypeAlias = Literal["primary", "danger"]
FEEDBACK = "feedback"


@dataclass(frozen=True)
class Post:
    """One message: its blocks, and the words for notifications, search and screen readers."""

    text: str
    blocks: tuple[Block, ...]


def header(title: str) -> Block:
    """Return a heading."""
    return {"type": "header", "text": plain_text(title, limits.HEADER)}


def context(*lines: str) -> Block:
    """Return small print."""
    return {"type": "context", "elements": [plain_text(line, limits.SECTION) for line in lines[: limits.FIELDS]]}


def divider() -> Block:
    """Return a line across."""
    return {"type": "divider"}


def uploaded(file: str, alt: str, title: str) -> Block:
    """Return a picture that was uploaded to Slack before."""
    picture: Block = {"type": "image", "slack_file": {"id": file}}
    return picture | {"alt_text": limits.cut(alt, limits.VALUE), "title": plain_text(title, limits.HEADER)}


def button(label: str, action: str, value: str = "", *, look: Look | None = None, url: str = "") -> Block:
    """Return something to press. `action` says what it does, `value` with what; with `url`, it opens that."""
    pressed: Block = {"type": "button", "text": plain_text(label, limits.BUTTON), "action_id": action}
    pressed |= {"value": value} if value else {}
    pressed |= {"style": look} if look else {}
    return pressed | ({"url": url} if url else {})


def asking(pressed: Block, title: str, text: str, yes: str) -> Block:
    """Return the button with a question that has to be answered before it counts."""
    question: dict[str, JsonValue] = {
        "title": plain_text(title, 100),
        "text": plain_text(text, 300),
        "confirm": plain_text(yes, 30),
        "deny": plain_text("Back", 30),
    }
    return pressed | {"confirm": question}


def feedback(answer: str) -> Block:
    """Return a thumb up and a thumb down for an answer."""
    thumbs: dict[str, JsonValue] = {
        "type": "feedback_buttons",
        "action_id": FEEDBACK,
        "positive_button": {"text": plain_text("Good answer", limits.BUTTON), "value": f"good {answer}"},
        "negative_button": {"text": plain_text("Bad answer", limits.BUTTON), "value": f"bad {answer}"},
    }
    return {"type": "context_actions", "elements": [thumbs]}


def note(*lines: str) -> Post:
    """Return a few plain sentences as a message."""
    said = [line for line in lines if line]
    text = escaped(limits.cut(visible(" ".join(said)), limits.TEXT))
    return Post(
        text=text or " ", blocks=(rich(*[section([words(limits.cut(line, limits.SECTION))]) for line in said]),)
    )


def actions(name: str, buttons: Iterable[Block]) -> list[Block]:
    """Return a row of buttons, none where there is nothing to press."""
    row: list[JsonValue] = [*islice(buttons, limits.BUTTONS)]
    return [{"type": "actions", "block_id": name, "elements": row}] if row else []


def posts(blocks: Iterable[Block], text: str = "") -> list[Post]:
    """Return the blocks as messages within Slack's limits, in order. `text` stands for the first of them."""
    found = []
    for number, group in enumerate(_grouped(part for block in blocks for part in _parted(block))):
        said = text if number == 0 and text else plain(group).strip()
        found.append(Post(text=escaped(limits.cut(visible(said), limits.TEXT)), blocks=tuple(group)))
    return found


def escaped(text: str) -> str:
    """Return text for the one place where Slack parses it: the words beside the blocks."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def size(block: Block) -> int:
    """Return how much of a message's room for words a block takes."""
    return limits.length(plain([block]))


def _grouped(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    group: list[Block] = []
    room = limits.BLOCK_TEXT
    for block in blocks:
        if group and (len(group) == limits.BLOCKS or size(block) > room):
            yield group
            group, room = [], limits.BLOCK_TEXT
        group.append(block)
        room -= size(block)
    if group:
        yield group


def _parted(block: Block) -> list[Block]:
    """Return a block of rich text in as many as it takes; all others are short."""
    if block["type"] != "rich_text" or size(block) <= limits.BLOCK_TEXT:
        return [block]
    return [{"type": "rich_text", "elements": [part]} for each in _list(block) for part in _parts(each)]


def _parts(part: JsonValue) -> list[JsonValue]:
    """Return a paragraph, quotation or list so that no part of it is too long for one message."""
    if not isinstance(part, dict) or limits.length(plain([part])) <= limits.BLOCK_TEXT:
        return [part]
    if part["type"] == "rich_text_list":
        return [part | {"elements": [line]} for each in _list(part) for line in _parts(each)]
    return [part | {"elements": [piece]} for each in _list(part) for piece in _pieces(each)]


def _pieces(piece: JsonValue) -> list[JsonValue]:
    if not isinstance(piece, dict) or not isinstance(text := piece.get("text"), str):
        return [piece]
    return [piece | {"text": each} for each in limits.pieces(text, limits.SECTION)]


def _list(value: Block) -> list[JsonValue]:
    elements = value["elements"]
    return elements if isinstance(elements, list) else []


def plain_text(text: str, most: int) -> Block:
    """Return plain text, in which Slack parses nothing but emoji, and those not here."""
    return {"type": "plain_text", "text": limits.cut(visible(text), most) or " ", "emoji": False}
