"""What is watched of costs, put together: who looks each night, whom it tells, and what people speak to."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

import structlog

from agents.radar.findings import Worth
from bot.costs.service import Costs
from bot.costs.watching.book import WatchBook
from bot.costs.watching.budgets import Budgets
from bot.costs.watching.forecasting import Forecasting
from bot.costs.watching.gathering import Gathering
from bot.costs.watching.learning import Learning
from bot.costs.watching.night import Night
from bot.costs.watching.radar import Radar
from bot.costs.watching.room import CostWatchRoom
from bot.costs.watching.trials import Trials
from bot.settings import Settings
from bot.surfaces.venues import Notice, Venue
from bot.wiring.costs import Costing, costing
from memory.clock import Clock
from memory.errors import ConnectorUnreachable, QuarterdeckError
from memory.ids import Ids
from memory.model.catalogue import Catalogue
from memory.model.war_room import WarRoom
from memory.store import Store

OFFICE: Final = "cost watch"
LOOK_EVERY_S: Final = 600.0
_SETTLED_S: Final = 30.0  # what was started a moment ago has better things to do first

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ChannelTeller:
    """Tells in the configured channel, `VENUE:PLACE`, once that venue is there."""

    channel: str
    venues: Mapping[str, Venue]

    async def tell(self, tenant: str, title: str, text: str, key: str) -> None:
        """Say it once for each key; raises `ConnectorUnreachable` where there is no such venue."""
        name, _, place = self.channel.partition(":")
        venue = self.venues.get(name)
        if venue is None:
            raise ConnectorUnreachable(f"expected cost_channel to name a chat of this house, found {name!r}")
        room = WarRoom(tenant=tenant, incident="costs", venue=name, place=place or "costs", name="costs")
        await venue.say(room, Notice(title=title, text=text), key=key)


@dataclass(frozen=True)
class CostWatching:
    """What was built. `room` and `book` are None where no bills come from anywhere."""

    night: Night
    room: CostWatchRoom | None
    book: WatchBook | None
    channel: str

    async def keep(
        self, tenant: str, leads: Callable[[str, float], Awaitable[bool]], venues: Mapping[str, Venue]
    ) -> None:
        """Look at each new day of bills once; one node does it for all."""
        if self.room is None:
            return
        if self.channel:
            self.night.reach(ChannelTeller(self.channel, venues))
        await asyncio.sleep(_SETTLED_S)
        while True:
            try:
                if await leads(OFFICE, 2 * LOOK_EVERY_S):
                    await self.night.pass_by(tenant)
            except QuarterdeckError as error:
                _log.warning("costs.not_watched", code=error.code, why=error.message)
            await asyncio.sleep(LOOK_EVERY_S)


def watched_costs(
    settings: Settings, store: Store, catalogue: Catalogue, clock: Clock, ids: Ids, stack: AsyncExitStack
) -> tuple[Costing, CostWatching]:
    """Put the costs of a house together, and what watches them; clients are closed with the stack."""
    costs = costing(settings, store, catalogue, clock, stack)
    return costs, cost_watching(settings, store, costs.costs, clock, ids)


def cost_watching(settings: Settings, store: Store, costs: Costs, clock: Clock, ids: Ids) -> CostWatching:
    """Put it together; nothing is looked at yet."""
    gathering = Gathering(costs, clock)
    budgets, trials = Budgets(gathering, store), Trials(gathering, store)
    worth = Worth(money=settings.cost_finding_least)
    night = Night(gathering, Radar(costs, gathering, store, settings.cost_team_tag, worth), budgets, trials)
    if not settings.cost_sources:
        return CostWatching(night, None, None, settings.cost_channel)
    forecasting, learning = Forecasting(gathering, trials), Learning(store, clock)
    return CostWatching(
        night,
        CostWatchRoom(store, gathering, budgets, forecasting, learning, clock=clock, ids=ids),
        WatchBook(store, forecasting, learning, clock, settings.url()),
        settings.cost_channel,
    )
