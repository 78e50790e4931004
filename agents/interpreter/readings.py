"""The ways a message can be read, each with what it probably asks for.

A message is read whole and clause by clause, because the wish is often the last of several clauses; a service
whose name is an everyday word is read both as the service and as the word; and "it" is read as what it refers to.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from agents.interpreter.clauses import Clause, clauses
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
    """One way to read a message: what it names, where, and how likely each label is."""

    mentions: tuple[Mention, ...]
    clause: Clause | None
    refers: bool
    odds: dict[str, float]


@dataclass(frozen=True)
class _Variant:
    mentions: tuple[Mention, ...]
    clause: Clause | None
    refers: bool
    sample: Sample


def readings(
    line: Line,
    mentions: tuple[Mention, ...],
    retrieval: Retrieval,
    *,
    everyday: Collection[str],
    referent: Slot | None,
) -> tuple[Reading, ...]:
    """Return the readings, the plain one of the whole message first.

    `everyday` are words that are also plain English; `referent` is what kind of thing "it" may stand for.
    """
    variants = list(_variants(line, mentions, everyday, referent))
    rows = retrieval.probabilities([variant.sample for variant in variants])
    return tuple(
        Reading(v.mentions, v.clause, v.refers, dict(zip(retrieval.labels, map(float, row), strict=True)))
        for v, row in zip(variants, rows, strict=True)
    )


def refers(line: Line) -> bool:
    """Return whether the line points back with a word such as "it" or "that service"."""
    return _REFERRING.search(line.lower) is not None


def _variants(
    line: Line, mentions: tuple[Mention, ...], everyday: Collection[str], referent: Slot | None
) -> Iterator[_Variant]:
    parts = clauses(line, mentions)
    spans: list[Clause | None] = [None]
    if len(parts) > 1:
        spans += [part for part in parts if len(line.text[part.start : part.end].split()) > 1][-MOST_CLAUSES:]
    elif parts and parts[0].start > 0:
        spans.append(parts[0])
    for said in dict.fromkeys((mentions, _without_everyday(mentions, everyday))):
        for span in spans:
            yield _variant(line, said, span)
            named = any(m.slot is Slot.SERVICE for m in said)
            stands_for = Slot.SERVICE if named and span is not None else referent
            if stands_for is not None and _REFERRING.search(_text(line, span).lower()):
                yield _variant(line, said, span, stands_for)


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
        text = _REFERRING.sub(STAND_INS[referent], text)
        named |= {referent}
    return _Variant(mentions, clause, referent is not None, Sample(text, named))


def _text(line: Line, clause: Clause | None) -> str:
    return line.text[clause.start : clause.end] if clause else line.text
