"""Homes as people look at them: drawn when somebody opens one, and again when something changes meanwhile."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from bot.surfaces.controls import Controls, SwitchState
from bot.surfaces.desk import Desk
from bot.surfaces.incidents import IncidentDesk
from bot.surfaces.places import Places
from bot.surfaces.slack.home import Facts, home
from bot.surfaces.slack.ports import Visit, Web
from bot.surfaces.slack.showing import watcher
from memory.canonical import digest
from memory.clock import Clock
from memory.errors import PolicyDenied, QuarterdeckError, SlackRejected
from memory.model.incident import Incident, IncidentStatus
from memory.model.people import Principal
from memory.model.record import Event, Gap, Topic
from memory.model.run import Run, RunStatus
from memory.model.standing import StandingApproval
from memory.model.talk import ButtonAction
from memory.tasks import stopped

KEPT: Final = 500  # people who opened it last: they may be looking
EVERY: Final = timedelta(seconds=5)
RECENT: Final = 50  # ended plans that are looked through for the day's
INCIDENTS: Final = (IncidentStatus.OPEN, IncidentStatus.MITIGATED)
_CHANGES: Final = frozenset({Topic.RUN, Topic.SWITCH, Topic.POLICY, Topic.INCIDENT})
_UNDER_WAY: Final = (RunStatus.WAITING, RunStatus.RUNNING, RunStatus.UNDOING)
_YES: Final = frozenset({ButtonAction.APPROVE, ButtonAction.SIGN})

_log = structlog.get_logger(__name__)


class Homes:
    """Publishes homes, and again what people may be looking at once it changed."""

    def __init__(
        self,
        tenant: str,
        desk: Desk,
        places: Places,
        clock: Clock,
        controls: Controls | None = None,
        incidents: IncidentDesk | None = None,
        *,
        every: timedelta = EVERY,
    ) -> None:
        self._tenant = tenant
        self._desk = desk
        self._places = places
        self._clock = clock
        self._controls = controls
        self._incidents = incidents
        self._every = every.total_seconds()
        self._open: OrderedDict[tuple[str, str], _Seen] = OrderedDict()

    async def opened(self, visit: Visit) -> None:
        """Show somebody their home."""
        key = (visit.web.team, visit.arrival.user)
        self._open[key] = _Seen(visit.web, visit.arrival.user, visit.person)
        self._open.move_to_end(key)
        while len(self._open) > KEPT:
            self._open.popitem(last=False)
        await self._publish(self._open[key])

    async def revoke(self, visit: Visit, standing: str) -> None:
        """End a standing approval, and show what is left. Raises as the desk does."""
        if self._controls is not None:
            await self._controls.standing.revoke(visit.person, standing)
        await self.opened(visit)

    async def keep(self) -> None:
        """Bring homes up to date for as long as this runs, at most once every few seconds."""
        async with self._desk.events(watcher(self._tenant), None) as happenings:
            changed = asyncio.Event()
            refreshing = asyncio.create_task(self._refreshing(changed))
            try:
                async for happened in happenings:
                    if isinstance(happened, Gap) or _concerns(happened):
                        changed.set()
            finally:
                await stopped(refreshing)

    async def _refreshing(self, changed: asyncio.Event) -> None:
        while True:
            await changed.wait()
            changed.clear()
            for seen in [*self._open.values()]:
                try:
                    await self._publish(seen)
                except QuarterdeckError as error:  # it is drawn again when it is opened
                    _log.info("slack.home_stale", code=error.code, why=error.message)
            await asyncio.sleep(self._every)

    async def _publish(self, seen: "_Seen") -> None:
        """Publish a home, never over a newer one that another node published meanwhile."""
        view = home(await self._facts(seen.person), self._places)
        says = digest(view)
        if says == seen.says:
            return
        known = {"hash": seen.hash} if seen.hash else {}
        try:
            answer = await seen.web.call("views.publish", user_id=seen.user, view=view, **known)
        except SlackRejected as error:
            if error.error != "hash_conflict":
                raise
            view = home(await self._facts(seen.person), self._places)  # as it is after what was published there
            answer = await seen.web.call("views.publish", user_id=seen.user, view=view)
        seen.says, seen.hash = says, str(answer.get("view", {}).get("hash", ""))

    async def _facts(self, person: Principal) -> Facts:
        page = await self._desk.runs(person, _UNDER_WAY, None, RECENT)
        ended = await self._desk.runs(person, (RunStatus.SUCCEEDED,), None, RECENT)
        now = self._clock.now()
        return Facts(
            waiting=tuple(run for run in page.items if self._for(person, run)),
            mine=tuple(run for run in page.items if run.plan.requester == person.id),
            standing=await self._standing(person),
            health=await self._desk.ready(),
            switch=await self._controls.switch.state(person) if self._controls else SwitchState(),
            incidents=await self._under_way(person),
            done=sum(1 for run in ended.items if run.ended_at and run.ended_at > now - timedelta(days=1)),
        )

    async def _under_way(self, person: Principal) -> tuple[Incident, ...]:
        if self._incidents is None:
            return ()
        try:
            return (await self._incidents.incidents(person, INCIDENTS, None, RECENT)).items
        except PolicyDenied:  # not everybody may see them
            return ()

    def _for(self, person: Principal, run: Run) -> bool:
        return bool(_YES & {each.action for each in self._desk.card(run, person).buttons})

    async def _standing(self, person: Principal) -> tuple[StandingApproval, ...]:
        if self._controls is None:
            return ()
        every = await self._controls.standing.all(person)
        return tuple(each for each in every if each.approver == person.id and each.ended is None)


def _concerns(happened: Event) -> bool:
    return happened.topic in _CHANGES


@dataclass
class _Seen:
    """A home that somebody may be looking at: what it says, by digest, and Slack's own mark for it."""

    web: Web
    user: str
    person: Principal
    says: str = ""
    hash: str = ""
