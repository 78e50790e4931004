"""How well searches did: shares of questions with intervals, and the gain of one search over another. Pure.

The questions of one document are not independent, so intervals come from drawing whole documents again (the
cluster bootstrap, Field and Welsh 2007). The draws are the same every time.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from memory.model.value import Value
from tests.eval.recall_sets import Half, Question, Task

FIRST = 3
DRAWS = 2000
_ENDS = (2.5, 97.5)  # percentiles: of 100 such intervals, 95 hold the true share


class Share(Value):
    """A share from 0 to 1 (of a gain: from -1), and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


class Score(Value):
    """How one search did on one task and half."""

    search: str
    task: Task
    half: Half
    questions: int
    documents: int  # that the questions are of
    first: Share  # the first that was found is right
    three: Share  # one of the first three is
    recall: Share  # of the right ones, three at most, how many are among the first three
    reciprocal: float  # mean of 1 / place of the first right one


class Gain(Value):
    """By how much one search is above the baseline on the same questions."""

    task: Task
    half: Half
    first: Share
    three: Share
    recall: Share


class Answered(Value):
    """A question's document and half, and what one search made of it."""

    source: str
    half: Half
    first: float
    three: float
    recall: float
    reciprocal: float


def answered(question: Question, ranking: Sequence[str]) -> Answered:
    """Return what a ranking is worth to a question."""
    place = next((number for number, each in enumerate(ranking, start=1) if each in question.right), 0)
    among = sum(each in question.right for each in ranking[:FIRST])
    return Answered(
        source=question.source,
        half=question.half,
        first=float(place == 1),
        three=float(1 <= place <= FIRST),
        recall=among / min(FIRST, len(question.right)),
        reciprocal=1 / place if place else 0.0,
    )


def score(search: str, task: Task, half: Half, every: Iterable[Answered]) -> Score:
    """Return how a search did on a half."""
    some = [each for each in every if each.half is half]
    sources = [each.source for each in some]
    return Score(
        search=search,
        task=task,
        half=half,
        questions=len(some),
        documents=len(set(sources)),
        first=share(sources, [each.first for each in some]),
        three=share(sources, [each.three for each in some]),
        recall=share(sources, [each.recall for each in some]),
        reciprocal=round(float(np.mean([each.reciprocal for each in some])), 4),
    )


def gain(task: Task, half: Half, plain: Sequence[Answered], better: Sequence[Answered]) -> Gain:
    """Return by how much the second did better on the same questions of a half."""
    pairs = [pair for pair in zip(plain, better, strict=True) if pair[0].half is half]

    def of(value: Callable[[Answered], float]) -> Share:
        return share([one.source for one, _ in pairs], [value(other) - value(one) for one, other in pairs])

    return Gain(
        task=task,
        half=half,
        first=of(lambda each: each.first),
        three=of(lambda each: each.three),
        recall=of(lambda each: each.recall),
    )


def share(sources: Sequence[str], values: Sequence[float]) -> Share:
    """Return the mean of values, and its interval by drawing their sources again."""
    grouped: dict[str, list[float]] = {}
    for source, value in zip(sources, values, strict=True):
        grouped.setdefault(source, []).append(value)
    sums = np.array([sum(each) for each in grouped.values()])
    sizes = np.array([len(each) for each in grouped.values()])
    drawn = np.random.default_rng(1).integers(len(sums), size=(DRAWS, len(sums)))
    low, high = np.percentile(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1), _ENDS)
    return Share(value=_rounded(sums.sum() / sizes.sum()), low=_rounded(low), high=_rounded(high))


def _rounded(value: float) -> float:
    return round(float(value), 4)
