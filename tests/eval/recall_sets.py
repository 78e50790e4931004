"""Questions with known answers, made by rule from public runbooks, incidents and webhooks that nobody here wrote.

A question is a sentence taken out of a runbook, as in the inverse cloze task (Lee, Chang and Toutanova 2019): the
runbook it came from is the answer, and is searched without it. Nothing is chosen by hand, and nothing by what any
search finds. Each is of one half for good: the digest of its document says which.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import Field

from memory.model.value import Value

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ABSENT = "the public runbooks and incidents are not beside the repository"


class Half(StrEnum):
    """Parameters were chosen on one half; the other is only scored."""

    CHOSEN_ON = "chosen on"
    UNSEEN = "unseen"


class Task(StrEnum):
    """What is searched for."""

    WRITTEN_FOR = "the alert has the runbook's name"
    OTHERWISE = "the alert has no name in common with a runbook"
    SAME_KIND = "incidents of the same kind"


class Document(Value):
    """What is searched: its file, and its text."""

    name: str
    text: str


class Question(Value):
    """A question of one task: an alert's name, if it has one, its words and labels, and which documents are right.

    `document` is what it was made from, without what was taken out; it replaces the one of the same name. None
    leaves that one out altogether.
    """

    task: Task
    source: str
    name: str = ""
    words: str
    labels: dict[str, str] = Field(default_factory=dict)
    document: Document | None = None
    right: tuple[str, ...]

    @property
    def half(self) -> Half:
        """Return the half it is of."""
        return Half.UNSEEN if _digest(self.source)[0] % 2 else Half.CHOSEN_ON


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


@cache
def questions() -> tuple[Question, ...]:
    """Return every question, in a fixed order."""
    return (*_written_for(), *_otherwise(), *_same_kind())


def _documents(folder: Path) -> tuple[Document, ...]:
    files = sorted(each for each in folder.rglob("*.md") if "LICENSES" not in each.parts)
    return tuple(Document(name=str(each.relative_to(folder)), text=each.read_text("utf-8")) for each in files)


def _written_for() -> Iterator[Question]:
    """The name is the file's, the words are one of the first two sentences of the runbook's prose."""
    for document in runbooks():
        name = Path(document.name).stem.split("__")[-1]
        sentences = _sentences(document.text)
        if not re.fullmatch(r"[a-z]*[A-Z]\w*", name):
            continue
        for sentence in sentences[:2]:
            yield Question(
                task=Task.WRITTEN_FOR,
                source=document.name,
                name=name,
                words=sentence,
                labels=_labels(document.name + sentence),
                document=_without(document, sentence),
                right=(document.name,),
            )


_NO_ALERT = re.compile(
    r"http|[^.]$|\]\(|\b(you|we|our|below|above|following|section|page|document|example)\b"
    r"|^(see|run|check|use|open|go|delete|create|add|note|click|make|ensure|verify|once)\b",
    re.IGNORECASE,
)
"""What no alert says: links, references to the text around, and what to do."""


def _otherwise() -> Iterator[Question]:
    """Three statements of the first twelve, those with the lowest digests.

    The runbook's name is taken out of them.
    """
    for document in runbooks():
        stem = Path(document.name).stem.split("__")[-1]
        stated = [sentence for sentence in _sentences(document.text) if not _NO_ALERT.search(sentence)]
        chosen = sorted(stated[:12], key=_digest)[:3]
        for sentence in chosen:
            yield Question(
                task=Task.OTHERWISE,
                source=document.name,
                words=re.sub(re.escape(stem), "it", sentence, flags=re.IGNORECASE),
                labels=_labels(document.name + sentence),
                document=_without(document, sentence),
                right=(document.name,),
            )


KINDS: dict[str, str] = {
    "certificates": r"\b(ssl|tls|certificate|letsencrypt)",
    "ingress": r"\b(ingress|nginx|504)",
    "monitoring down": r"\b(prometheus|pingdom)",
    "logging": r"\b(logs?|logging|kibana|elasticsearch)\b",
    "secrets": r"\b(secrets?|credentials|security incident)",
    "no room left": r"(diskspace|disk space|no space|cluster full|pod limit|too many pods)",
    "launch load": r"(hug|announcement|simultaneous launches|saturate)",
    "launch failure": r"(launch fail|server launch|hub 403|pvc for hub)",
    "destroyed": r"(destroy|deleted)",
    "network": r"\b(dns|vpc|connectivity|subnet)",
    "upgrade": r"\b(upgrade|updating|kops|rollback)",
}
"""Kinds of incidents, by words of their titles alone."""


def _same_kind() -> Iterator[Question]:
    """The words are the incident's title without its date, and what follows, 600 characters together.

    What is known when it begins, that is; when it was noticed and repaired is left out. It is not searched itself.
    """
    kinds = {document.name: _kinds(_title(document)) for document in incidents()}
    for document in incidents():
        right = tuple(
            name for name, kind in kinds.items() if name != document.name and kind & kinds[document.name]
        )
        if right:
            yield Question(task=Task.SAME_KIND, source=document.name, words=_opening(document), right=right)


def _kinds(title: str) -> frozenset[str]:
    return frozenset(kind for kind, pattern in KINDS.items() if re.search(pattern, title, re.IGNORECASE))


def _title(document: Document) -> str:
    heading = re.search(r"^# (.+)$", document.text, re.MULTILINE)
    return f"{heading[1] if heading else ''} {Path(document.name).stem.replace('-', ' ')}"


def _opening(document: Document) -> str:
    body = re.sub(r"\A---\n.*?\n---\n", "", document.text, count=1, flags=re.DOTALL)
    body = re.sub(
        r"^(#.*|.*\b(Key events|First detected|declared|Repaired|Resolved|Time to)\b.*)$",
        "",
        body,
        flags=re.MULTILINE,
    )
    heading = re.search(r"^# (.+)$", document.text, re.MULTILINE)
    title = re.sub(
        r"\d{4}-\d\d-\d\d|incident( on| date:)?", "", heading[1] if heading else "", flags=re.IGNORECASE
    )
    return " ".join(f"{title.strip(' ,-')}. {body}".split())[:600]


def _sentences(text: str) -> list[str]:
    """Return the sentences of prose, 40 to 300 characters each, no two alike."""
    prose = re.sub(r"\A---\n.*?\n---\n|```.*?```|~~~.*?~~~|<!--.*?-->", "\n\n", text, flags=re.DOTALL)
    found: dict[str, None] = {}
    for paragraph in re.split(r"\n\s*\n", prose):
        if re.match(r"\s*([#|>]|[-*+] |\d+\. |    )", paragraph):
            continue
        for sentence in re.split(r"(?<=[.!?])\s+", paragraph):
            if 40 <= len(sentence) <= 300:
                found[sentence.strip()] = None
    return [sentence for sentence in found if text.count(sentence) == 1]


def _without(document: Document, sentence: str) -> Document:
    return Document(name=document.name, text=document.text.replace(sentence, ""))


def _labels(seed: str) -> dict[str, str]:
    """Return the labels of one of the Alertmanager webhooks, without those that name the alert.

    Noise as it comes.
    """
    every = _webhook_labels()
    return every[_digest(seed)[1] % len(every)] if every else {}


@cache
def _webhook_labels() -> tuple[dict[str, str], ...]:
    files = sorted((DATA / "webhooks" / "alertmanager").glob("*.json"))
    alerts = [alert for file in files for alert in json.loads(file.read_text("utf-8"))["alerts"]]
    return tuple(
        {name: value for name, value in alert["labels"].items() if name != "alertname"} for alert in alerts
    )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
