"""The routes of savings: what there is, how to get under a sum, what if, and what was saved."""

from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query

from bot.surfaces.rest.keyed import Asker, IdempotencyKey, Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.savings import Adopting, MeasuredView, SavingsDesk, SavingsView
from memory.model.saving import Adoption
from memory.model.value import Identifier

Sum = Annotated[
    Decimal | None, Query(ge=0, le=10**12, description="What a month shall cost at most; all, if left out.")
]
Chosen = Annotated[list[Identifier], Query(max_length=200, description="The ids of the savings to play through.")]


class SavingRoutes:
    """Brings requests to the savings. To take them up through tools, ask for the view's `command`."""

    def __init__(self, desk: SavingsDesk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        shared: dict[str, Any] = {"tags": ["costs"]}
        router.get("/savings", summary="What could be saved", responses=described(400), **shared)(self.savings)
        router.get("/savings/what-if", summary="Play savings through", responses=described(404), **shared)(
            self.what_if
        )
        router.get("/savings/measured", summary="What was saved", **shared)(self.measured)
        router.post(
            "/savings/adopted",
            summary="Note a saving taken up by hand",
            status_code=201,
            responses=described(403, 404),
            **shared,
        )(self.adopt)

    async def savings(self, observer: Observer, under: Sum = None) -> SavingsView:
        """Return all there is to save, the least risk first, or what gets a month under a sum."""
        return await self._desk.savings(observer, under)

    async def what_if(self, observer: Observer, saving: Chosen) -> SavingsView:
        """Return what a month would be with exactly these savings. Nothing is done."""
        return await self._desk.what_if(observer, saving)

    async def measured(self, observer: Observer) -> MeasuredView:
        """Return what savings that were taken up brought, against what would have been paid."""
        return await self._desk.measured(observer)

    async def adopt(self, adopting: Adopting, asker: Asker, key: IdempotencyKey = None) -> Adoption:
        """Note that a saving was taken up by hand, so that it is measured."""
        del key  # it is noted once a day whatever is repeated
        return await self._desk.adopt(asker, adopting.saving, adopting.at)
