"""The talking side, put together: who answers, and what keeps cards and homes up to date meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bot.surfaces.following import Following
from bot.surfaces.places import Places
from bot.surfaces.ports import Ports
from bot.surfaces.slack.answering import Answering
from bot.surfaces.slack.clips import Listener
from bot.surfaces.slack.commands import Commands
from bot.surfaces.slack.deciding import Deciding
from bot.surfaces.slack.ending import Ending
from bot.surfaces.slack.growing import EVERY
from bot.surfaces.slack.homes import Homes
from bot.surfaces.slack.incident_board import IncidentBoard
from bot.surfaces.slack.incidents import IncidentParts, Incidents
from bot.surfaces.slack.keeping import Kept
from bot.surfaces.slack.outsiders import Outsiders
from bot.surfaces.slack.picturing import Picturing
from bot.surfaces.slack.ports import Webs
from bot.surfaces.slack.quoting import Quoting
from bot.surfaces.slack.repeating import Repeating
from bot.surfaces.slack.retelling import Retelling
from bot.surfaces.slack.runbooks import Runbooks
from bot.surfaces.slack.shortcuts import Shortcuts
from bot.surfaces.slack.showing import Board, watcher
from bot.surfaces.slack.streaming import Streams
from bot.surfaces.slack.talker import Parts, Talker
from bot.surfaces.slack.unfurling import Unfurling
from memory.tasks import stopped


@dataclass(frozen=True)
class Surroundings:
    """What the talking side is told: `owners` names each service's team, `acting` the tools that act."""

    tenant: str
    places: Places
    owners: Callable[[], dict[str, str]] = dict
    acting: frozenset[str] = frozenset()
    listener: Listener | None = None


@dataclass(frozen=True)
class Pace:
    """How often what is shown is brought up to date, and how long an answer may take before steps are shown."""

    card: timedelta = timedelta(seconds=1)
    sweep: timedelta = timedelta(seconds=5)
    home: timedelta = timedelta(seconds=5)
    incidents: timedelta = timedelta(seconds=15)
    patience: timedelta = timedelta(seconds=1)
    growth: timedelta = EVERY


USUAL = Pace()


@dataclass(frozen=True)
class TalkingSide:
    """Who answers, and what has to run beside it."""

    talker: Talker
    board: Board
    following: Following
    homes: Homes
    incidents: IncidentBoard | None = None

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Keep what is shown up to date until the block ends."""
        keeping = [self.following.keep(), self.homes.keep()]
        if self.incidents is not None:
            keeping.append(self.incidents.keep())
        tasks = [asyncio.create_task(each) for each in keeping]
        try:
            yield
        finally:
            await stopped(*tasks)


def talking_side(ports: Ports, webs: Webs, kept: Kept, told: Surroundings, pace: Pace = USUAL) -> TalkingSide:
    """Put it together."""
    desk, places, controls = ports.desk, told.places, ports.controls
    picturing, outsiders = Picturing(ports.pictures), Outsiders(ports.clock)
    ending = Ending(kept, places, picturing, ports.clock)
    board = Board(told.tenant, desk, webs, kept, places, ending=ending, outsiders=outsiders, owners=told.owners)
    streams = Streams(told.tenant, kept.posted, ports.clock, patience=pace.patience)
    answering = Answering(desk, board, streams, picturing, outsiders, places, every=pace.growth)
    homes = Homes(told.tenant, desk, places, ports.clock, controls, ports.incidents, every=pace.home)
    runbooks = Runbooks(ports.runbooks, answering) if ports.runbooks else None
    shown = _incident_board(ports, webs, kept, outsiders, told, pace)
    quoting = Quoting(ports.incidents, ports.rooms) if ports.incidents is not None else None
    incidents = _incidents(ports, shown, answering, quoting, told)
    repeating = Repeating(desk, places, controls)
    parts = Parts(
        answering=answering,
        deciding=Deciding(desk, board, answering, kept.accounts, repeating),
        commands=Commands(
            desk,
            answering,
            places,
            runbooks,
            controls,
            incidents,
            retelling=Retelling(ports.rooms, quoting, places, ports.numbers) if ports.rooms and quoting else None,
            acting=told.acting,
        ),
        runbooks=runbooks,
        homes=homes,
        shortcuts=Shortcuts(answering, lambda: [*told.owners()]),
        unfurling=Unfurling(desk, places, outsiders, ports.incidents),
        listener=told.listener,
        incidents=incidents,
        quoting=quoting,
        lessons=ports.lessons,
    )
    following = Following(watcher(told.tenant), desk, board, every=pace.card, sweep=pace.sweep)
    return TalkingSide(Talker(parts), board, following, homes, shown)


def _incident_board(
    ports: Ports, webs: Webs, kept: Kept, outsiders: Outsiders, told: Surroundings, pace: Pace
) -> IncidentBoard | None:
    if ports.incidents is None:
        return None
    return IncidentBoard(told.tenant, ports.desk, webs, kept, outsiders, told.places, sweep=pace.incidents)


def _incidents(
    ports: Ports,
    board: IncidentBoard | None,
    answering: Answering,
    quoting: Quoting | None,
    told: Surroundings,
) -> Incidents | None:
    if ports.incidents is None or board is None or quoting is None:
        return None
    return Incidents(
        IncidentParts(
            desk=ports.incidents,
            rooms=ports.rooms,
            quoting=quoting,
            board=board,
            answering=answering,
            places=told.places,
            services=lambda: [*told.owners()],
        )
    )
