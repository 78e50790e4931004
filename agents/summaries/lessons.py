"""What went well and what went badly, as far as the timeline shows it. Pure.

What people said of it is told in their words; what is worked out is a time between two moments, or what was tried
and what was recorded after it. Nobody is blamed: a person's name stands only where they said something.
"""

from datetime import timedelta

from agents.summaries.attempts import Verdict, attempts
from agents.summaries.derived import duration
from agents.summaries.document import Sentence
from agents.summaries.lexicon import Role, listed
from agents.summaries.milestones import Milestone, milestones
from agents.summaries.sections import attempt
from agents.summaries.story import Said, Story
from agents.summaries.telling import sentence, told
from agents.summaries.weighing import top
from agents.summaries.wording import to_the_minute
from memory.model.incident import Happening

MOST = 5
_SOON, _LATE = timedelta(minutes=10), timedelta(minutes=15)
_TAKEN_UP = "It took {} from {} to {} until somebody was on it."
_NOTICED = "It took {} from {} to {} until it was noticed."
_PLAINLY = (
    "went well",
    "luck",
    "fortunate",
    "worked as expected",
    "no data",
    "no customer",
    "no user",
    "no impact",
)
_MONITORING = listed(
    "alert alerts alerted alertmanager pagerduty pingdom stackdriver opsgenie grafana monitor "
    "monitoring paged alarm alarms fired firing check healthcheck"
)


def well(story: Story) -> list[Sentence]:
    """Return what went well."""
    known, found = milestones(story), []
    if known.detected is not None and known.detected.said is not None and _by_monitoring(known.detected.said):
        found.append(told(story, known.detected.said, "Monitoring noticed it: "))
    quick = _between(story, known.detected, known.acknowledged, _TAKEN_UP)
    if quick is not None and quick[0] <= _SOON:
        found.append(quick[1])
    helped = [each for each in attempts(story) if each.verdict is Verdict.BETTER]
    found += [attempt(story, each) for each in helped[-2:]]
    lucky = [
        each for each in story.of(Role.LUCK) if each.entry.trusted and not each.is_(Role.FOLLOW_UP, Role.SAME)
    ]
    return found + [told(story, each) for each in top(lucky, MOST)]


def badly(story: Story) -> list[Sentence]:
    """Return what went badly."""
    known, found = milestones(story), []
    if known.detected is not None and known.detected.said is not None and _by_people(known.detected.said):
        found.append(told(story, known.detected.said, "People noticed it before monitoring did: "))
    late = _between(story, known.began, known.detected, _NOTICED)
    if late is not None and late[0] >= _LATE:
        found.append(late[1])
    failed = [each for each in attempts(story) if each.verdict in {Verdict.SAME, Verdict.WORSE}]
    kept = {id(each) for each in top([each.done for each in failed], MOST)}
    found += [attempt(story, each) for each in failed if id(each.done) in kept]
    said = [each for each in story.of(Role.SETBACK) if each.entry.trusted and _is_past(each)]
    return found + [told(story, each) for each in top(sorted(said, key=_plainness), MOST)]


def _is_luck(said: Said) -> bool:
    if not said.entry.trusted or said.is_(Role.FOLLOW_UP, Role.SAME, Role.QUESTION):
        return False
    return said.clause.better() or any(mark in said.clause.text.lower() for mark in _PLAINLY)


def _is_past(said: Said) -> bool:
    return not said.is_(Role.FOLLOW_UP) or "should have been" in said.clause.text.lower()


def _plainness(said: Said) -> tuple[int, int]:
    return (-said.strength(Role.SETBACK), said.place)


def _by_monitoring(said: Said) -> bool:
    words = said.clause.text.lower().split()
    return said.entry.kind in {Happening.ALERT, Happening.METRIC} or any(
        w.strip(".,:") in _MONITORING for w in words
    )


def _by_people(said: Said) -> bool:
    return said.is_(Role.PERSON) and "report" in said.clause.text.lower() and not _by_monitoring(said)


def _between(
    story: Story, first: Milestone | None, last: Milestone | None, told_as: str
) -> tuple[timedelta, Sentence] | None:
    if first is None or last is None or to_the_minute(last.at) <= to_the_minute(first.at):
        return None
    if not story.account.placed.isdisjoint((first.rests_on, last.rests_on)):
        return None  # nobody knows when that was
    one, other = story.cited(first.rests_on), story.cited(last.rests_on)
    took = duration(one, other, (first.at, last.at))
    text = told_as.format(took.text, story.when(first.at), story.when(last.at))
    return last.at - first.at, sentence(text, (one.id, other.id), took)
