"""What nobody has answered, and what contradicts itself: people hear of it rather than of one side. Pure."""

from collections.abc import Iterator
from datetime import timedelta

from agents.summaries.document import Sentence
from agents.summaries.lexicon import Role
from agents.summaries.story import Said, Story
from agents.summaries.telling import cited, phrase, sentence, told
from agents.summaries.weighing import top
from agents.summaries.words import stems
from memory.model.incident import Happening

MOST = 4
_SOON = timedelta(minutes=30)
_AHEAD = 12  # clauses after a word of recovery that may contradict it
_LOOKED_AT = 1000  # clauses, the last ones
_SHARED = 2


def questions(story: Story) -> list[Sentence]:
    """Return the last questions that nothing later answers."""
    asked = [each for each in story.of(Role.QUESTION) if _is_question(each)]
    last = asked[-4 * MOST :]
    found = [each for each in last if not _answered(story, each)]
    return [told(story, each, "Open: ") for each in top(list(reversed(found)), MOST)]


def contradictions(story: Story) -> list[Sentence]:
    """Return what was said to be right again and said to be wrong soon after, and what was corrected."""
    found = [*_corrections(story), *_relapses(story)]
    return found[-MOST:]


def _is_question(said: Said) -> bool:
    if not said.entry.trusted or said.is_(Role.FOLLOW_UP, Role.RESOLVED):
        return False
    return len(stems(said.clause.text)) >= _SHARED and "??" not in said.clause.text


def _answered(story: Story, question: Said) -> bool:
    about = stems(question.clause.text)
    later = (each for each in story.of(Role.CAUSE, Role.RULED_OUT, Role.RESOLVED) if each.place > question.place)
    return any(_clears(about, each) for each in later if each.entry.trusted)


def _clears(about: frozenset[str], said: Said) -> bool:
    other = stems(said.clause.text)
    return len(about & other) >= (min(_SHARED, max(len(other), 1)) if said.is_(Role.RULED_OUT) else _SHARED)


def _relapses(story: Story) -> Iterator[Sentence]:
    last = story.said[-_LOOKED_AT:]
    for number, good in enumerate(last):
        if not (good.is_(Role.RESOLVED) or good.clause.better()) or good.is_(Role.SAME, Role.HYPOTHESIS):
            continue
        about = stems(good.clause.text)
        for bad in last[number + 1 : number + 1 + _AHEAD]:
            if bad.at - good.at > _SOON:
                break
            if _is_trouble(bad) and bad.entry.id != good.entry.id and _meets(about, bad):
                text = f"Contradiction: {phrase(story, good)} But {phrase(story, bad)}"
                yield sentence(text, cited(story, good, bad))
                break


def _is_trouble(said: Said) -> bool:
    if said.entry.kind is Happening.ALERT:
        return said.is_(Role.IMPACT) and not said.clause.better()
    return said.is_(Role.SAME, Role.WORSE, Role.REOPENED) and not said.is_(Role.ACTION, Role.FOLLOW_UP)


def _meets(about: frozenset[str], said: Said) -> bool:
    return said.is_(Role.REOPENED) or len(about & stems(said.clause.text)) >= _SHARED


def _corrections(story: Story) -> Iterator[Sentence]:
    for each in story.said:
        old = story.places.get(each.entry.corrects or "")
        if old is not None:
            yield sentence(f"Corrected: {phrase(story, each)}", (*cited(story, each), old.id))
