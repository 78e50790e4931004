"""The evaluation as one value: our own set in two halves, and the public sets."""

from memory.model.value import Value
from tests.eval.mapping import Source
from tests.eval.run import Talk
from tests.eval.score import Rate, Scores, is_exact, scores, share
from tests.eval.sets import Half


class FollowUps(Value):
    """How turns that lean on earlier ones fared, and how many conversations went right from end to end."""

    turns: Scores
    conversations: Rate


class HalfReport(Value):
    """One half of our own set."""

    phrasings: Scores
    follow_ups: FollowUps


class Report(Value):
    """One evaluation: of which revision, when, and what came of it."""

    revision: str
    date: str
    halves: dict[Half, HalfReport]
    public: dict[Source, Scores]
    public_absent: str = ""


def follow_ups(talks: tuple[Talk, ...]) -> FollowUps:
    """Return the scores of all later turns, and of whole conversations."""
    whole = sum(all(is_exact(answer) for answer in talk.answers) for talk in talks)
    return FollowUps(
        turns=scores([answer for talk in talks for answer in talk.follow_ups()]),
        conversations=share(whole, len(talks)),
    )
