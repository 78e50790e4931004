"""Questions with known answers, made by rule from public runbooks, incidents and webhooks that nobody here wrote.

Most are sentences taken out of a document, as in the inverse cloze task (Lee, Chang and Toutanova 2019): the
document is the answer, and everything is searched without any of the sentences that are asked. Nothing is
chosen by hand, and nothing by what any search finds. Each document is of one half for good, by its digest, and
its questions with it.
"""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cache

from pydantic import Field

from memory.model.value import Value
from memory.recall.terms import spaced
from tests.eval.recall_texts import (
    Document,
    bare_title,
    digest,
    first_noticed,
    heading,
    incidents,
    labels,
    opening,
    runbooks,
    sentences,
    undated,
    without,
)

OF_NAMED, OF_RUNBOOK, OF_INCIDENT = 2, 6, 4  # questions of one document at most
LONGEST = 600  # characters of what is told of an incident
_LEAST_NAME = 3  # words of a name that one can be left out of


class Half(StrEnum):
    """What is chosen is chosen on one half; the other is only scored."""

    CHOSEN_ON = "chosen on"
    UNSEEN = "unseen"


class Task(StrEnum):
    """What is searched for."""

    WRITTEN_FOR = "the alert has the runbook's name"
    NEARLY = "the alert has most of the runbook's name"
    OTHERWISE = "the alert has no name in common with a runbook"
    SAME_KIND = "incidents of the same kind"
    TOLD_AGAIN = "the incident that a sentence is of"


OF_INCIDENTS = (Task.SAME_KIND, Task.TOLD_AGAIN)


class Question(Value):
    """An alert's name, if it has one, its words and labels, and which documents are right.

    `taken` are the sentences that nothing is searched with. `itself` is left out of what is searched.
    """

    task: Task
    source: str
    name: str = ""
    words: str
    labels: dict[str, str] = Field(default_factory=dict)
    taken: tuple[str, ...] = ()
    itself: bool = True
    right: tuple[str, ...]

    @property
    def half(self) -> Half:
        """Return the half it is of."""
        return Half.UNSEEN if digest(self.source)[0] % 2 else Half.CHOSEN_ON


@cache
def questions(task: Task) -> tuple[Question, ...]:
    """Return every question of a task, in a fixed order."""
    return tuple(_MADE[task]())


@cache
def searched(task: Task) -> tuple[Document, ...]:
    """Return what is searched: every document, without any of the sentences that are asked."""
    taken: dict[str, set[str]] = {}
    for question in questions(task):
        taken.setdefault(question.source, set()).update(question.taken)
    every = incidents() if task in OF_INCIDENTS else runbooks()
    return tuple(without(each, sorted(taken.get(each.name, ()), key=len, reverse=True)) for each in every)


_NO_ALERT = re.compile(
    r"http|[^.]$|\]\(|\b(you|we|our|below|above|following|section|page|document|example)\b"
    r"|^(see|run|check|use|open|go|delete|create|add|note|click|make|ensure|verify|once)\b",
    re.IGNORECASE,
)
"""What no alert says: links, references to the text around, and what to do."""


def _named(task: Task, called: Callable[[str], str]) -> Iterator[Question]:
    """The alert is called as the file, and says one of the first two sentences of its prose."""
    for document in runbooks():
        name = called(document.own_name) if re.fullmatch(r"[a-z]*[A-Z]\w*", document.own_name) else ""
        for sentence in sentences(document.text)[:OF_NAMED] if name else ():
            yield Question(
                task=task,
                source=document.name,
                name=name,
                words=sentence if task is Task.WRITTEN_FOR else _unnamed(sentence, document),
                labels=labels(document.name + sentence),
                taken=(sentence,),
                right=(document.name,),
            )


def _less_one_word(name: str) -> str:
    """Return a name without one of its words, empty where too few are left: as a rule is called elsewhere."""
    words = spaced(name).split()
    if len(words) < _LEAST_NAME:
        return ""
    left_out = digest(name)[0] % len(words)
    return "".join(words[:left_out] + words[left_out + 1 :])


def _otherwise() -> Iterator[Question]:
    """At most half of what a runbook states, those with the lowest digests. Its name is taken out of them."""
    for document in runbooks():
        for sentence in _stated(document, OF_RUNBOOK):
            yield Question(
                task=Task.OTHERWISE,
                source=document.name,
                words=_unnamed(sentence, document),
                labels=labels(document.name + sentence),
                taken=(sentence,),
                right=(document.name,),
            )


def _unnamed(sentence: str, document: Document) -> str:
    return re.sub(re.escape(document.own_name), "it", sentence, flags=re.IGNORECASE)


def _told_again() -> Iterator[Question]:
    """At most half of what an incident's text states, without when that was."""
    for document in incidents():
        for sentence in _stated(document, OF_INCIDENT):
            yield Question(
                task=Task.TOLD_AGAIN,
                source=document.name,
                words=undated(sentence),
                taken=(sentence,),
                right=(document.name,),
            )


def _stated(document: Document, most: int) -> list[str]:
    stated = [sentence for sentence in sentences(document.text) if not _NO_ALERT.search(sentence)]
    return sorted(stated, key=digest)[: min(most, (len(stated) + 1) // 2)]


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
    """An incident, told in four ways; right are the others of its kind. It is not searched itself."""
    kinds = {document.name: _kinds(document) for document in incidents()}
    for document in incidents():
        of_kind = (name for name, kind in kinds.items() if kind & kinds[document.name])
        right = tuple(name for name in of_kind if name != document.name)
        for words in dict.fromkeys(_ways(document)) if right else ():
            yield Question(task=Task.SAME_KIND, source=document.name, words=words, itself=False, right=right)


def _ways(document: Document) -> Iterator[str]:
    """Yield its title and beginning, its title, its beginning, and what was noticed first."""
    title, told = bare_title(document), opening(document)
    for words in (f"{title}. {told}"[:LONGEST], title, told[:LONGEST], first_noticed(document)[:LONGEST]):
        if words.strip(" ."):
            yield words


def _kinds(document: Document) -> frozenset[str]:
    titled = f"{heading(document)} {document.own_name.replace('-', ' ')}"
    return frozenset(kind for kind, pattern in KINDS.items() if re.search(pattern, titled, re.IGNORECASE))


_MADE: dict[Task, Callable[[], Iterator[Question]]] = {
    Task.WRITTEN_FOR: lambda: _named(Task.WRITTEN_FOR, lambda name: name),
    Task.NEARLY: lambda: _named(Task.NEARLY, _less_one_word),
    Task.OTHERWISE: _otherwise,
    Task.SAME_KIND: _same_kind,
    Task.TOLD_AGAIN: _told_again,
}
