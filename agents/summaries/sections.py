"""The sections that several kinds of summary share. Pure."""

from datetime import timedelta

from agents.summaries.attempts import Attempt, Verdict, attempts
from agents.summaries.derived import later
from agents.summaries.document import Gap, Part, Section, Sentence
from agents.summaries.doubts import contradictions, questions
from agents.summaries.lexicon import Role
from agents.summaries.milestones import Milestone, Milestones, milestones
from agents.summaries.people import people
from agents.summaries.story import Said, Story, once
from agents.summaries.telling import by, cited, phrase, section, sentence, told, words
from agents.summaries.theories import Confidence, Theory, current, exonerates, theories, undone
from agents.summaries.weighing import best, impact_weight, top, weight
from agents.untrusted import quoted
from memory.model.incident import Happening, IncidentStatus
from memory.model.record import SYSTEM

_LEADS = {
    Confidence.CONFIRMED: "Confirmed: ",
    Confidence.FOUND: "Found: ",
    Confidence.LIKELY: "Likely, not confirmed: ",
    Confidence.POSSIBLE: "Possible, not confirmed: ",
}
_VERDICTS = {
    Verdict.BETTER: "Then it got better",
    Verdict.PARTLY: "Then it got better in part",
    Verdict.SAME: "It did not help",
    Verdict.WORSE: "Then it got worse",
}
MOST_PROBLEMS, MOST_REFUTED = 4, 3
_NOTABLE = 3  # the weight of what may be the latest word
_SHORTLY = timedelta(hours=3)
_STATUS = (Role.RESOLVED, Role.MITIGATED, Role.REOPENED, Role.BETTER, Role.WORSE, Role.SAME)


def happening(story: Story) -> Section:
    """Return what is wrong, in the words that say it best, and the latest word on it."""
    said = list(_title(story))
    problem = problems(story, 1)
    said += [told(story, each) for each in problem]
    news = (each for each in reversed(story.said) if weight(each) > _NOTABLE and each not in problem)
    latest = next((each for each in news if not each.is_(Role.FOLLOW_UP)), None)
    if latest is not None:
        said.append(told(story, latest, "Latest: "))
    return section(Part.HAPPENING, said, Gap.HAPPENING if story.entries else Gap.EMPTY)


def problems(story: Story, most: int) -> tuple[Said, ...]:
    """Return the clauses that say best what people suffer."""
    return top(_by_impact(story), most)


@once
def _by_impact(story: Story) -> list[Said]:
    """Return the clauses that tell of impact, the plainest first; early ones tell what it is about."""
    of = [each for each in story.of(Role.IMPACT) if impact_weight(each) > 0]
    early = len(story.entries) // 3
    return sorted(of, key=lambda each: (-impact_weight(each) - 2 * (each.place <= early), each.place))


def _title(story: Story) -> tuple[Sentence, ...]:
    record = story.account.incident
    if record is None:
        return ()
    title = quoted(record.title) if record.declared_by == SYSTEM else record.title.rstrip(".")
    return (sentence(f"{title}: SEV{record.severity}, {record.status.value}.", (record.id,)),)


def impact(story: Story, most: int = MOST_PROBLEMS) -> Section:
    """Return who is affected and how."""
    return section(Part.IMPACT, [told(story, each) for each in problems(story, most)], Gap.IMPACT)


def since(story: Story) -> Section:
    """Return when it began, and when it was noticed and declared."""
    known = milestones(story)
    stones = [(known.began, "First sign"), (_noticed(known), "Noticed"), (known.declared, "Declared")]
    found = [_stone(story, stone, lead) for stone, lead in stones if stone is not None]
    return section(Part.SINCE, found, Gap.SINCE)


def _noticed(known: Milestones) -> Milestone | None:
    if known.began is not None and known.detected is not None and known.began.rests_on == known.detected.rests_on:
        return None if known.began.at == known.detected.at else known.detected
    return known.detected


def _stone(story: Story, stone: Milestone, lead: str) -> Sentence:
    """Return a moment with the words that tell of it, unless the summary tells them as the impact anyway."""
    told_already = any(each.entry.id == stone.rests_on for each in problems(story, MOST_PROBLEMS))
    timed = stone.rests_on not in story.account.placed
    if stone.said is None or (told_already and timed):
        return sentence(f"{lead} at {story.when(stone.at)}.", (stone.rests_on,))
    return told(story, stone.said, f"{lead}: ")


def standing(story: Story) -> Section:
    """Return the severity and how far the incident is."""
    found = [told(story, each) for each in severities(story)[-2:]]
    known = milestones(story)
    stones = [(known.mitigated, "Mitigated"), (known.resolved, "Resolved")]
    found += [_stone(story, stone, lead) for stone, lead in stones if stone is not None]
    record = story.account.incident
    if record is not None:
        found.insert(0, sentence(f"SEV{record.severity}, {record.status.value}.", (record.id,)))
    elif known.resolved is None:
        last = next(reversed(story.of(*_STATUS)), None)
        if last is not None and (known.mitigated is None or last.entry.id != known.mitigated.rests_on):
            found.append(told(story, last, "Not said to be resolved. Last word on how it is: "))
    return section(Part.STANDING, found, Gap.STANDING)


def severities(story: Story) -> tuple[Said, ...]:
    """Return what was said of the severity."""
    of = story.of(Role.SEVERITY)
    return tuple(each for each in of if each.entry.kind is Happening.SEVERITY or _graded(each))


