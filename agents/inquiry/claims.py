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


def checked(conclusion: Conclusion, facts: Facts, catalogue: Catalogue) -> Checked:
    """Return the sentences that stand."""
    shown: list[Shown] = []
    dropped: list[str] = []
    for said in conclusion.sentences:
        text = stripped(_CITED.sub("", said.text), LONGEST_SENTENCE)
        cited = tuple(dict.fromkeys(fact for name in said.evidence if (fact := facts.find(name)) is not None))
        why = _amiss(text, said.evidence, cited, catalogue)
        if why:
            dropped.append(why)
        elif len(shown) < MOST_SENTENCES:
            shown.append(Shown(text=text, evidence=cited))
    return Checked(shown=tuple(shown), dropped=tuple(dropped))


def _amiss(text: str, names: tuple[str, ...], cited: tuple[Evidence, ...], catalogue: Catalogue) -> str:
    if not text:
        return "it was empty"
    if not names:
        return "it cited nothing"
    if len(cited) < len(set(names)):
        return "it cited what was never seen"
    if _MARKUP.search(text):
        return "it held a link or markup"
    words = " ".join(_says(fact) for fact in cited)
    return _made_up(text, words, catalogue)


def _made_up(text: str, facts: str, catalogue: Catalogue) -> str:
    numbers = {_plain(each) for each in _NUMBER.findall(facts)}
    if any(_plain(each) not in numbers for each in _NUMBER.findall(text)):
        return "it held a number that its facts do not hold"
    known = {name.lower() for name in (*catalogue.names(), *catalogue.environments(), *catalogue.flags())}
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
