"""What was tried, and what is recorded of what came of it. Pure.

That something followed is all that is said: whether it followed *because* of what was done is for people to say.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import dropwhile, islice

from agents.summaries.lexicon import Role
from agents.summaries.story import Said, Story, once
from agents.summaries.words import stems
from memory.model.incident import Happening

_WITHIN = timedelta(hours=2)  # in which what is said next is taken for what came of it
_NEXT = 8  # clauses that are looked at
_NO_TRY = (Role.FOLLOW_UP, Role.DECLARED, Role.QUESTION)
_NO_DEEDS = frozenset(
    {Happening.ALERT, Happening.METRIC, Happening.STATUS, Happening.HYPOTHESIS, Happening.DUTY, Happening.UPDATE}
)
_EARLIER = re.compile(r"\b(?:at|around|since) \d{1,2}[:.]\d\d\b|\b(?:yesterday|last night|this morning|earlier)\b")
_VERSION = re.compile(r"\bv?\d+\.\d+\.\d+\b|\bv\d+\b")
_LOOKING_BACK = ("went well", "went badly", "went wrong", "what went")
_LOOKED_AT = 200  # clauses, of which most are alerts
_SHARED = 1  # words that what was done and what is said later must have in common, past the next entry


class Verdict(StrEnum):
    """What is recorded of what came of it."""

    BETTER = "better"
    PARTLY = "partly"
    SAME = "same"
    WORSE = "worse"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Attempt:
    """Something that was done about it. `effect` is what tells of the outcome, None where nothing does."""

    done: Said
    verdict: Verdict
    effect: Said | None


@once
def attempts(story: Story) -> tuple[Attempt, ...]:
    """Return what was tried, in order. What changed before anything was wrong was no attempt."""
    began = next((each.place for each in story.of(Role.IMPACT, Role.DETECTION) if not each.is_(Role.CHANGE)), 0)
    position = {id(said): number for number, said in enumerate(story.said)}
    tried = [each for each in story.said if _is_attempt(each) and each.place >= began]
    found = [_outcome(story, each, position[id(each)]) for each in tried]
    told_of = {id(each.effect) for each in found if each.effect is not each.done}
    return tuple(each for each in found if each.effect is not each.done or id(each.done) not in told_of)


def _is_attempt(said: Said) -> bool:
    """Return whether a clause tells of something that was done about it, or was decided to be."""
    if not said.entry.trusted or said.entry.kind in _NO_DEEDS or said.is_(*_NO_TRY):
        return False
    if said.clause.text.lower().startswith(_LOOKING_BACK):
        return False
    if said.entry.kind is Happening.DECISION or (said.is_(Role.DECISION) and said.is_(Role.PLAN)):
        return True
    done = said.strength(Role.ACTION)
    told_of = said.is_(Role.DETECTION) and said.strength(Role.IMPACT) >= done
    if 0 < done <= said.strength(Role.COMMUNICATION) or _is_history(said):
        return False
    explained = said.strength(Role.CAUSE) >= max(done, 1) or "root cause" in said.clause.text.lower()
    ended = said.strength(Role.RESOLVED) >= done
    return done > 0 and not (told_of or explained or ended)


def _is_history(said: Said) -> bool:
    """Return whether a clause tells of what had been done before, and may be behind it."""
    text = said.clause.text
    return said.is_(Role.HYPOTHESIS) and (_EARLIER.search(text) is not None or _VERSION.search(text) is not None)


def _outcome(story: Story, done: Said, position: int) -> Attempt:
    own = _verdict(done)
    if own is not None and own is not Verdict.PARTLY:
        return Attempt(done, own, done)
    return _later(done, list(islice(_news(story.said[position + 1 :]), _NEXT)))


def _news(said: Sequence[Said]) -> Iterator[Said]:
    """Yield what is said after it, without alerts that only fire again."""
    for each in said[:_LOOKED_AT]:
        if each.entry.kind is not Happening.ALERT or each.is_(Role.BETTER, Role.WORSE):
            yield each


def _later(done: Said, following: Sequence[Said]) -> Attempt:
    about = stems(done.clause.text)
    following = list(dropwhile(lambda each: _verdict(each) is None and about & stems(each.clause.text), following))
    partly, half = None, Attempt(done, Verdict.UNKNOWN, None)
    for each in following:
        if each.at - done.at > _WITHIN:
            break
        if _is_attempt(each) and _verdict(each) is None:
            break
        verdict = _verdict(each)
        if verdict is None:
            continue
        near = each.place <= following[0].place or (partly is not None and verdict is Verdict.BETTER)
        if near or len(about & stems(each.clause.text)) >= _SHARED or each.is_(Role.MITIGATED, Role.RESOLVED):
            if verdict is not Verdict.PARTLY:
                return Attempt(done, verdict, each) if partly is None or verdict is Verdict.BETTER else half
            partly = partly or each
            half = Attempt(done, Verdict.PARTLY, partly)
    return half


def _verdict(said: Said) -> Verdict | None:
    """Return what a clause says of how things went, None where it says nothing of it."""
    if said.is_(Role.HYPOTHESIS, Role.QUESTION, Role.FOLLOW_UP) and not said.is_(Role.SAME):
        return None
    if said.is_(Role.WORSE):
        return Verdict.WORSE
    if said.is_(Role.SAME):
        return Verdict.PARTLY if said.is_(Role.PARTLY) and said.is_(Role.BETTER) else Verdict.SAME
    if said.is_(Role.BETTER, Role.RESOLVED, Role.MITIGATED):
        return Verdict.PARTLY if said.is_(Role.PARTLY) else Verdict.BETTER
    return None
