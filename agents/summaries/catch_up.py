"""What somebody missed who comes late or comes back: what changed since then, and how things stand. Pure."""

from datetime import datetime

from agents.summaries.document import Document, DocumentKind, Gap, Part, Section
from agents.summaries.sections import happening, hypothesis, next_update, standing
from agents.summaries.story import Story
from agents.summaries.telling import document, section, told
from agents.summaries.weighing import best

MOST = 12


def catch_up(story: Story, since: datetime) -> Document:
    """Return what happened after `since`, the weightiest first to be kept and all in order, and how it is now."""
    title = f"Since you left at {story.when(since)}"
    parts = [changed(story, since), standing(story), hypothesis(story), next_update(story)]
    seen = story.entries and story.entries[0].at <= since
    if not seen:  # who was never there needs to hear what it is about
        parts = [happening(story), *parts]
    return document(story, DocumentKind.CATCH_UP, title, parts)


def changed(story: Story, since: datetime) -> Section:
    """Return the weightiest of what happened after a moment, in order."""
    later = [each for each in story.said if each.at > since]
    return section(Part.CHANGED, [told(story, each) for each in best(later, MOST)], Gap.CHANGED)
