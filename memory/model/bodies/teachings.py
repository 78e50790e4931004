"""What is told of what past turns teach: who decided what about a phrasing."""

from typing import Literal

from memory.model.bodies.kinds import Body, EntryKind, Reference
from memory.model.value import Digest, Identifier


class TeachingDecided(Body):
    """A phrasing was put in use for a tool, declined, or withdrawn. `text` and `replay` are addresses."""

    kind = EntryKind.TEACHING
    change: Literal["accepted", "declined", "withdrawn"]
    teaching: Identifier
    id: Identifier
    tool: Identifier
    text: Digest | None = None
    replay: Digest | None = None

    def subject(self) -> Reference:
        """Return this decision."""
        return f"teaching:{self.id}"
