"""What whoever takes over needs: how it stands, who does what, what is under way and what to watch. Pure."""

from agents.summaries.attempts import attempts
from agents.summaries.document import Document, DocumentKind, Gap, Part, Section
from agents.summaries.lexicon import Role
from agents.summaries.sections import doubts, happening, hypothesis, impact, next_update, standing, tried, who
from agents.summaries.story import Said, Story
from agents.summaries.telling import document, section, told
from agents.summaries.weighing import top
from agents.summaries.words import stems

MOST = 5
_SHARED = 2
_PROVISIONAL = ("temporar", "workaround", "for now", "interim", "until", "remain open", "monitor", "watch")


def hand_over(story: Story) -> Document:
    """Return the note for whoever takes over."""
    parts = (happening, standing, impact, hypothesis, tried, watch, doubts, who, next_update)
    return document(story, DocumentKind.HAND_OVER, "Handover", [part(story) for part in parts])


def watch(story: Story) -> Section:
    """Return what was planned and not seen done, and what is only provisional."""
    done = [stems(each.done.clause.text) for each in attempts(story)[-40:]]
    planned = [each for each in story.of(Role.PLAN)[-20:] if _waits(each, done)]
    provisional = [each for each in story.said[-400:] if each.entry.trusted and _is_provisional(each)]
    found = [told(story, each, "Planned, not seen done: ") for each in top(list(reversed(planned)), MOST)]
    found += [told(story, each, "To watch: ") for each in top(list(reversed(provisional)), MOST)]
    return section(Part.WATCH, found, Gap.WATCH)


def _waits(said: Said, done: list[frozenset[str]]) -> bool:
    about = stems(said.clause.text)
    if not said.entry.trusted or said.is_(Role.ACTION, Role.RESOLVED):
        return False
    return all(len(about & each) < _SHARED for each in done)


def _is_provisional(said: Said) -> bool:
    lowered = said.clause.text.lower()
    return any(mark in lowered for mark in _PROVISIONAL) and not said.is_(Role.QUESTION)
