"""Which of its readings a message is taken in, and how sure that is. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from agents.interpreter.clauses import DOUBTS
from agents.interpreter.focus import ABOUT_THE_TALK
from agents.interpreter.hearing import Message
from agents.interpreter.readings import Reading
from tools.contract import Slot

SURE = 0.40  # below it, a question is asked back
CONSIDERED = 0.05  # below it, an alternative is not worth naming
REFUSED = 0.30  # from it, an order that is none is worth a word
CERTAIN = 0.95  # from it, a message is plain but for a name that nobody knows
NOT_A_WISH = 0.80  # above it, the whole message outweighs any of its parts

OUT_OF_SCOPE = "out_of_scope"
SMALLTALK = "smalltalk"
NO_TOOL = frozenset({OUT_OF_SCOPE, SMALLTALK})

_NAMES = frozenset({Slot.SERVICE, Slot.FLAG, Slot.VERSION, Slot.ENVIRONMENT, Slot.INCIDENT})


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


def judge(
    readings: Sequence[Reading], message: Message, actions: Collection[str], denied: Collection[str] = ()
) -> Verdict:
    """Return the verdict over all readings, of which the first is the plain one of the whole message.

    One of the `actions` is only considered where something was ordered, and none of the `denied`.
    """
    whole = readings[0]
    barred = frozenset(denied) if message.orders else frozenset(actions)
    heard = [reading for reading in readings if not _is_talk_apart(reading, message) and _is_plain(reading)]
    chances = [
        (_likeliest(reading, _barred_in(reading, message) | barred | NO_TOOL), reading) for reading in heard
    ]
    (tool, likelihood), best = max(chances, key=lambda chance: chance[0][1])
    considered = _considered(heard, barred)
    refused = _refused(readings, barred, likelihood)
    doubted = message.mood in DOUBTS and not (best.clause and best.clause.asks)
    if refused is not None and (likelihood < SURE or doubted):
        return Verdict(OUT_OF_SCOPE, whole, refused[1], considered, refused[0])
    elsewhere, weight = _no_tool(best)
    if best.clause is not None:
        apart, apart_weight = _no_tool(whole)
        if apart_weight > NOT_A_WISH > likelihood:
            elsewhere, weight = apart, apart_weight
    if weight > likelihood:
        return Verdict(elsewhere, whole, weight, considered, refused[0] if refused else "")
    return Verdict(tool, best, likelihood, considered)


def _is_talk_apart(reading: Reading, message: Message) -> bool:
    """Return whether a reading is of a clause that only stands beside an order that is none."""
    return message.mood in DOUBTS and reading.clause is not None and not reading.clause.asks


def _is_plain(reading: Reading) -> bool:
    """Return whether a reading with an unknown name in it leaves no doubt about the rest."""
    return reading.unknown is None or _likeliest(reading, NO_TOOL)[1] >= CERTAIN


def _barred_in(reading: Reading, message: Message) -> frozenset[str]:
    """Return the labels about the talk itself for a clause of a message that names something: "find out why"."""
    if reading.clause is None or not any(mention.slot in _NAMES for mention in message.mentions):
        return frozenset()
    return frozenset(label for label in reading.odds if label.startswith(ABOUT_THE_TALK))


def _refused(readings: Sequence[Reading], barred: Collection[str], likelihood: float) -> tuple[str, float] | None:
    """Return the action that outweighs whatever else the words may mean, and that they do not order."""
    wanted = [_likeliest(reading, frozenset(reading.odds) - frozenset(barred)) for reading in readings]
    action, odds = max(wanted, key=lambda pair: pair[1])
    return (action, odds) if barred and odds > max(likelihood, REFUSED) else None


def _no_tool(reading: Reading) -> tuple[str, float]:
    return _likeliest(reading, frozenset(reading.odds) - NO_TOOL)


def _likeliest(reading: Reading, barred: Collection[str]) -> tuple[str, float]:
    open_to = ((label, odds) for label, odds in reading.odds.items() if label not in barred)
    return max(open_to, key=lambda pair: pair[1], default=("", 0.0))


def _considered(readings: Sequence[Reading], barred: Collection[str]) -> tuple[tuple[str, float], ...]:
    best: dict[str, float] = {}
    for reading in readings:
        for label, odds in reading.odds.items():
            if odds >= CONSIDERED and label not in barred and label not in NO_TOOL:
                best[label] = max(odds, best.get(label, 0.0))
    return tuple(sorted(best.items(), key=lambda pair: -pair[1]))
