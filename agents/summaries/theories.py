"""What was held to be the cause, how firmly, and what speaks against it. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

from agents.summaries.attempts import Attempt, Verdict, attempts
from agents.summaries.lexicon import Role, listed
from agents.summaries.story import Said, Story, once
from agents.summaries.words import stem, stems, tokens
from memory.model.incident import Happening

_TOLD = 3  # what it is worth that somebody put it down as a hypothesis
MOST = 200  # ideas, refutations and attempts that are weighed against each other
_NO_CAUSE = (Role.QUESTION, Role.FOLLOW_UP, Role.DECLARED, Role.RULED_OUT, Role.SAME, Role.DECISION, Role.PLAN)
_UNDOING = listed(
    "roll rolled rollback rolling revert reverted reverting undo undid undone disable disabled off kill killed "
    "killing stop stopped pause paused remove removed back switched"
)
_DEEDS = frozenset(
    map(stem, listed("restart roll rollback revert kill stop disable deploy scale back pod pods service"))
)
_SHARED = 2  # words a refutation must have in common with what it refutes


class Confidence(IntEnum):
    """How firmly a cause is held, by the words it was said in."""

    RULED_OUT = 0
    POSSIBLE = 1
    LIKELY = 2
    FOUND = 3  # said as a finding, without a word of how sure it is
    CONFIRMED = 4


@dataclass(frozen=True)
class Theory:
    """One idea of the cause. `against` refutes it; `bears_out` was tried, fits, and was followed by better.

    `pointed_at` is what only says of words before it that they are the cause ("that's it"), where something did.
    """

    said: Said
    confidence: Confidence
    against: Said | None = None
    bears_out: Attempt | None = None
    pointed_at: Said | None = None


_LOOKED_BACK, _JUST_NOW = 6, timedelta(minutes=15)
_EMPTY = stems(
    "pretty fairly quite sure certain thats root cause culprit trigger reason confirmed found likely guess"
)
_LIKELY = listed(
    "sure certain likely probably probable "
    "suspect suspected believe believed appears indicating indicates pointing points "
    "correlates"
)
_WELL = (
    "healthy",
    "normal",
    "look fine",
    "looks fine",
    "looks good",
    "look good",
    "clean",
    "no problem",
    "no issue",
)
_SURE = ("root cause", "caused by", "turned out", "turns out", "culprit", "traced to", "traced back", "confirmed")


@once
def theories(story: Story) -> tuple[Theory, ...]:
    """Return the ideas of the cause, in order; of very many the plainest and the last."""
    refuted = [each for each in story.of(Role.RULED_OUT) if each.entry.trusted][-MOST:]
    helped = [each for each in attempts(story) if each.verdict in {Verdict.BETTER, Verdict.PARTLY}][-MOST:]
    found = [each for each in story.of(Role.HYPOTHESIS, Role.CAUSE) if _is_theory(each)]
    held = tuple(_theory(story, each, refuted, helped) for each in _fewer(found))
    if current(held) is None and (meant := _meant_by(story, helped)) is not None:
        return (*held, meant)
    return held


def undone(story: Story, change: Said) -> Attempt | None:
    """Return what took a change back and was followed by better, None where nothing did."""
    about = stems(change.clause.text)
    taken_back = (each for each in attempts(story) if each.verdict is Verdict.BETTER and _takes_back(each.done))
    return next((each for each in taken_back if each.done.place > change.place and _about(about, each.done)), None)


def exonerates(story: Story, said: Said) -> bool:
    """Return whether a clause clears something: that all looks well does so only where somebody had asked."""
    if not said.entry.trusted:
        return False
    if not any(phrase in said.clause.text.lower() for phrase in _WELL):
        return True
    about = stems(said.clause.text)
    asked = (each for each in story.of(Role.HYPOTHESIS, Role.QUESTION, Role.CAUSE) if each.place < said.place)
    return any(about & stems(each.clause.text) for each in asked)


def _meant_by(story: Story, helped: list[Attempt]) -> Theory | None:
    """Return what people said before of that which helped last, where nobody named a cause in so many words."""
    if not helped:
        return None
    last = helped[-1]
    about = stems(last.done.clause.text)
    said = [each for each in story.said if each.place < last.done.place and _may_explain(each)]
    found = [each for each in said[-MOST:] if _about(about, each)]
    if not found:
        return None
    best = max(found, key=lambda each: (each.is_(Role.CHANGE), len(about & stems(each.clause.text)), each.place))
    return Theory(best, Confidence.POSSIBLE, bears_out=last)


def _may_explain(said: Said) -> bool:
    if not said.entry.trusted or said.entry.kind in {Happening.ALERT, Happening.METRIC, Happening.EFFECT}:
        return False
    return not said.is_(*_NO_CAUSE) and not said.clause.better()


def _takes_back(done: Said) -> bool:
    return not _UNDOING.isdisjoint(tokens(done.clause.text))


def _about(about: frozenset[str], said: Said) -> bool:
    return bool((about & stems(said.clause.text)) - _DEEDS)


def current(held: tuple[Theory, ...]) -> Theory | None:
    """Return the theory that stands: the firmest, and of those the last one that was said."""
    standing = [each for each in held if each.confidence is not Confidence.RULED_OUT]
    return max(standing, key=lambda each: (each.confidence, plainness(each.said), each.said.place), default=None)


def _fewer(found: list[Said]) -> list[Said]:
    if len(found) <= MOST:
        return found
    plainest = sorted(found[: -MOST // 2], key=lambda each: -plainness(each))[: MOST // 2]
    return sorted([*plainest, *found[-MOST // 2 :]], key=lambda each: each.place)


def _is_theory(said: Said) -> bool:
    if not said.entry.trusted or said.is_(Role.FOLLOW_UP, Role.DECLARED, Role.RULED_OUT, Role.RESOLVED):
        return False
    if said.entry.kind is Happening.HYPOTHESIS:
        return True
    explained = not said.clause.better() or said.strength(Role.CAUSE) > 1
    return explained and "confirmed by" not in said.clause.text.lower()


def _theory(story: Story, pointing: Said, refuted: list[Said], helped: list[Attempt]) -> Theory:
    """Return what is held of one idea; one that only points at what was said before is told with that."""
    named = _named_before(story, pointing) if stems(pointing.clause.text) <= _EMPTY else None
    said, confidence = named or pointing, _confidence(pointing)
    pointed_at = pointing if named is not None else None
    about = stems(said.clause.text)
    against = next((each for each in refuted if each.place > said.place and _meets(about, each)), None)
    if against is not None:
        return Theory(said, Confidence.RULED_OUT, against=against, pointed_at=pointed_at)
    fits = (each for each in helped if each.done.place > said.place and _meets(about, each.done))
    bears_out = next(fits, None)
    return Theory(said, confidence, bears_out=bears_out, pointed_at=pointed_at)


def _named_before(story: Story, pointing: Said) -> Said | None:
    """Return what somebody points at who only says that it is the cause: what they, or else anybody, said last."""
    before = [
        each
        for each in story.said[: story.said.index(pointing)][-_LOOKED_BACK:]
        if each.entry.trusted and pointing.at - each.at <= _JUST_NOW and len(stems(each.clause.text)) >= _SHARED
    ]
    own = [each for each in before if each.entry.author == pointing.entry.author]
    return next(reversed(own or before), None)


def _confidence(said: Said) -> Confidence:
    lowered = said.clause.text.lower()
    if said.is_(Role.CAUSE) and not said.is_(Role.HYPOTHESIS, Role.QUESTION):
        return Confidence.CONFIRMED if any(phrase in lowered for phrase in _SURE) else Confidence.FOUND
    if said.is_(Role.QUESTION) or _LIKELY.isdisjoint(lowered.replace(",", " ").split()):
        return Confidence.POSSIBLE
    return Confidence.LIKELY


def plainness(said: Said) -> int:
    """Return how plainly a clause speaks of a cause, so that `root cause` outweighs `found`."""
    lowered = said.clause.text.lower()
    found = said.strength(Role.CAUSE) + 3 * sum(phrase in lowered for phrase in _SURE)
    found += 2 * said.is_(Role.CHANGE, Role.IMPACT) + (_TOLD if said.entry.kind is Happening.HYPOTHESIS else 0)
    return found - said.strength(Role.DETECTION) - said.strength(Role.PERSON)


def _meets(about: frozenset[str], said: Said) -> bool:
    other = stems(said.clause.text)
    return len(about & other) >= min(_SHARED, max(len(other), 1))
