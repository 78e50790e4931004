"""A Markdown file as something to be found: its title, the names it goes by, and its text. Pure.

Any text can be read; one without a title has its file's name as one.
"""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from memory.recall.entry import Entry

_HEADING = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)
_FRONT = re.compile(r"\A---\n(?P<front>.*?)\n---\n", re.DOTALL)
_CODE = re.compile(r"^\s*(```|~~~).*?^\s*\1", re.DOTALL | re.MULTILINE)  # a comment in a script is no heading
_LONGEST_TITLE = 300
_LONGEST_FRONT = 20_000
_MOST_NAMES = 60


def entry_of(stem: str, text: str, *, identifier: str | None = None) -> Entry:
    """Return a file as an entry; `stem` is its name without folder and ending.

    What stands behind the last double underscore is the file's own name, where a path was made one name. Front
    matter may give `title`, `alerts`, `intents`, `aliases` and `services`.
    """
    own = stem.rsplit("__", maxsplit=1)[-1]
    found = _FRONT.match(text)
    front = _mapping(found["front"]) if found else {}
    heading = _HEADING.search(_CODE.sub("", text[found.end() :] if found else text))
    title = str(front.get("title") or (heading[1] if heading else re.sub(r"[-_]+", " ", own))).strip()
    names = (own, *(each for field in ("alerts", "aliases", "intents") for each in _texts(front.get(field))))
    return Entry(
        id=identifier or stem,
        title=title[:_LONGEST_TITLE] or own or "untitled",
        text=text,
        names=tuple(dict.fromkeys(filter(None, names)))[:_MOST_NAMES],
        services=_texts(front.get("services")),
    )


def _mapping(front: str) -> Mapping[str, Any]:
    try:
        read = yaml.safe_load(front[:_LONGEST_FRONT])
    except (yaml.YAMLError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _texts(value: object) -> tuple[str, ...]:
    every = value if isinstance(value, list) else [value]
    return tuple(each.strip()[:_LONGEST_TITLE] for each in every if isinstance(each, str) and each.strip())
