"""Who is on call, as rooms ask: principals, the first to be called first, for all the services of an incident."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from memory.errors import UnknownService
from memory.model.people import Principal, PrincipalKind, Role
from memory.model.record import SYSTEM


class Person(Protocol):
    """Somebody on call: who they are here, None where nobody knows."""

    @property
    def principal(self) -> str | None:
        """Return their id."""


class View(Protocol):
    """Who is on call for something."""

    @property
    def people(self) -> Sequence[Person]:
        """Return them, the first to be called first."""


class Schedules(Protocol):
    """Knows the schedules."""

    async def on_call(
        self, principal: Principal, service: str | None, team: str | None, at: datetime | None
    ) -> Sequence[View]:
        """Return who is on call for a service; raises `UnknownService`, or what its sources raise."""


class OnCallOfSchedules:
    """Serves `OnCall`."""

    def __init__(self, schedules: Schedules) -> None:
        self._schedules = schedules

    async def people(self, tenant: str, services: tuple[str, ...], at: datetime) -> tuple[str, ...]:
        """Return the principals on call; a service that no schedule knows has nobody."""
        asking = Principal(
            id=SYSTEM, tenant=tenant, name="Quarterdeck", kind=PrincipalKind.SERVICE, roles=(Role.VIEWER,)
        )
        found: list[str] = []
        for service in services:
            try:
                views = await self._schedules.on_call(asking, service, None, at)
            except UnknownService:
                continue
            found += [each.principal for view in views for each in view.people if each.principal]
        return tuple(dict.fromkeys(found))
