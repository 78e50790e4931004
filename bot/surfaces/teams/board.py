"""Plans in Teams: one card in each place that shows one, brought up to date there, whoever decided and where.

A card is a view of the stored run: an older state never stays in the place of a newer one, whichever node drew it.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final
from weakref import WeakValueDictionary

import structlog

from bot.surfaces.background import background
from bot.surfaces.desk import Desk
from bot.surfaces.places import Places
from bot.surfaces.teams.calling_out import CallingOut
from bot.surfaces.teams.cards import base_card, card_text
from bot.surfaces.teams.elements import Element
from bot.surfaces.teams.ports import Cards, Conversations
from bot.surfaces.teams.replies import message
from bot.surfaces.teams.writing import Author
from memory.canonical import digest
from memory.clock import Clock
from memory.errors import NotFound, TeamsGone
from memory.model.people import Principal, PrincipalKind, Role
from memory.model.run import Run, RunStatus
from memory.model.teams import Place, ShownCard

LOUD: Final = frozenset({RunStatus.FAILED, RunStatus.UNDONE, RunStatus.EXPIRED})

_log = structlog.get_logger(__name__)


class Board:
    """Shows plans and keeps them up to date. `owners` tells which team owns each service."""

    def __init__(
        self,
        tenant: str,
        desk: Desk,
        author: Author,
        conversations: Conversations,
        cards: Cards,
        *,
        places: Places,
        calling_out: CallingOut,
        clock: Clock,
        owners: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self._tenant = tenant
        self._desk = desk
        self._author = author
        self._conversations = conversations
        self._cards = cards
        self._places = places
        self._calling_out = calling_out
        self._clock = clock
        self._owners = owners
        self._watcher = watcher(tenant)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def show(self, place: Place, run: str, *, shared: bool = False) -> None:
        """Show a plan in a place, unasked too; where it has its card already, bring that up to date.

        Where other nodes may show it there as well, it is `shared`; raises `TeamsBusy` while one of them does.
        """
        async with self._locks.setdefault(run, asyncio.Lock()):
            shown = await self._cards.of(self._tenant, run)
            if not any(each.place == place.id for each in shown):
                await self._cards.put(await self._begun(place, run, shared=shared))
                return
        await self.refresh(run)

    async def refresh(self, run: str) -> None:
        """Bring every card of a plan up to date now."""
        async with self._locks.setdefault(run, asyncio.Lock()):
            for shown in await self._cards.of(self._tenant, run):
                if not shown.closed:
                    await self._renew(shown)

    async def open(self) -> tuple[str, ...]:
        """Return the plans whose cards may still change."""
        return tuple(dict.fromkeys(each.run for each in await self._cards.open(self._tenant)))

    async def _begun(self, place: Place, run: str, *, shared: bool) -> ShownCard:
        """Write a card. Begun before by somebody who died, it is found by its key, and is due to be brought up."""
        found = await self._desk.run(self._watcher, run)
        told, key = await self._drawn(found, place), f"{run}:card:{place.id}"
        before = await self._author.written(place, key)
        return ShownCard(
            tenant=self._tenant,
            place=place.id,
            run=run,
            activity=before or await self._author.post(place, told, key=key, shared=shared),
            requester=found.plan.requester,
            content=None if before else digest(told),
            version=found.version,
            closed=found.status.final() and not before,
            shown_at=self._clock.now(),
        )

    async def _renew(self, shown: ShownCard) -> None:
        """Bring one card up to date; where a newer version was shown meanwhile, that once more, over this one."""
        while not await self._cards.move(await self._brought_up_to_date(shown)):
            kept = await self._cards.of(self._tenant, shown.run)
            newer = next((each for each in kept if each.place == shown.place), None)
            if newer is None:
                return
            shown = newer.model_copy(update={"content": None})

    async def _brought_up_to_date(self, shown: ShownCard) -> ShownCard:
        place = await self._conversations.find(self._tenant, shown.place)
        if place is None:
            return shown.model_copy(update={"closed": True})
        try:
            run = await self._desk.run(self._watcher, shown.run)
            told = await self._drawn(run, place)
            if digest(told) != shown.content:
                await self._author.update(place, shown.activity, told)
            if run.status in LOUD:
                await self._cry(place, run)
        except (NotFound, TeamsGone) as error:
            _log.warning("teams.card_closed", run=shown.run, code=error.code, why=error.message)
            return shown.model_copy(update={"closed": True})
        changes = {"content": digest(told), "version": run.version, "closed": run.status.final()}
        return shown.model_copy(update=changes)

    async def _cry(self, place: Place, run: Run) -> None:
        """Tell who asked, once, that it did not end well. What went well stands on the card alone."""
        says = f"{card_text(self._desk.card(run, self._watcher))}. {run.summary}"
        await self._calling_out.call(place, run.plan.requester, says, key=f"{run.id}:ended:{place.id}")

    async def _drawn(self, run: Run, place: Place) -> Element:
        plan = self._desk.card(run, self._watcher)
        rests_on = await background(self._desk, self._watcher, run, self._owners())
        return message(base_card(plan, self._places, place.people, rests_on), card_text(plan))


def watcher(tenant: str) -> Principal:
    """Return who looks at plans to show them to everybody: somebody who may look, and nothing else."""
    return Principal(id="teams", tenant=tenant, name="Teams", kind=PrincipalKind.SERVICE, roles=(Role.VIEWER,))
