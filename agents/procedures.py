"""Finding the runbook that somebody means: by its id, or by what it is for, as near in meaning as possible. Pure.

It listens only where a runbook is spoken of, so that nothing else is ever taken for one; a message that names one
and its inputs exactly is read exactly.
"""

import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np

from agents.teaching.ranking import Weights
from agents.teaching.ranking import ranked as weighed
from memory.embedding import Embedder
from memory.model.catalogue import Catalogue
from memory.model.intent import Argument, Intent, IntentKind, Provenance
from memory.model.value import JsonValue, Value
from runbooks.catalogue import RunbookCatalogue
from runbooks.format import Input, InputType, Runbook

NEAR = 0.45  # as the cosine of two sentences: below this, nothing was meant
CLEAR = 0.04  # by how much the nearest has to be nearer than the next
OFFERED = 3
LONGEST = 2000  # characters: a pasted log asks for nothing

_SPOKEN_OF = re.compile(r"\b(run-?books?|play-?books?)\b", re.IGNORECASE)
_RUNS = re.compile(r"\b(run|execute|start|follow|carry out|apply|do|use|launch|trigger)\b", re.IGNORECASE)
_SHOWS = re.compile(
    r"\b(show|read|open|display|print|see|explain|describe|what|which|is there|find)\b", re.IGNORECASE
)
_MANY = re.compile(
    r"\b(list|what|which|show|all)\b[^.?]{0,30}\b(run|play)-?books\b(?!\s+(for|about|to|on|when)\b)", re.IGNORECASE
)
_GIVEN = re.compile(r"(?<!\S)([a-z][a-z0-9_]*)=(\"(?:[^\"\\]|\\.)*\"|[^\s\"]\S*)")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:@[0-9.]*[0-9])?")
_VERSION = re.compile(r"(?<![\w.])v?[0-9]+(?:\.[0-9]+){1,3}(?![\w.])")
_ASIDE = re.compile(r"\b(the|a|an|for|please|me|us|can you|you|to|about|of|our|now)\b", re.IGNORECASE)


class Wanted(StrEnum):
    """What is wanted of a runbook."""

    LIST = "runbook.list"
    SHOW = "runbook.show"
    RUN = "runbook.run"


class Asked(Value):
    """A message that speaks of a runbook: the "id@version" that was `found`, or those that may be meant."""

    wanted: Wanted
    intent: Intent
    found: str = ""
    near: tuple[str, ...] = ()


class Procedures:
    """The runbooks there are, as they are found. Building it embeds how people ask for each."""

    def __init__(self, runbooks: RunbookCatalogue, catalogue: Catalogue, embedder: Embedder) -> None:
        self.runbooks = runbooks
        self._catalogue = catalogue
        self._embedder = embedder
        self.weights: Weights = {}  # learned and reviewed: what comes first of several that fit
        self._of: list[str] = []
        phrases: list[str] = []
        for runbook in runbooks.newest():
            for phrase in dict.fromkeys((runbook.head.title, *runbook.head.intents)):
                phrases.append(phrase)
                self._of.append(runbook.head.id)
        self._vectors = embedder.embed(phrases) if phrases else np.zeros((0, 1), dtype=np.float32)

    def hear(self, text: str) -> Asked | None:
        """Return what is wanted of which runbook, None where no runbook is spoken of."""
        if len(text) > LONGEST or not _SPOKEN_OF.search(text):
            return None
        given = _GIVEN.sub(" ", text)
        runs, shows = _RUNS.search(given), _SHOWS.search(given)
        named = self._named(given)
        if named is None and _MANY.search(given):
            return Asked(wanted=Wanted.LIST, intent=_intent(text, Wanted.LIST, {}))
        wanted = Wanted.RUN if runs and (not shows or runs.start() < shows.start()) else Wanted.SHOW
        if named is not None:
            return self._asked(text, wanted, named)
        fitting = self.nearest(self._about(given))
        ranked = weighed(fitting, self.weights)
        meant = wanted is Wanted.SHOW or (_clear(fitting) and fitting[0][0] == ranked[0][0])
        if _clear(ranked) and meant:  # no weight makes a run of what would have been asked back
            return self._asked(text, wanted, self.runbooks.find(ranked[0][0]))
        near = tuple(name for name, _ in ranked[:OFFERED])
        return Asked(wanted=wanted, intent=_intent(text, wanted, {}), near=near)

    def fitting(self, text: str) -> list[tuple[str, float]]:
        """Return what a message may mean that speaks of a runbook and names none, without weights."""
        given = _GIVEN.sub(" ", text)
        if len(text) > LONGEST or not _SPOKEN_OF.search(text) or _MANY.search(given) or self._named(given):
            return []
        return self.nearest(self._about(given))

    def nearest(self, words: str) -> list[tuple[str, float]]:
        """Return (id, nearness) of the runbooks that words may mean, the nearest first."""
        if not words or not self._of:
            return []
        scores = self._vectors @ self._embedder.embed([words])[0]
        best: dict[str, float] = {}
        for name, score in zip(self._of, scores, strict=True):
            best[name] = max(best.get(name, -1.0), float(score))
        ranked = sorted(best.items(), key=lambda each: (-each[1], each[0]))
        return [(name, score) for name, score in ranked if score >= NEAR]

    def _named(self, text: str) -> Runbook | None:
        known = {each.name: each for each in self.runbooks.runbooks}
        newest = {each.head.id: each for each in self.runbooks.newest()}
        found = [known.get(word) or newest.get(word) for word in _NAME.findall(text.lower())]
        return next((each for each in found if each is not None), None)

    def _asked(self, text: str, wanted: Wanted, runbook: Runbook) -> Asked:
        arguments = {"runbook": Argument(value=runbook.name, provenance=Provenance.SAID)}
        if wanted is Wanted.RUN:
            arguments |= _inputs(text, runbook.head.inputs, self._catalogue)
        return Asked(wanted=wanted, found=runbook.name, intent=_intent(text, wanted, arguments))

    def _about(self, text: str) -> str:
        """Return what is left of a message once the asking and the names are taken out: what it is to be for."""
        for pattern in (_SPOKEN_OF, _RUNS, _SHOWS, _VERSION, _ASIDE):
            text = pattern.sub(" ", text)
        places = {*self._catalogue.names(), *self._catalogue.environments()}
        kept = [word for word in re.findall(r"[\w-]+", text) if word.lower() not in places]
        return " ".join(kept)


