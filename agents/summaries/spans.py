"""How long it took to notice, respond, declare and recover: between two moments that are cited. Pure."""

from agents.summaries.derived import duration
from agents.summaries.document import Sentence
from agents.summaries.milestones import Milestone, Milestones, milestones
from agents.summaries.story import Story
from agents.summaries.telling import sentence
from agents.summaries.wording import to_the_minute


def spans(story: Story) -> list[Sentence]:
    """Return the times of the incident, the whole of it first; one that would be nothing or less is left out."""
    known = milestones(story)
    pairs = (
        ("It lasted {}, from {} to {}.", known.began, known.mitigated or known.resolved),
        ("Noticed after {}: it began at {} and was noticed at {}.", known.began, known.detected),
        ("First response after {}: noticed at {}, taken up at {}.", known.detected, known.acknowledged),
        ("Declared after {}: noticed at {}, declared at {}.", known.detected, known.declared),
        ("Recovered after {}: noticed at {}, working again at {}.", known.detected, _recovered(known)),
        ("Resolved after {}: noticed at {}, resolved at {}.", known.detected, known.resolved),
    )
    found = [_span(story, words, first, last) for words, first, last in pairs]
    return [each for each in found if each is not None]


def _recovered(known: Milestones) -> Milestone | None:
    if known.mitigated is None or (known.resolved is not None and known.resolved.at == known.mitigated.at):
        return None
    return known.mitigated


def _span(story: Story, words: str, first: Milestone | None, last: Milestone | None) -> Sentence | None:
    if first is None or last is None or to_the_minute(last.at) <= to_the_minute(first.at):
        return None
    if not story.account.placed.isdisjoint((first.rests_on, last.rests_on)):
        return None  # nobody knows when that was
    one, other = story.cited(first.rests_on), story.cited(last.rests_on)
    took = duration(one, other, (first.at, last.at))
    text = words.format(took.text, story.when(first.at), story.when(last.at))
    return sentence(text, (one.id, other.id), took)
