"""What Slack's talking side is told of the house: its addresses, owners, tools and what it keeps."""

from collections.abc import Sequence

from bot.settings import Settings
from bot.surfaces.links import origins
from bot.surfaces.places import Places
from bot.surfaces.slack.keeping import Kept
from bot.surfaces.slack.talking import Surroundings
from memory.model.catalogue import Catalogue
from memory.model.identity import AccountSource
from memory.model.plan import Effect
from memory.store import Store
from tools.contract import Capability


class SlackAccounts:
    """Tells people's Slack accounts, as they are linked."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def user(self, tenant: str, team: str, person: str) -> str:
        """Return their user id in a workspace, empty where they have none there."""
        accounts = [each.account for each in await self._store.identities.of(tenant, person)]
        here = (each.subject for each in accounts if (each.source, each.issuer) == (AccountSource.SLACK, team))
        return next(here, "")


def kept(store: Store) -> Kept:
    """Return what survives a restart."""
    return Kept(store.slack_cards, store.slack_posts, SlackAccounts(store))


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
