"""How a line of text from outside may stand in a reply: quoted, short and without anything invisible. Pure."""

import re

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_LONGEST_QUOTE = 300


def stripped(text: str, most: int) -> str:
    """Return the text as one line of at most `most` characters, without anything that cannot be seen."""
    line = " ".join(_UNSEEN.sub(" ", text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def quoted(text: str) -> str:
    """Return the text as one quoted line of at most 300 characters."""
    return f'"{stripped(text.replace(chr(34), chr(39)), _LONGEST_QUOTE)}"'
