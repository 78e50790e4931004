"""The ways a message can be read, each with what it probably asks for.

A message is read whole and clause by clause, because the wish is often the last of several clauses; a service
whose name is an everyday word is read both as the service and as the word; "it" is read as what it refers to; and
words that nobody knows are read as the name of something unknown.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from agents.interpreter.clauses import Clause
from agents.interpreter.hearing import Message
from agents.interpreter.masking import STAND_INS, masked
from agents.interpreter.retrieval import Retrieval, Sample
from agents.interpreter.slots import Line, Mention
from agents.interpreter.words import words
from tools.contract import Slot

MOST_CLAUSES = 5

_REFERRING = re.compile(
    r"\b(?:(?:that|this|the same|the)(?: same)? (?:service|app|application|thing)|them|they|it'?s(?= \w+ (?:rate|latency))|its|it)\b"
)


@dataclass(frozen=True)
class Reading:
    """One way to read a message: what it names, where, and how likely each label is.

    `refers` says that a word such as "it" was read as a name; `unknown` is one that nobody knows.
    """

    mentions: tuple[Mention, ...]
    clause: Clause | None
    refers: bool
    unknown: Mention | None
    odds: dict[str, float]


@dataclass(frozen=True)
class _Variant:
    mentions: tuple[Mention, ...]
    clause: Clause | None
    refers: bool
    unknown: Mention | None
    sample: Sample


def readings(
    message: Message,
    retrieval: Retrieval,
    *,
    everyday: Collection[str],
    referent: Slot | None = None,
    unknown: Sequence[Mention] = (),
) -> tuple[Reading, ...]:
    """Return the readings, the plain one of the whole message first.

    `everyday` are words that are also plain English; `referent` is what kind of thing "it" may stand for;
    `unknown` are words that may be a name.
    """
    variants = [*_variants(message, everyday, referent), *(_named(message, name) for name in unknown)]
    rows = retrieval.probabilities([variant.sample for variant in variants])
    return tuple(
        Reading(
            v.mentions, v.clause, v.refers, v.unknown, dict(zip(retrieval.labels, map(float, row), strict=True))
        )
        for v, row in zip(variants, rows, strict=True)
    )


def refers(line: Line) -> bool:
    """Return whether the line points back with a word such as "it" or "that service"."""
    return _REFERRING.search(line.lower) is not None


def _variants(message: Message, everyday: Collection[str], referent: Slot | None) -> Iterator[_Variant]:
    for said in dict.fromkeys((message.mentions, _without_everyday(message.mentions, everyday))):
        named = next((m.slot for m in said if m.slot in (Slot.SERVICE, Slot.INCIDENT)), None)
        for clause in _spans(message):
            yield _variant(message.line, said, clause)
            stands_for = named if named and clause is not None else referent
            if stands_for is not None and _REFERRING.search(_text(message.line, clause).lower()):
                yield _variant(message.line, said, clause, stands_for)


def _spans(message: Message) -> list[Clause | None]:
    """Return the whole message, as None, and its clauses; the single one where courtesies come before it."""
    parts = message.clauses
    if len(parts) == 1:
        return [None, parts[0]] if parts[0].start > 0 else [None]
    longer = [part for part in parts if len(message.line.text[part.start : part.end].split()) > 1]
    return [None, *longer[-MOST_CLAUSES:]]


def _without_everyday(mentions: Sequence[Mention], everyday: Collection[str]) -> tuple[Mention, ...]:
    return tuple(
        m for m in mentions if m.slot is not Slot.SERVICE or not all(word in everyday for word in words(m.quote))
    )


def _variant(
    line: Line, mentions: tuple[Mention, ...], clause: Clause | None, referent: Slot | None = None
) -> _Variant:
    start, end = (clause.start, clause.end) if clause else (0, len(line.text))
    inside = [
        replace(m, start=m.start - start, end=m.end - start) for m in mentions if start <= m.start and m.end <= end
    ]
    text = masked(_text(line, clause), inside)
    named = frozenset(m.slot for m in inside)
    if referent is not None:
        text = _REFERRING.sub(STAND_INS[referent.value], text)
        named |= {referent}
    return _Variant(mentions, clause, referent is not None, None, Sample(text, named))


def _named(message: Message, name: Mention) -> _Variant:
    said = (*message.mentions, name)
    sample = Sample(masked(message.line.text, said), frozenset(mention.slot for mention in said))
    return _Variant(message.mentions, None, refers=False, unknown=name, sample=sample)


def _text(line: Line, clause: Clause | None) -> str:
    return line.text[clause.start : clause.end] if clause else line.text
