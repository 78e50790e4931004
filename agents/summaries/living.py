"""The living summary: what whoever works on an incident should know at a glance. Pure."""

from agents.summaries.document import Document, DocumentKind
from agents.summaries.hand_over import watch
from agents.summaries.milestones import milestones
from agents.summaries.sections import (
    doubts,
    happening,
    hypothesis,
    impact,
    next_update,
    since,
    standing,
    tried,
    who,
)
from agents.summaries.story import Story
from agents.summaries.telling import document


def living(story: Story) -> Document:
    """Return the summary of how things stand now."""
    parts = [happening, impact, since, standing, hypothesis, tried, who, doubts, next_update]
    if milestones(story).resolved is None:
        parts.insert(-2, watch)
    return document(story, DocumentKind.LIVING, "How things stand", [part(story) for part in parts])
