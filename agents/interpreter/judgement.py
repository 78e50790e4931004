"""Which of its readings a message is taken in, and how sure that is. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from agents.interpreter.readings import Reading

SURE = 0.40  # below it, a question is asked back
CONSIDERED = 0.05  # below it, an alternative is not worth naming
NOT_A_WISH = 0.80  # above it, the whole message outweighs any of its parts

REFUSED = 0.30  # from it, an order that is none is worth a word

OUT_OF_SCOPE = "out_of_scope"
SMALLTALK = "smalltalk"
NO_TOOL = frozenset({OUT_OF_SCOPE, SMALLTALK})


@dataclass(frozen=True)
class Verdict:
    """What a message asks for: a tool's name, `OUT_OF_SCOPE` or `SMALLTALK`.

    `considered` are the tools in question with their probability, likeliest first. `refused` is the action that
    the words would name if they were an order, and are not.
    """

    label: str
    reading: Reading
    confidence: float
    considered: tuple[tuple[str, float], ...]
    refused: str = ""

    @property
    def sure(self) -> bool:
        """Return whether there is no need to ask."""
        return self.confidence >= SURE


def judge(readings: Sequence[Reading], actions: Collection[str], *, may_act: bool) -> Verdict:
    """Return the verdict over all readings; an action is only considered where one was ordered.

    `actions` are the tools that change something.
    """
    barred = frozenset() if may_act else frozenset(actions)
    whole = readings[0]
    best = max(readings, key=lambda reading: _likeliest(reading, barred | NO_TOOL)[1])
    tool, likelihood = _likeliest(best, barred | NO_TOOL)
    considered = _considered(readings, barred)
    refused, unwanted = max((_likeliest(r, _others(r, barred)) for r in readings), key=lambda pair: pair[1])
    refused = refused if barred and unwanted > max(likelihood, REFUSED) else ""
    elsewhere, weight = _likeliest(best, _others(best, NO_TOOL))
    if best is not whole:
        apart, apart_weight = _likeliest(whole, _others(whole, NO_TOOL))
        if apart_weight > NOT_A_WISH and likelihood < NOT_A_WISH:
            elsewhere, weight = apart, apart_weight
    if refused and likelihood < SURE:
        return Verdict(OUT_OF_SCOPE, whole, unwanted, considered, refused)
    if weight > likelihood:
        return Verdict(elsewhere, whole, weight, considered, refused)
    return Verdict(tool, best, likelihood, considered, refused)


def _likeliest(reading: Reading, barred: Collection[str]) -> tuple[str, float]:
    return max(
        ((label, odds) for label, odds in reading.odds.items() if label not in barred),
        key=lambda pair: pair[1],
        default=("", 0.0),
    )


def _others(reading: Reading, wanted: Collection[str]) -> frozenset[str]:
    return frozenset(reading.odds) - frozenset(wanted)


def _considered(readings: Sequence[Reading], barred: Collection[str]) -> tuple[tuple[str, float], ...]:
    best: dict[str, float] = {}
    for reading in readings:
        for label, odds in reading.odds.items():
            if odds >= CONSIDERED and label not in barred and label not in NO_TOOL:
                best[label] = max(odds, best.get(label, 0.0))
    return tuple(sorted(best.items(), key=lambda pair: -pair[1]))
