"""What is told of costs that are watched: who set a budget, and who said what is expected."""

from typing import Literal

from memory.model.bodies.kinds import Body, EntryKind, Reference
from memory.model.value import Digest, Identifier


class CostWatchChanged(Body):
    """A budget was set or removed, or somebody said that a finding is expected, or no longer is.

    `name` is the budget's or the finding's, `text` the address of what was set or of why it is expected.
    """

    kind = EntryKind.COST_WATCH
    change: Literal["budget_set", "budget_removed", "expected", "unexpected"]
    name: Identifier
    id: Identifier
    text: Digest | None = None

    def subject(self) -> Reference:
        """Return this change."""
        return f"cost_watch:{self.id}"
