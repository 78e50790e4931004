"""The phrasings that judge the interpreter, and the rule that splits them in two halves.

A phrasing belongs to a family: the template it was written from. The parity of the family's SHA-256 decides the
half, so near-duplicates never stand on both sides. The interpreter may be tuned on `dev`; `unseen` is only scored.
"""

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from pydantic import Field

from memory.model.intent import IntentKind
from memory.model.value import JsonValue, Value
from tests.eval.catalogue import CATALOGUE

INTENTS = Path(__file__).parent / "intents"


class Half(StrEnum):
    """One side of the split."""

    DEV = "dev"
    UNSEEN = "unseen"


class Outcome(Value):
    """What a phrasing should come to.

    `arguments` holds what its words determine, without defaults; None means that arguments are not judged.
    """

    kind: IntentKind
    tool: str = ""
    arguments: dict[str, JsonValue] | None = Field(default_factory=dict)


class Utterance(Outcome):
    """Words and what they should come to. `also` holds other outcomes that are as defensible."""

    text: str
    tags: tuple[str, ...] = ()
    also: tuple[Outcome, ...] = ()

    def accepted(self) -> tuple[Outcome, ...]:
        """Return every outcome that counts as right, the expected one first."""
        expected = Outcome(kind=self.kind, tool=self.tool, arguments=self.arguments)
        return (expected, *self.also)

    def only(self, kind: IntentKind) -> bool:
        """Return whether nothing but this kind is right."""
        return all(outcome.kind is kind for outcome in self.accepted())


class Phrasing(Utterance):
    """One line of a half. `family` is the template it was written from."""

    id: str
    family: str


class Conversation(Value):
    """Turns of one person in one thread; the later ones lean on the earlier."""

    id: str
    family: str
    turns: tuple[Utterance, ...]


def half_of(family: str) -> Half:
    """Return the half a family belongs to: even SHA-256 is `dev`, odd is `unseen`."""
    return Half.UNSEEN if sha256(family.encode()).digest()[-1] % 2 else Half.DEV


def phrasings(half: Half) -> tuple[Phrasing, ...]:
    """Return the phrasings of one half, in file order."""
    return tuple(Phrasing.model_validate(row) for row in _rows(INTENTS / f"{half}.jsonl"))


def conversations(half: Half) -> tuple[Conversation, ...]:
    """Return the conversations of one half, in file order."""
    return tuple(Conversation.model_validate(row) for row in _rows(INTENTS / f"followups.{half}.jsonl"))


def _rows(path: Path) -> Iterator[object]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _any_of(words: set[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])")


_SERVICES = _any_of(
    {name for service in CATALOGUE.services for name in (service.name, *service.aliases)}
    | {service.name.replace("-", " ") for service in CATALOGUE.services}
)
_FLAGS = _any_of({*CATALOGUE.flags()} | {name.replace("-", " ").replace("_", " ") for name in CATALOGUE.flags()})
_MASKS = (
    (re.compile(r"@quarterdeck|\bquarterdeck\b|\bqd\b|\bplease\b|\bpls\b"), " "),
    (_FLAGS, " FLAG "),
    (_SERVICES, " SERVICE "),
    (re.compile(r"\b(?:production|prod|prd|staging|stg|dev)\b"), " ENVIRONMENT "),
    (re.compile(r"\bv?\d+(?:\.\d+)+\S*"), " VERSION "),
    (re.compile(r"\b(?=[a-f]*\d)[0-9a-f]{8,}(?:-[0-9a-f]+)*\b"), " ID "),
    (re.compile(r"\b\d+\s*(?:s|m|h|d|w|min|mins|minutes|hr|hours|days)?\b"), " NUMBER "),
)


def template(text: str) -> str:
    """Return the text with names, places, versions and numbers masked, so that near-duplicates become equal."""
    masked = text.lower()
    for pattern, word in _MASKS:
        masked = pattern.sub(word, masked)
    return " ".join(re.findall(r"\w+", masked))
