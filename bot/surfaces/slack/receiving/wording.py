"""What a person wrote in Slack, as plain words: without the mention of us, Slack's own marks read. Pure."""

import re
from typing import Final

_MARK: Final = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def spoken(text: str, bot_user: str = "") -> str:
    """Return the words. A link is its label, a person and a channel go by name where Slack tells it."""
    words = _MARK.sub(lambda mark: _said(mark[1], mark[2], mark[3] or "", bot_user), text)
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def mentions(text: str, user: str) -> bool:
    """Return whether a message names this user."""
    return bool(user) and any(mark[1] == "@" and mark[2] == user for mark in _MARK.finditer(text))


def _said(kind: str, target: str, label: str, bot_user: str) -> str:
    if kind == "@":
        return "" if target == bot_user else f"@{label or target}"
    if kind == "#":
        return f"#{label or target}"
    if kind == "!":
        return label or f"@{target.partition('^')[0]}"
    return label or target