def _graded(said: Said) -> bool:
    lowered = said.clause.text.lower()
    return said.entry.trusted and any(mark in lowered for mark in ("sev", "p1", "p2", "p3", "p4", "priority"))


def hypothesis(story: Story) -> Section:
    """Return the cause as it is held now, how firmly, and what was ruled out."""
    held = theories(story)
    now = current(held)
    found = [] if now is None else [theory(story, now)]
    found += changes(story)
    pairs = [(each, each.against) for each in held if each.against is not None]
    found += [refuted(story, each, against) for each, against in pairs[-MOST_REFUTED:]]
    named = {against.entry.id for _, against in pairs}
    alone = [each for each in story.of(Role.RULED_OUT) if each.entry.id not in named and exonerates(story, each)]
    found += [told(story, each, "Ruled out: ") for each in best(alone, MOST_REFUTED)]
    return section(Part.HYPOTHESIS, found, Gap.HYPOTHESIS)


def changes(story: Story) -> list[Sentence]:
    """Return what changed shortly before it began: that it did, and no more."""
    began = milestones(story).began
    if began is None:
        return []
    of = [each for each in story.of(Role.CHANGE) if began.at - _SHORTLY <= each.at <= began.at]
    before = [each for each in of if each.entry.id != began.rests_on and not each.is_(Role.PLAN, Role.FOLLOW_UP)]
    return [_change(story, each) for each in top(list(reversed(before)), 2)]


def _change(story: Story, said: Said) -> Sentence:
    """Return a change, with what took it back where things got better then."""
    lead, back = "Changed before it began: ", undone(story, said)
    if back is None:
        return told(story, said, lead)
    text = f"{lead}{phrase(story, said)} What was tried fits: {phrase(story, back.done)}"
    return sentence(text, cited(story, said, back.done))


def theory(story: Story, held: Theory) -> Sentence:
    """Return a theory with how firmly it is held, and what bears it out."""
    text, rests_on = f"{_LEADS[held.confidence]}{phrase(story, held.said)}", [held.said]
    if held.pointed_at is not None:
        text, rests_on = f"{text} {phrase(story, held.pointed_at)}", [*rests_on, held.pointed_at]
    if held.bears_out is not None and held.bears_out.effect is not None:
        done = held.bears_out.done
        text, rests_on = f"{text} What was tried fits: {phrase(story, done)}", [*rests_on, done]
    return sentence(text, cited(story, *rests_on))


def refuted(story: Story, held: Theory, against: Said) -> Sentence:
    """Return a theory that was ruled out, with what ruled it out."""
    text = f"Held for a while: {phrase(story, held.said)} Against it: {phrase(story, against)}"
    return sentence(text, cited(story, held.said, against))


def tried(story: Story, most: int = 8) -> Section:
    """Return what was done, and what is recorded of what came of it."""
    done = attempts(story)
    ranked = sorted(done, key=lambda each: (-_told_first(each), each.done.place))
    kept = top([each.done for each in ranked], most)
    by_clause = {id(each.done): each for each in done}
    return section(Part.TRIED, [attempt(story, by_clause[id(each)]) for each in kept], Gap.TRIED)


def _told_first(one: Attempt) -> int:
    return weight(one.done) + (3 if one.verdict is not Verdict.UNKNOWN else 0)


def attempt(story: Story, one: Attempt) -> Sentence:
    """Return what was done with what came of it, as far as that is recorded."""
    if one.effect is None or one.verdict is Verdict.UNKNOWN:
        return told(story, one.done)
    if one.effect is one.done:
        return told(story, one.done)
    if one.effect.entry.id == one.done.entry.id:
        effect = f"{_VERDICTS[one.verdict]}: {by(story, one.effect)}{words(one.effect)}"
    else:
        effect = f"{_VERDICTS[one.verdict]}, {phrase(story, one.effect)}"
    return sentence(f"{phrase(story, one.done)} {effect}", cited(story, one.done, one.effect))


def who(story: Story) -> Section:
    """Return who has which duty, and what people did last."""
    return section(Part.PEOPLE, people(story), Gap.PEOPLE)


def doubts(story: Story) -> Section:
    """Return what is not answered, and what contradicts itself."""
    return section(Part.OPEN, [*contradictions(story), *questions(story)], Gap.OPEN)


def next_update(story: Story) -> Section:
    """Return when people will hear more: as somebody said, or as the cadence has it."""
    record, known = story.account.incident, milestones(story)
    over = known.resolved is not None or (record is not None and record.status is IncidentStatus.RESOLVED)
    announced = [each for each in story.said if "next update" in each.clause.text.lower() and each.entry.trusted]
    if announced and not over:
        return section(Part.NEXT, [told(story, announced[-1])], Gap.NEXT)
    updates = story.of(Role.COMMUNICATION) or story.said[:1]
    if over or story.account.cadence is None or not updates:
        return section(Part.NEXT, [], Gap.OVER if over else Gap.NEXT)
    last = story.cited(updates[-1].entry.id)
    due = later(last, round(story.account.cadence.total_seconds() / 60))
    text = f"Due by {due.text}, after the one of {story.when(last.at)}."
    return section(Part.NEXT, [sentence(text, (last.id,), due)], Gap.NEXT)
