"""What talking in Teams needs: somebody who writes there, and what is remembered of it."""

from typing import Any, Protocol

from memory.model.identity import Account
from memory.model.installation import Posted
from memory.model.teams import Place, ShownCard


class Writer(Protocol):
    """Writes in conversations, paced to Teams' limits; raises `TeamsError` or one of its kinds."""

    async def post(self, place: Place, told: dict[str, Any]) -> str:
        """Write an activity and return its id."""

    async def update(self, place: Place, activity: str, told: dict[str, Any]) -> None:
        """Replace an activity of ours."""


class Roll(Protocol):
    """Knows who is who in a conversation."""

    async def guest(self, place: Place, member: str) -> bool:
        """Return whether somebody, as Teams calls them, is of elsewhere; raises `TeamsError`."""


class Groups(Protocol):
    """Knows who is in which groups."""

    async def of(self, account: Account) -> tuple[str, ...] | None:
        """Return the groups of an account, None where nobody says; raises `TeamsError`."""


class Posts(Protocol):
    """What was written under which key; as `memory.store.posts.Posts`."""

    async def begin(self, posted: Posted) -> Posted | None:
        """Begin to write under a key; where that was begun before, return what is known of it instead."""

    async def finish(self, posted: Posted) -> None:
        """Write down what it is called there."""

    async def forget(self, posted: Posted) -> None:
        """Take a key back: nothing was written under it."""

    async def find(self, tenant: str, team: str, key: str) -> Posted | None:
        """Return what was written under a key, None where nothing was begun."""


class Conversations(Protocol):
    """Where we may write."""

    async def put(self, place: Place) -> None:
        """Keep a conversation."""

    async def find(self, tenant: str, place: str) -> Place | None:
        """Return a conversation."""

    async def remove(self, tenant: str, place: str) -> bool:
        """Forget a conversation."""


class Known(Protocol):
    """Where we are."""

    async def put(self, place: Place) -> None:
        """Keep a conversation."""

    async def find(self, tenant: str, place: str) -> Place | None:
        """Return a conversation."""

    async def of(self, tenant: str) -> tuple[Place, ...]:
        """Return all of a tenant's, the one seen last first."""


class Cards(Protocol):
    """Which plans are shown where."""

    async def put(self, shown: ShownCard) -> None:
        """Keep where a plan is shown."""

    async def move(self, shown: ShownCard) -> bool:
        """Store what is shown now; False where a newer version is shown by now, or the card is not kept."""

    async def of(self, tenant: str, run: str) -> tuple[ShownCard, ...]:
        """Return everywhere a plan is shown."""

    async def open(self, tenant: str) -> tuple[ShownCard, ...]:
        """Return those that may still change."""
