"""Who is on call for what: the catalogue says who owns it, schedules say whose turn it is there."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from memory.errors import ConnectorError, UnknownService
from memory.model.catalogue import Catalogue
from memory.model.value import Identifier, Moment, Value
from tools.oncall.shift import Schedule, Shift
from tools.webhooks.placing import plain


class OnCall(Value):
    """Who is on call for a service, or a team, at a moment; `why` says how the team was found.

    `missing` names schedules that could not be asked: then more people may be on call than are told.
    """

    service: Identifier | None = None
    team: str = ""
    at: Moment
    shifts: tuple[Shift, ...] = ()
    why: str = ""
    missing: tuple[str, ...] = ()


class OnCallBook:
    """Knows every schedule. `teams` says which team owns a service where the catalogue does not name one."""

    def __init__(
        self,
        schedules: Sequence[Schedule],
        catalogue: Catalogue,
        *,
        teams: Mapping[str, str],
        default_team: str = "",
    ) -> None:
        self._schedules = tuple(schedules)
        self._catalogue = catalogue
        self._teams = dict(teams)
        self._default = default_team

    def teams(self) -> tuple[str, ...]:
        """Return every team that has a schedule, in their order."""
        return tuple(dict.fromkeys(each.team for each in self._schedules))

    async def of_service(self, service: str, at: datetime) -> OnCall:
        """Return who is on call for a service; raises `UnknownService`."""
        known = self._catalogue.find(service)
        if known is None:
            raise UnknownService(f"expected a service of the catalogue, found {service[:60]!r}")
        team, why = self._owner(service, known.owner)
        found = await self.of_team(team, at)
        return found.model_copy(update={"service": service, "why": why})

    async def of_team(self, team: str, at: datetime) -> OnCall:
        """Return who is on call for a team, who is called first first. A team without a schedule has nobody."""
        its = [each for each in self._schedules if plain(each.team) == plain(team)]
        asked = await asyncio.gather(*(each.on_call(at) for each in its), return_exceptions=True)
        shifts, missing = list[Shift](), list[str]()
        for schedule, answer in zip(its, asked, strict=True):
            if isinstance(answer, ConnectorError):
                missing.append(f"{schedule.name} of {schedule.team}: {answer.message}")
            elif isinstance(answer, BaseException):
                raise answer
            else:
                shifts += answer
        ordered = tuple(sorted(shifts, key=lambda shift: (shift.level, not shift.override)))
        why = "" if its else f"no schedule of {team or 'any team'} is known here"
        return OnCall(team=team, at=at, shifts=ordered, why=why, missing=tuple(missing))

    async def everybody(self, at: datetime) -> tuple[OnCall, ...]:
        """Return who is on call for each team that has a schedule."""
        return tuple(await asyncio.gather(*(self.of_team(team, at) for team in self.teams())))

    def _owner(self, service: str, owner: str) -> tuple[str, str]:
        known = {plain(team): team for team in self.teams()}
        if service in self._teams:
            return self._teams[service], f"{self._teams[service]} takes care of {service} by the settings"
        if owner and plain(owner) in known:
            return known[plain(owner)], f"{owner} owns {service}"
        if self._default:
            return self._default, f"nobody with a schedule owns {service}: {self._default} is called"
        return owner, f"{owner} owns {service}, and has no schedule here" if owner else f"nobody owns {service}"
