"""What has to be known across restarts: which message shows which plan, what was posted, who is who."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from memory.model.incident import Incident
from memory.model.installation import Posted
from memory.model.shown import Shown, Success
from memory.model.war_room import RoomRecord


class Cards(Protocol):
    """What shows which plan, kept where every node sees it; as `memory.store.slack_cards.SlackCards`."""

    async def keep(self, shown: Shown) -> Shown:
        """Keep where a plan is shown; where it is shown already, return that."""

    async def find(self, tenant: str, run: str) -> Shown | None:
        """Return where a plan is shown."""

    async def open(self, tenant: str) -> tuple[Shown, ...]:
        """Return those that may still change."""

    async def move(self, shown: Shown) -> bool:
        """Store what is shown now; False where somebody showed a newer version meanwhile."""


class PostsMade(Protocol):
    """What was posted under which key; as `memory.store.posts.Posts`."""

    async def begin(self, posted: Posted) -> Posted | None:
        """Begin to post under a key; where that was begun before, return what is known of it instead."""

    async def finish(self, posted: Posted) -> None:
        """Write down where a message is."""

    async def find(self, tenant: str, team: str, key: str) -> Posted | None:
        """Return what was posted under a key, None where nothing was begun."""


class Successes(Protocol):
    """What went well in each channel; as `memory.store.slack_successes.SlackSuccesses`."""

    async def add(self, success: Success) -> bool:
        """Add one; False where it was there already."""

    async def of(self, tenant: str, team: str, channel: str, day: str) -> tuple[Success, ...]:
        """Return those of a channel and day, in the order they ended."""


class Notices(Protocol):
    """What was said once; as `memory.store.slack_notices.SlackNotices`."""

    async def first(self, tenant: str, team: str, about: str, at: datetime, every: timedelta) -> bool:
        """Return whether this is to be said now, and take it as said."""


class Claims(Protocol):
    """Lets one node at a time begin something."""

    def held(self, tenant: str, what: str) -> AbstractAsyncContextManager[bool]:
        """Hold a claim until the block ends; False where another node does."""


class IncidentsKept(Protocol):
    """Incidents as they stand, for whoever shows them to a channel; as `memory.store.incidents.IncidentStore`."""

    async def get(self, tenant: str, incident: str) -> Incident:
        """Return one by its id; raises `NotFound`."""

    async def under_way(self, tenant: str) -> tuple[Incident, ...]:
        """Return those that are open or mitigated."""


class RoomsKept(Protocol):
    """Where incidents are worked on; as `memory.store.war_rooms.WarRooms`."""

    async def of(self, tenant: str, incident: str) -> tuple[RoomRecord, ...]:
        """Return an incident's rooms, the first first."""


class Accounts(Protocol):
    """Tells the Slack account of a person."""

    async def user(self, tenant: str, team: str, person: str) -> str:
        """Return their user id in a workspace, empty where they have none there."""


@dataclass(frozen=True)
class Kept:
    """What is known across restarts and to every node."""

    cards: Cards
    posted: PostsMade
    accounts: Accounts
    successes: Successes
    notices: Notices
    claims: Claims
    incidents: IncidentsKept
    rooms: RoomsKept
