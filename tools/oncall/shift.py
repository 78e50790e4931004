"""One person's time on call, and what any schedule answers. Pure."""

from datetime import datetime
from typing import Protocol

from pydantic import Field

from memory.model.value import Moment, Value


class Shift(Value):
    """Somebody who is on call at the moment that was asked for. `level` 1 is called first."""

    person: str = Field(min_length=1, max_length=200)  # what the schedule calls them: an id, a name or an address
    team: str
    schedule: str
    level: int = Field(default=1, ge=1)
    starts_at: Moment | None = None
    until: Moment | None = None
    override: bool = False


class Schedule(Protocol):
    """Says who is on call for one team."""

    @property
    def team(self) -> str:
        """Whose schedule it is."""

    @property
    def name(self) -> str:
        """What people call it."""

    async def on_call(self, at: datetime) -> tuple[Shift, ...]:
        """Return who is on call then, first who is called first; raises `ConnectorError` where nobody can say."""
