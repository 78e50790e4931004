"""What Slack refuses in a message, as docs.slack.dev states it; written apart from the code that keeps to it."""

from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block


def violations(blocks: list[dict[str, Any]], most_blocks: int = 50) -> list[str]:
    """Return everything that is wrong with the blocks of a message, nothing where Slack would take them."""
    found = [f"{len(blocks)} blocks"] if len(blocks) > most_blocks else []
    words = sum(_length(text) for block in blocks for text in _texts(block))
    found += [f"{words} letters in all blocks"] if words > 13_200 else []
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    found += ["two blocks of one id"] if len(ids) != len(set(ids)) else []
    for number, block in enumerate(blocks):
        found += [f"block {number}: {wrong}" for wrong in _wrong(block)]
    return found


def _wrong(block: dict[str, Any]) -> Iterator[str]:
    if len(block.get("block_id", "")) > 255:
        yield "its id is too long"
    parsed = Block.parse(block)
    if parsed is None:
        yield f"no block has the type {block.get('type')}"
        return
    parsed.to_dict()  # slack_sdk's own checks raise here
    yield from _CHECKS.get(block["type"], _nothing)(block)


def _header(block: dict[str, Any]) -> Iterator[str]:
    yield from _text(block["text"], 150)


def _section(block: dict[str, Any]) -> Iterator[str]:
    yield from _text(block["text"], 3000)


def _context(block: dict[str, Any]) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 10:
        yield f"{len(block['elements'])} elements of small print"
    for element in block["elements"]:
        yield from _text(element, 3000)


def _image(block: dict[str, Any]) -> Iterator[str]:
    if _length(block["alt_text"]) > 2000 or not block["alt_text"]:
        yield "no alternative text, or one too long"
    yield from _text(block["title"], 2000)


def _actions(block: dict[str, Any]) -> Iterator[str]:
    pressed = block["elements"]
    if not 1 <= len(pressed) <= 25:
        yield f"{len(pressed)} buttons"
    names = [each["action_id"] for each in pressed]
    if len(names) != len(set(names)):
        yield "two buttons of one action"
    for each in pressed:
        yield from _text(each["text"], 75)
        if (
            _length(each.get("value", "")) > 2000
            or len(each["action_id"]) > 255
            or len(each.get("url", "")) > 3000
        ):
            yield "a value, action or address that is too long"
        if "confirm" in each:
            yield from _text(each["confirm"]["title"], 100)
            yield from _text(each["confirm"]["text"], 300)
            yield from _text(each["confirm"]["confirm"], 30)
            yield from _text(each["confirm"]["deny"], 30)


def _rich(block: dict[str, Any]) -> Iterator[str]:
    if not block["elements"]:
        yield "rich text with nothing in it"
    for part in block["elements"]:
        lines = part["elements"] if part["type"] == "rich_text_list" else [part]
        for line in lines:
            if not line["elements"]:
                yield f"an empty {line['type']}"
            for piece in line["elements"]:
                if piece["type"] in {"text", "link"} and not piece["text"]:
                    yield "a piece without text"


def _text(text: dict[str, Any], most: int) -> Iterator[str]:
    if text["type"] == "mrkdwn":
        yield "markup, in which text from outside could be parsed"
    if not text["text"] or _length(text["text"]) > most:
        yield f"a text of {_length(text['text'])} where 1 to {most} are taken"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name in {"text", "fallback"} and isinstance(each, str):
                yield each
            else:
                yield from _texts(each)


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _input(block: dict[str, Any]) -> Iterator[str]:
    yield from _text(block["label"], 2000)
    if "hint" in block:
        yield from _text(block["hint"], 2000)
    if _length(block["element"].get("initial_value", "")) > 3000:
        yield "an initial value that is too long"


def _small_buttons(block: dict[str, Any]) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 5:
        yield f"{len(block['elements'])} small buttons"
    for each in block["elements"]:
        for thumb in (each["positive_button"], each["negative_button"]):
            yield from _text(thumb["text"], 75)
            if not 0 < len(thumb["value"]) <= 2000:
                yield "a thumb without a value, or with one too long"


def _nothing(_: dict[str, Any]) -> Iterator[str]:
    yield from ()


_CHECKS = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "rich_text": _rich,
    "input": _input,
    "context_actions": _small_buttons,
}