def _clear(ranked: Sequence[tuple[str, float]]) -> bool:
    """Return whether one is nearer than every other by enough."""
    return len(ranked) == 1 or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] >= CLEAR)


def command(runbook: str, inputs: Mapping[str, JsonValue]) -> str:
    """Return the message that runs a runbook with exactly these inputs; `hear` reads it back."""
    given = [f"{name}={_written(value)}" for name, value in inputs.items() if value is not None]
    return " ".join(["run the runbook", runbook, *given])


def _written(value: JsonValue) -> str:
    if isinstance(value, list):
        return json.dumps(",".join(str(each) for each in value), ensure_ascii=False)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if re.fullmatch(r"[\w.:/@+-]+", text) else json.dumps(text, ensure_ascii=False)


def _intent(text: str, wanted: Wanted, arguments: dict[str, Argument]) -> Intent:
    return Intent(text=text, kind=IntentKind.TOOL, tool=wanted.value, arguments=arguments, confidence=1.0)


def _inputs(text: str, inputs: Mapping[str, Input], catalogue: Catalogue) -> dict[str, Argument]:
    """Return the values that a message gives: those with their name, and the one of a kind that it names."""
    found: dict[str, Argument] = {}
    for name, quoted in _GIVEN.findall(text):
        typed = _unquoted(quoted)
        wanted = inputs.get(name)
        found[name] = Argument(value=_read(wanted, typed), provenance=Provenance.SAID, quote=typed)
    rest = _GIVEN.sub(" ", text)
    for name, wanted in inputs.items():
        said = _mentioned(wanted, rest, catalogue) if name not in found else []
        if len(said) == 1:
            found[name] = Argument(value=said[0][0], provenance=Provenance.SAID, quote=said[0][1])
    return found


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text))
    except ValueError:
        return text.strip('"')


def _read(wanted: Input | None, text: str) -> JsonValue:
    """Return a typed value; what is none stays text, and is refused with a reason where it is bound."""
    try:
        return text if wanted is None else wanted.read(text)
    except ValueError:
        return text


def _mentioned(wanted: Input, text: str, catalogue: Catalogue) -> Sequence[tuple[str, str]]:
    """Return (value, words) of what a message names of an input's kind, each value once."""
    if wanted.type is InputType.SERVICE:
        names = {alias.lower(): each.name for each in catalogue.services for alias in (each.name, *each.aliases)}
    elif wanted.type is InputType.ENVIRONMENT:
        names = {each.lower(): each for each in catalogue.environments()}
    elif wanted.type is InputType.VERSION:
        return list(dict.fromkeys((match, match) for match in _VERSION.findall(text)))
    else:
        return []
    found: dict[str, str] = {}
    for name, value in names.items():
        match = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE)
        if match:
            found.setdefault(value, match[0])
    return list(found.items())
