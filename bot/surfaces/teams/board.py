"""Plans in Teams: one card in each place that shows one, brought up to date there, whoever decided and where.

A card is a view of the stored run: what is heard says only when to look again. An event that is lost, doubled or
late changes nothing but the moment, and a restart goes on where the store says.
"""

import asyncio
from typing import Final
from weakref import WeakValueDictionary

import structlog

from bot.surfaces.desk import Desk
from bot.surfaces.places import Places
from bot.surfaces.teams.cards import base_card, card_text
from bot.surfaces.teams.elements import Element
from bot.surfaces.teams.ports import Cards, Conversations, Writer
from bot.surfaces.teams.replies import message
from memory.canonical import digest
from memory.clock import Clock
from memory.errors import NotFound, QuarterdeckError, TeamsGone
from memory.model.people import Principal, PrincipalKind, Role
from memory.model.record import Event, Topic
from memory.model.run import Run
from memory.model.teams import Place, ShownCard

SWEEP_S: Final = 5.0  # what was heard nowhere, or by another node alone, is seen after this

_log = structlog.get_logger(__name__)


class Board:
    """Shows plans and keeps them up to date."""

    def __init__(
        self,
        tenant: str,
        desk: Desk,
        writer: Writer,
        conversations: Conversations,
        cards: Cards,
        places: Places,
        *,
        clock: Clock,
        sweep_s: float = SWEEP_S,
    ) -> None:
        self._tenant = tenant
        self._desk = desk
        self._writer = writer
        self._conversations = conversations
        self._cards = cards
        self._places = places
        self._clock = clock
        self._sweep_s = sweep_s
        self._watcher = watcher(tenant)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._looking: set[asyncio.Task[None]] = set()

    async def show(self, place: Place, run: str) -> None:
        """Show a plan in a place, unasked too; where it has its card already, bring that up to date."""
        async with self._locks.setdefault(run, asyncio.Lock()):
            shown = await self._cards.of(self._tenant, run)
            if not any(each.place == place.id for each in shown):
                found = await self._desk.run(self._watcher, run)
                told = self._drawn(found, place)
                activity = await self._writer.post(place, told)
                await self._cards.put(
                    ShownCard(
                        tenant=self._tenant,
                        place=place.id,
                        run=run,
                        activity=activity,
                        requester=found.plan.requester,
                        content=digest(told),
                        closed=found.status.final(),
                        shown_at=self._clock.now(),
                    )
                )
                return
        await self.refresh(run)

    async def refresh(self, run: str) -> None:
        """Bring every card of a plan up to date now."""
        async with self._locks.setdefault(run, asyncio.Lock()):
            for shown in await self._cards.of(self._tenant, run):
                if not shown.closed:
                    await self._cards.put(await self._brought_up_to_date(shown))

    async def keep(self) -> None:
        """Follow what happens for as long as this runs."""
        async with self._desk.events(self._watcher, None) as happenings:
            sweeping = asyncio.create_task(self._sweeping())
            try:
                async for happened in happenings:
                    if isinstance(happened, Event) and happened.topic is Topic.RUN:
                        self._look(str(happened.body["run"]))
            finally:
                tasks = (sweeping, *self._looking)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def _look(self, run: str) -> None:
        task = asyncio.create_task(self._tried(run))
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)

    async def _sweeping(self) -> None:
        while True:
            try:
                for run in {each.run for each in await self._cards.open(self._tenant)}:
                    await self._tried(run)
            except QuarterdeckError as error:
                _log.warning("teams.cards_unknown", code=error.code, why=error.message)
            await asyncio.sleep(self._sweep_s)

    async def _tried(self, run: str) -> None:
        try:
            await self.refresh(run)
        except QuarterdeckError as error:  # the next look may have more luck
            _log.warning("teams.card_stale", run=run, code=error.code, why=error.message)

    async def _brought_up_to_date(self, shown: ShownCard) -> ShownCard:
        place = await self._conversations.find(self._tenant, shown.place)
        if place is None:
            return shown.model_copy(update={"closed": True})
        try:
            run = await self._desk.run(self._watcher, shown.run)
            told = self._drawn(run, place)
            if digest(told) != shown.content:
                await self._writer.update(place, shown.activity, told)
        except (NotFound, TeamsGone) as error:
            _log.warning("teams.card_closed", run=shown.run, code=error.code, why=error.message)
            return shown.model_copy(update={"closed": True})
        return shown.model_copy(update={"content": digest(told), "closed": run.status.final()})

    def _drawn(self, run: Run, place: Place) -> Element:
        plan = self._desk.card(run, self._watcher)
        return message(base_card(plan, self._places, place.people), card_text(plan))


def watcher(tenant: str) -> Principal:
    """Return who looks at plans to show them to everybody: somebody who may look, and nothing else."""
    return Principal(id="teams", tenant=tenant, name="Teams", kind=PrincipalKind.SERVICE, roles=(Role.VIEWER,))
