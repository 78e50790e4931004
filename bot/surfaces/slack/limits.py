"""How much Slack takes, and cutting text to it. Figures from docs.slack.dev/reference, July 2026; pure.

Slack counts UTF-16 code units: most emoji are two.
"""

from typing import Final

TEXT: Final = 4_000  # of a message's plain text, as advised; 40,000 are taken
MARKDOWN: Final = 12_000  # streamed at once
BLOCKS: Final = 50  # of a message
VIEW_BLOCKS: Final = 100
BLOCK_TEXT: Final = 12_000  # over all blocks of a message; about 13,200 are taken
SECTION: Final = 3_000
FIELDS: Final = 10
HEADER: Final = 150
BUTTON: Final = 75
BUTTONS: Final = 25  # of one row
VALUE: Final = 2_000  # of a button
ID: Final = 255  # of an action or a block
TITLE: Final = 24  # of a modal
METADATA: Final = 3_000

ELLIPSIS: Final = "…"


def length(text: str) -> int:
    """Return the length of a text as Slack counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int, mark: str = ELLIPSIS) -> str:
    """Return the text, ending in `mark` where it was longer than `most`."""
    if length(text) <= most:
        return text
    return f"{_head(text, most - length(mark))}{mark}"


def pieces(text: str, most: int) -> list[str]:
    """Return the text in pieces of at most `most`, parted at the ends of lines where there are any."""
    found: list[str] = []
    while length(text) > most:
        head = _head(text, most)
        at = head.rfind("\n") + 1 or len(head)
        found.append(text[:at])
        text = text[at:]
    return [*found, text] if text else found


def _head(text: str, most: int) -> str:
    """Return as many whole letters as fit."""
    head = text[:most]
    while length(head) > most:
        head = head[: len(head) - max(1, (length(head) - most) // 2)]
    return head
