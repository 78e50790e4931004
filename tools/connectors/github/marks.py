"""How what Quarterdeck makes on GitHub is found again: a mark at its end, with the key of the call. Pure.

Only the last line counts: whatever a person wrote above it may quote the marks of others.
"""

import re

from memory.canonical import digest

_OF_A_PULL = re.compile(r"\n<!-- quarterdeck-step: (\S+) -->\s*\Z")
_OF_A_STATUS = re.compile(r"\[qd:([0-9a-f]{16})\]\Z")


def pull_body(reason: str, about: str, principal: str, key: str) -> str:
    """Return the text of a pull request: the reason, what it changes, who asked, and the mark."""
    asked = f"Asked for by {principal} through Quarterdeck."
    parts = (reason.strip(), about.strip(), asked, f"<!-- quarterdeck-step: {key} -->")
    return "\n\n".join(filter(None, parts))


def pull_key(body: str | None) -> str | None:
    """Return the key a pull request was opened under, None if it is not one of ours."""
    found = _OF_A_PULL.search(body or "")
    return found[1] if found else None


def status_description(said: str, key: str) -> str:
    """Return the description of a deployment status with its mark, in the 140 characters GitHub takes."""
    return f"{said} [qd:{_short(key)}]".strip()


def marks_status(description: str | None, key: str) -> bool:
    """Return whether a deployment status was said under this key."""
    found = _OF_A_STATUS.search(description or "")
    return found is not None and found[1] == _short(key)


def _short(key: str) -> str:
    return digest(key)[:16]
