"""Which model reads people's words best, by what they made of its readings; tried by matching. Pure.

A past turn was read by one model and tells nothing of the others, so an order is judged by those newer turns alone
that the model it puts first has read (Li and others, 2011, "Unbiased offline evaluation of contextual bandit
algorithms"). An experiment between models gives each its turns.
"""

from collections.abc import Callable, Collection, Sequence

from agents.teaching.parts import Matched, Share
from agents.teaching.ranking import FEWEST, LEARNED_FROM, Merit, Weights, verdict, weight
from agents.teaching.turns import PastTurn
from memory.model.value import Identifier, Moment, Value

First = Callable[[Weights], str]
"""The model that is asked first to read a message, with these weights."""


class Served(Value):
    """A turn that a model read, and whether that was right."""

    turn: Identifier
    at: Moment
    model: str
    right: bool


def served(turns: Sequence[PastTurn], models: Collection[str]) -> tuple[Served, ...]:
    """Return which turns each model read, and whether it was right, as far as people and outcomes tell."""
    return tuple(
        Served(turn=turn.id, at=turn.at, model=turn.brain, right=right)
        for turn in turns
        if turn.brain in models and not turn.asked_back and (right := verdict(turn)) is not None
    )


def model_merits(known: Sequence[Served]) -> tuple[Merit, ...]:
    """Return how each model fared on the older part."""
    older = known[: int(len(known) * LEARNED_FROM)]
    found = []
    for name in sorted({each.model for each in older}):
        mine = [each for each in older if each.model == name]
        right = sum(each.right for each in mine)
        if len(mine) >= FEWEST and weight(right, len(mine)):
            turns = tuple(each.turn for each in mine[-20:])
            found.append(
                Merit(
                    name=name,
                    right=right,
                    tried=len(mine),
                    weight=weight(right, len(mine)),
                    until=older[-1].at,
                    turns=turns,
                )
            )
    return tuple(found)


def matched(newer: Sequence[Served], first: First, before: Weights, after: Weights) -> Matched:
    """Return how the models fared that are asked first with these weights and with those."""
    return Matched(before=_share(newer, first(before)), after=_share(newer, first(after)))


def _share(newer: Sequence[Served], model: str) -> Share:
    mine = [each for each in newer if each.model == model]
    return Share(model=model, right=sum(each.right for each in mine), of=len(mine))
