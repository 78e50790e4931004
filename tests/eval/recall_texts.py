"""The public runbooks and post-mortems that recall is measured on, and the sentences in them."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from memory.model.value import Value

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ABSENT = "the public runbooks and incidents are not beside the repository"

_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_APART = re.compile(r"```.*?```|~~~.*?~~~|<!--.*?-->", re.DOTALL)
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)
_ITEM = re.compile(r"\s*(?:[-*+]|\d+\.)\s+")
_CLOCK = re.compile(r"^.*\b\d{1,2}:\d\d\b.*$", re.MULTILINE)
_SHORTEST, _LONGEST = 40, 300  # characters of a sentence


class Document(Value):
    """What is searched: its file, and its text."""

    name: str
    text: str

    @property
    def own_name(self) -> str:
        """Return what the file is called, without the folders that were made part of its name."""
        return Path(self.name).stem.split("__")[-1]


def present() -> bool:
    """Return whether the public data are there."""
    return (DATA / "runbooks").is_dir() and (DATA / "incidents").is_dir()


@cache
def runbooks() -> tuple[Document, ...]:
    """Return every Markdown runbook of the public data."""
    return _documents(DATA / "runbooks")


@cache
def incidents() -> tuple[Document, ...]:
    """Return every incident of the public data."""
    return _documents(DATA / "incidents")


def heading(document: Document) -> str:
    """Return the title, empty where there is none."""
    found = _HEADING.search(document.text)
    return found[1] if found else ""


def bare_title(document: Document) -> str:
    """Return an incident's title without its date."""
    undated = re.sub(r"\d{4}-\d\d-\d\d|incident( on| date:)?", "", heading(document), flags=re.IGNORECASE)
    return undated.strip(" ,-")


def opening(document: Document) -> str:
    """Return what an incident begins with, without when it was noticed and repaired, on one line."""
    told = re.sub(
        r"^(#.*|.*\b(Key events|First detected|declared|Repaired|Resolved|Time to)\b.*)$",
        "",
        _FRONT.sub("", document.text),
        flags=re.MULTILINE,
    )
    return " ".join(told.split())


def first_noticed(document: Document, lines: int = 4) -> str:
    """Return the first lines that name an hour, without it: what was seen before anybody knew."""
    told = [
        line
        for line in _CLOCK.findall(document.text)
        if not re.search(r"detected:|declared|Repaired|Resolved", line)
    ]
    return undated(" ".join(told[:lines]))


def undated(text: str) -> str:
    """Return a text on one line without days and hours, which alone would tell whose it is."""
    return " ".join(re.sub(r"\d{4}-\d\d-\d\d|~?\d{1,2}:\d\d(-~?\d{1,2}:\d\d)?:?|[#*]", "", text).split())


def sentences(text: str) -> list[str]:
    """Return the sentences of prose and of lists, 40 to 300 characters each, none that is there twice."""
    prose = _APART.sub("\n\n", _FRONT.sub("\n\n", text))
    found: dict[str, None] = {}
    for block in _blocks(prose):
        for sentence in re.split(r"(?<=[.!?])\s+", block):
            if _SHORTEST <= len(sentence) <= _LONGEST:
                found[sentence.strip()] = None
    return [sentence for sentence in found if text.count(sentence) == 1]


def without(document: Document, taken: Iterable[str]) -> Document:
    """Return a document without these sentences."""
    text = document.text
    for sentence in taken:
        text = text.replace(sentence, "")
    return Document(name=document.name, text=text)


def labels(seed: str) -> dict[str, str]:
    """Return the labels of one of the Alertmanager webhooks, without the alert's name. Noise as it comes."""
    every = _webhook_labels()
    return every[digest(seed)[1] % len(every)] if every else {}


def digest(text: str) -> bytes:
    """Return a text's SHA-256: the order, and the half, that nobody chose."""
    return hashlib.sha256(text.encode()).digest()


def _documents(folder: Path) -> tuple[Document, ...]:
    files = sorted(each for each in folder.rglob("*.md") if "LICENSES" not in each.parts)
    return tuple(Document(name=str(each.relative_to(folder)), text=each.read_text("utf-8")) for each in files)


def _blocks(prose: str) -> Iterator[str]:
    """Yield paragraphs, and the items of lists each by itself; headings, tables, quotes and code are none."""
    for paragraph in re.split(r"\n\s*\n", prose):
        if re.match(r"\s*[#|>]|    ", paragraph):
            continue
        if not _ITEM.match(paragraph):
            yield paragraph
            continue
        for line in paragraph.split("\n"):
            marker = _ITEM.match(line)
            if marker is not None:
                yield line[marker.end() :]


@cache
def _webhook_labels() -> tuple[dict[str, str], ...]:
    files = sorted((DATA / "webhooks" / "alertmanager").glob("*.json"))
    alerts = [alert for file in files for alert in json.loads(file.read_text("utf-8"))["alerts"]]
    return tuple(
        {name: value for name, value in alert["labels"].items() if name != "alertname"} for alert in alerts
    )
