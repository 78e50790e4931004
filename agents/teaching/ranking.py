"""Which of several that fit comes first, runbooks and models, by what people took and how that went. Pure.

Nothing fits by it that did not fit before: a weight settles between those that do, and is small. It is learned
from the older turns and tried on the newer ones, so that what it was learned from proves nothing.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from agents.teaching.lessons import EDITED_WITHIN
from agents.teaching.parts import SHOWN, Part, Reading
from agents.teaching.turns import PastTurn, Said
from memory.model.teaching import MOST_WEIGHT
from memory.model.value import Identifier, Moment, Value

LEARNED_FROM = 2 / 3  # of what is known, the older part
FEWEST = 3  # times that something was tried, below which nothing is said of it
WITHIN_REACH = 3  # of what fits, the nearest

Weights = Mapping[str, float]
Fitting = Callable[[str], Sequence[tuple[str, float]]]
"""What words may mean where they leave it open: (name, how near), the nearest first; empty where they do not."""


class Taken(Value):
    """Words that left open which, what fitted, and what people took or would not have: `right` or not."""

    turn: Identifier
    at: Moment
    words: str
    fitted: tuple[tuple[str, float], ...]
    name: str
    right: bool


class Merit(Value):
    """How often something was what people wanted of the times it could be, and the weight that gives it."""

    name: str
    right: int
    tried: int
    weight: float
    until: Moment
    turns: tuple[Identifier, ...]


def verdict(turn: PastTurn) -> bool | None:
    """Return whether a turn's reading was right as far as people and outcomes tell; None: they do not."""
    if turn.said is Said.WRONG or turn.worked is False:
        return False
    return True if turn.said is Said.RIGHT else None


def runbooks_taken(turns: Sequence[PastTurn], fitting: Fitting) -> tuple[Taken, ...]:
    """Return what people took where their words left the runbook open, oldest first.

    What was asked back is settled by the same person's next words, soon and in the same talk, where they name one
    that fitted.
    """
    found: list[Taken] = []
    later: dict[tuple[str, str], PastTurn] = {}
    for turn in reversed(turns):
        settled = _settled(turn, later.get((turn.thread, turn.sender)))
        later[turn.thread, turn.sender] = turn
        if settled is None:
            continue
        name, right = settled
        fitted = tuple(fitting(turn.text)[:WITHIN_REACH])
        if len(fitted) > 1 and name in dict(fitted):
            found.append(Taken(turn=turn.id, at=turn.at, words=turn.text, fitted=fitted, name=name, right=right))
    return tuple(reversed(found))


def _settled(turn: PastTurn, after: PastTurn | None) -> tuple[str, bool] | None:
    if not turn.tool.startswith("runbook."):
        return None
    if turn.runbook:
        right = verdict(turn)
        return None if right is None else (turn.runbook, right)
    if after is None or not after.runbook or after.at - turn.at > EDITED_WITHIN or verdict(after) is False:
        return None
    return after.runbook, True


def merits(taken: Sequence[Taken]) -> tuple[Merit, ...]:
    """Return how what fitted fared; what was taken fared well, and what fitted beside it did not."""
    right: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    turns: dict[str, list[str]] = {}
    for each in taken:
        judged = [name for name, _ in each.fitted] if each.right else [each.name]
        for name in judged:
            tried[name] += 1
            right[name] += each.right and name == each.name
            turns.setdefault(name, []).append(each.turn)
    return tuple(
        Merit(
            name=name,
            right=right[name],
            tried=count,
            weight=weight(right[name], count),
            until=taken[-1].at,
            turns=tuple(turns[name][-20:]),
        )
        for name, count in sorted(tried.items())
        if count >= FEWEST and weight(right[name], count)
    )


def weight(right: int, tried: int) -> float:
    """Return the weight of a share, from that of never to that of always, drawn to the middle by one of each."""
    return round(MOST_WEIGHT * (2 * (right + 1) / (tried + 2) - 1), 3)


def learned_from(known: Sequence[Taken]) -> Sequence[Taken]:
    """Return the older part, which is learned from."""
    return known[: int(len(known) * LEARNED_FROM)]


def ranked(fitted: Sequence[tuple[str, float]], weights: Weights) -> list[tuple[str, float]]:
    """Return what fits with its weight, the nearest first."""
    weighed = [(name, score + weights.get(name, 0.0)) for name, score in fitted]
    return sorted(weighed, key=lambda each: (-each[1], each[0]))


def tried_on(newer: Sequence[Taken], before: Weights, after: Weights, show: Callable[[str], str]) -> Part:
    """Return how often what people took stands first, with these weights and with those. `show` tells words."""
    gained, lost, counts = [], [], [0, 0]
    wanted = [each for each in newer if each.right]
    for each in wanted:
        was, now = ranked(each.fitted, before)[0][0], ranked(each.fitted, after)[0][0]
        counts = [counts[0] + (was == each.name), counts[1] + (now == each.name)]
        change = Reading(phrasing=show(each.words), wanted=each.name, before=was, after=now)
        if now == each.name != was:
            gained.append(change)
        if was == each.name != now:
            lost.append(change)
    return Part(
        cases=len(wanted),
        right_before=counts[0],
        right_after=counts[1],
        false_actions_before=0,
        false_actions_after=0,
        gained=tuple(gained[:SHOWN]),
        lost=tuple(lost[:SHOWN]),
    )
