"""The post-incident review: what happened, what it cost, how fast people were, why, and what comes of it. Pure."""

from agents.summaries.attempts import attempts
from agents.summaries.document import Document, DocumentKind, Gap, Part, Section
from agents.summaries.follow_ups import follow_ups
from agents.summaries.lessons import badly, well
from agents.summaries.milestones import Milestone, milestones
from agents.summaries.sections import attempt, changes, problems, theory
from agents.summaries.spans import spans
from agents.summaries.story import Said, Story
from agents.summaries.telling import document, section, told
from agents.summaries.theories import Confidence, Theory, current, plainness, theories
from agents.summaries.weighing import best, quantified, top

MOST_IMPACT, MOST_CAUSES, MOST_KEY_MOMENTS = 6, 5, 20


def review(story: Story) -> Document:
    """Return the review."""
    parts = (summary, impact, timeline, times, causes, went_well, went_badly, actions)
    return document(story, DocumentKind.REVIEW, "Post-incident review", [part(story) for part in parts])


def summary(story: Story) -> Section:
    """Return the story in a few sentences: what, why, what ended it."""
    found = [told(story, each) for each in problems(story, 1)]
    tried = attempts(story)
    held = current(theories(story))
    if held is not None:
        found.append(theory(story, held))
    elif changed := changes(story):
        found.append(changed[0])
    helped = [each for each in tried if each.verdict.value == "better"]
    found += [attempt(story, each) for each in helped[-1:]]
    ended = milestones(story).resolved or milestones(story).mitigated
    if ended is not None and ended.said is not None:
        found.append(told(story, ended.said, "It ended: "))
    return section(Part.SUMMARY, found, Gap.HAPPENING if story.entries else Gap.EMPTY)


def impact(story: Story) -> Section:
    """Return what people suffered, what is said in numbers first."""
    of = problems(story, 3 * MOST_IMPACT)
    ranked = sorted(of, key=lambda each: (not quantified(each), each.place))
    found = [told(story, each) for each in top(ranked, MOST_IMPACT)]
    return section(Part.IMPACT, found + spans(story)[:1], Gap.IMPACT)


def timeline(story: Story) -> Section:
    """Return the moments that mattered, in order."""
    known = milestones(story)
    stones = [known.began, known.detected, known.declared, known.mitigated, known.resolved]
    moments = {id(each): each for each in (*_said(stones), *best(story.said, MOST_KEY_MOMENTS))}
    ordered = sorted(moments.values(), key=lambda said: said.place)
    return section(Part.TIMELINE, [told(story, each) for each in ordered], Gap.EMPTY)


def _said(stones: list[Milestone | None]) -> list[Said]:
    return [stone.said for stone in stones if stone is not None and stone.said is not None]


def times(story: Story) -> Section:
    """Return how long detection, response and recovery took."""
    return section(Part.TIMES, spans(story), Gap.TIMES)


def causes(story: Story) -> Section:
    """Return what was found to have contributed; where nothing was, what was suspected, and said to be that."""
    held = theories(story)
    found = [each for each in held if each.confidence >= Confidence.FOUND]
    kept = found or [each for each in held if each.confidence is not Confidence.RULED_OUT]
    by_clause = {id(each.said): each for each in kept}
    chosen = top([each.said for each in sorted(kept, key=_rank)], MOST_CAUSES)
    said = [theory(story, by_clause[id(each)]) for each in chosen]
    return section(Part.CAUSES, said + changes(story), Gap.CAUSES)


def _rank(held: Theory) -> tuple[int, int, int]:
    return (-held.confidence, -plainness(held.said), -held.said.place)


def went_well(story: Story) -> Section:
    """Return what the timeline shows to have gone well."""
    return section(Part.WELL, well(story), Gap.WELL)


def went_badly(story: Story) -> Section:
    """Return what the timeline shows to have gone badly."""
    return section(Part.BADLY, badly(story), Gap.BADLY)


def actions(story: Story) -> Section:
    """Return what is to be done, by whom."""
    return section(Part.ACTIONS, follow_ups(story), Gap.ACTIONS)
