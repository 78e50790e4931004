"""What has to be known across restarts: which message shows which plan, what was posted, who is who."""

from dataclasses import dataclass
from typing import Protocol

from memory.model.installation import Posted
from memory.model.shown import Shown


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
    """What was posted under which key; as `memory.store.slack_posts.SlackPosts`."""

    async def begin(self, posted: Posted) -> Posted | None:
        """Begin to post under a key; where that was begun before, return what is known of it instead."""

    async def finish(self, posted: Posted) -> None:
        """Write down where a message is."""

    async def find(self, tenant: str, team: str, key: str) -> Posted | None:
        """Return what was posted under a key, None where nothing was begun."""


class Accounts(Protocol):
    """Tells the Slack account of a person."""

    async def user(self, tenant: str, team: str, person: str) -> str:
        """Return their user id in a workspace, empty where they have none there."""


@dataclass(frozen=True)
class Kept:
    """What a board knows across restarts: which message shows which plan, what was posted, and who is who."""

    cards: Cards
    posted: PostsMade
    accounts: Accounts
