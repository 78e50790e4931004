"""Who is who, put together: the roster over settings and store, linking, people, and the sign-in provider."""

from dataclasses import dataclass
from datetime import timedelta

from bot.identity import Directory, Door
from bot.identity.arriving import Arrivals
from bot.identity.attempts import Attempts
from bot.identity.changing import Scribe
from bot.identity.groups import Grouping
from bot.identity.linking import Linker
from bot.identity.oidc import ClientSettings, Provider, SignOn
from bot.identity.oidc.tokens import Verifier
from bot.identity.people import People
from bot.identity.roles import Rules
from bot.identity.roster import Roster
from bot.settings import Settings
from bot.surfaces.identities import IdentityRoom
from memory.bus import Bus
from memory.clock import Clock
from memory.ids import Ids
from memory.store import Store

ARRIVING = "/console/oidc/arrive"


@dataclass(frozen=True)
class WhoIsWho:
    """What surfaces are given; the provider, if there is one, is closed at the end."""

    room: IdentityRoom
    provider: Provider | None = None

    async def close(self) -> None:
        """Close the connections to the provider."""
        if self.provider is not None:
            await self.provider.close()


def roster(settings: Settings, store: Store, directory: Directory, clock: Clock) -> Roster:
    """Return what keeps the directory at who there is now."""
    rules = Rules(settings.role_mappings, timedelta(hours=settings.groups_hours))
    return Roster(store, settings.tenant, settings.principals(), rules, directory, clock)


def who_is_who(
    settings: Settings,
    store: Store,
    directory: Directory,
    people: Roster,
    door: Door,
    *,
    bus: Bus,
    clock: Clock,
    ids: Ids,
) -> WhoIsWho:
    """Return the rooms over an open store; raises `InvalidSettings`. The provider is not asked anything yet."""
    scribe = Scribe(settings.tenant, clock, ids)
    grouping = Grouping(store, people, scribe)
    linker = Linker(store, directory, grouping, Attempts(clock), bus, scribe)
    desk = People(store, directory, people, door, scribe)
    if not settings.oidc_issuer:
        return WhoIsWho(IdentityRoom(accounts=linker, linking=linker, people=desk))
    client = _client(settings)
    provider = Provider(client, clock)
    sign_on = SignOn(
        provider,
        Verifier(provider, clock),
        Arrivals(store, directory, people, grouping, scribe, client.name_claim),
        linker,
        store=store,
        tenant=settings.tenant,
        clock=clock,
    )
    return WhoIsWho(IdentityRoom(accounts=linker, linking=linker, people=desk, sign_on=sign_on), provider)


def _client(settings: Settings) -> ClientSettings:
    return ClientSettings(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        redirect_uri=f"{settings.url()}{ARRIVING}",
        secret=settings.oidc_client_secret,
        scopes=settings.oidc_scopes,
        groups_claim=settings.oidc_groups_claim,
        name_claim=settings.oidc_name_claim,
        audiences=settings.oidc_audiences,
        algorithms=settings.oidc_algorithms,
        required=settings.oidc_required_claims,
        label=settings.oidc_label,
    )
