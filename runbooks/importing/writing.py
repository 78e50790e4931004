"""Writing a runbook of ours: the front matter, and names made from titles. Pure."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence

from memory.model.value import JsonValue

LONGEST_TITLE = 200
LONGEST_ID = 72

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def slug(text: str) -> str:
    """Return a name for an id: lower-case words with hyphens, `runbook` where nothing is left."""
    plain = unicodedata.normalize("NFKD", _HUMP.sub("-", text)).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_ID].strip("-")
    return words or "runbook"


def one_line(text: str, longest: int = LONGEST_TITLE) -> str:
    """Return a text on one line, of printable characters alone, cut where it is too long."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def words(text: str) -> str:
    """Return a title as a person would say it: `KubeletDown` is `kubelet down`."""
    return one_line(_HUMP.sub(" ", text).replace("_", " ")).lower()


def digest(data: bytes) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def front_matter(head: Mapping[str, JsonValue]) -> str:
    """Return a head as YAML between its two lines; texts are quoted, so that none is taken for something else."""
    return "\n".join(["---", *(line for name, value in head.items() for line in _entry(name, value)), "---", ""])


def _entry(name: str, value: JsonValue) -> Sequence[str]:
    if isinstance(value, dict) and value:
        return [f"{name}:", *(f"  {line}" for key, each in value.items() for line in _entry(key, each))]
    if isinstance(value, list) and value:
        return [f"{name}:", *(f"  - {_scalar(each)}" for each in value)]
    return [f"{name}: {_scalar(value)}"]


def _scalar(value: JsonValue) -> str:
    if isinstance(value, str) and re.fullmatch(r"[a-z][a-z-]*", value) and value not in {"true", "false", "null"}:
        return value
    return json.dumps(value, ensure_ascii=False)


def fenced(content: str, language: str) -> str:
    """Return a fenced block that nothing in the content can close."""
    longest = max((len(run) for run in re.findall(r"`{3,}", content)), default=2)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{content.rstrip(chr(10))}\n{fence}"
