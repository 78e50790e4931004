"""What a model concludes, and how much of it may be printed: sentences that facts they cite show. Pure.

A sentence stands where it cites facts there are, holds no number that none of these holds, names nothing of the
catalogue that none of these names, and carries no link.
"""

import re
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agents.inquiry.facts import Facts
from agents.model.completion import ToolRequest
from agents.untrusted import stripped
from memory.errors import ModelUnreadable
from memory.model.catalogue import Catalogue
from memory.model.evidence import Evidence
from memory.model.value import JsonValue, Value

FINISH = "finish"
MOST_SENTENCES = 8
LONGEST_SENTENCE = 400
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_MARKUP = re.compile(r"://|!\[|\]\(|</?[a-z]|`|www\.", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9][a-z0-9_.-]*[a-z0-9]|[a-z0-9]", re.IGNORECASE)
_CITED = re.compile(r"\s*[\[(]e\d+(?:,\s*e\d+)*[\])]", re.IGNORECASE)

SCHEMA: dict[str, JsonValue] = {
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "evidence": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["text", "evidence"],
                "additionalProperties": False,
            },
        },
        "proposal": {"type": "string", "description": "One change in plain words, or empty."},
    },
    "required": ["sentences", "proposal"],
    "additionalProperties": False,
}


class _Sentence(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str = Field(max_length=10_000)
    evidence: tuple[str, ...] = Field(default=(), max_length=50)


class Conclusion(BaseModel):
    """What a model says it found, unchecked."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sentences: tuple[_Sentence, ...] = Field(default=(), max_length=50)
    proposal: str = Field(default="", max_length=2000)


class Shown(Value):
    """A sentence that stands, and the facts that show it."""

    text: str
    evidence: tuple[Evidence, ...]


class Checked(Value):
    """What may be printed, and why each other sentence may not."""

    shown: tuple[Shown, ...] = ()
    dropped: tuple[str, ...] = ()


def concluded(request: ToolRequest) -> Conclusion:
    """Return what a model concluded; raises `ModelUnreadable`."""
    try:
        return Conclusion.model_validate(request.arguments)
    except ValidationError as error:
        raise ModelUnreadable("answered with something that makes no sense here") from error


class Checking:
    """Sentences checked one after another, as they come. `dropped` says why each other one may not be printed."""

    def __init__(self, facts: Facts, catalogue: Catalogue) -> None:
        self._facts = facts
        self._catalogue = catalogue
        self._known = {n.lower() for n in (*catalogue.names(), *catalogue.environments(), *catalogue.flags())}
        self._shown: list[Shown] = []
        self._dropped: list[str] = []

    def take(self, said: JsonValue) -> bool:
        """Check a sentence; return whether it may be printed. What is none stands for nothing, and is left out."""
        try:
            return self._take(_Sentence.model_validate(said))
        except ValidationError:
            return False

    def stands(self) -> Checked:
        """Return what stands so far."""
        return Checked(shown=tuple(self._shown), dropped=tuple(self._dropped))

    def all(self, conclusion: Conclusion) -> Checked:
        """Return what stands of a whole conclusion."""
        for said in conclusion.sentences:
            self._take(said)
        return self.stands()

    def _take(self, said: _Sentence) -> bool:
        text = stripped(_CITED.sub("", said.text), LONGEST_SENTENCE)
        found = (self._facts.find(name) for name in said.evidence)
        cited = tuple(dict.fromkeys(fact for fact in found if fact is not None))
        why = self._amiss(text, said.evidence, cited)
        if why:
            self._dropped.append(why)
            return False
        if len(self._shown) == MOST_SENTENCES:
            return False
        self._shown.append(Shown(text=text, evidence=cited))
        return True

    def _amiss(self, text: str, names: tuple[str, ...], cited: tuple[Evidence, ...]) -> str:
        if not text:
            return "it was empty"
        if not names:
            return "it cited nothing"
        if len(cited) < len(set(names)):
            return "it cited what was never seen"
        if _MARKUP.search(text):
            return "it held a link or markup"
        return _made_up(text, " ".join(_says(fact) for fact in cited), self._known)


def checked(conclusion: Conclusion, facts: Facts, catalogue: Catalogue) -> Checked:
    """Return the sentences that stand."""
    return Checking(facts, catalogue).all(conclusion)


def _made_up(text: str, facts: str, known: set[str]) -> str:
    numbers = {_plain(each) for each in _NUMBER.findall(facts)}
    if any(_plain(each) not in numbers for each in _NUMBER.findall(text)):
        return "it held a number that its facts do not hold"
    there = {word.lower() for word in _WORD.findall(facts)}
    if any(word.lower() in known - there for word in _WORD.findall(text)):
        return "it named what its facts do not name"
    return ""


def _plain(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number and ":" not in number else number


def _says(fact: Evidence) -> str:
    """Return everything a fact says, its value as a fraction and in a hundred."""
    return " ".join(filter(None, (fact.summary, fact.query, fact.text, fact.source, *_values(fact))))


def _values(fact: Evidence) -> Iterator[str]:
    yield str(fact.value)
    if isinstance(fact.value, int | float) and not isinstance(fact.value, bool):
        yield from (f"{fact.value:.{places}f} {fact.value * 100:.{places}f}" for places in range(4))
    if fact.range is not None:
        yield f"{fact.range.start:%Y-%m-%d %H:%M} {fact.range.end:%Y-%m-%d %H:%M}"
    yield f"{fact.observed_at:%H:%M}"
