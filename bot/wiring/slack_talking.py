"""What Slack's talking side is told of the house: its addresses, owners, tools and what it keeps."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from bot.settings import Settings
from bot.surfaces.links import origins
from bot.surfaces.places import Places
from bot.surfaces.slack.keeping import Kept
from bot.surfaces.slack.talking import Surroundings
from bot.wiring.accounts import LinkedAccounts
from memory.ids import RandomIds
from memory.model.catalogue import Catalogue
from memory.model.identity import AccountSource
from memory.model.plan import Effect
from memory.store import Store
from tools.contract import Capability

CLAIM_S: Final = 30.0


class SlackClaims:
    """Lets one node at a time begin something, for as long as a call of Slack's may take."""

    def __init__(self, store: Store, node: str) -> None:
        self._store = store
        self._node = node

    @asynccontextmanager
    async def held(self, tenant: str, what: str) -> AsyncIterator[bool]:
        """Hold a claim until the block ends; False where another node does."""
        term = await self._store.leaders.lead(tenant, f"slack/{what}", self._node, CLAIM_S)
        try:
            yield term is not None
        finally:
            if term is not None:
                await self._store.leaders.resign(term)


def kept(store: Store) -> Kept:
    """Return what survives a restart."""
    return Kept(
        cards=store.slack_cards,
        posted=store.slack_posts,
        accounts=LinkedAccounts(store, AccountSource.SLACK),
        successes=store.slack_successes,
        notices=store.slack_notices,
        incidents=store.incidents,
        rooms=store.war_rooms,
        claims=SlackClaims(store, RandomIds().new("slack")),
    )


def surroundings(settings: Settings, catalogue: Catalogue, capabilities: Sequence[Capability]) -> Surroundings:
    """Return what the settings and the catalogue say."""
    systems = (settings.prometheus_url, settings.alertmanager_url, settings.estate_url)
    owners = {service.name: service.owner for service in catalogue.services}
    return Surroundings(
        tenant=settings.tenant,
        places=Places(settings.url(), origins(systems)),
        owners=lambda: owners,
        acting=frozenset(each.name for each in capabilities if each.effect is not Effect.READ),
    )
