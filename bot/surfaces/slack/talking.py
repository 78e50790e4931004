"""The talking side, put together: who answers, and what keeps cards and homes up to date meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bot.surfaces.places import Places
from bot.surfaces.ports import Ports
from bot.surfaces.slack.answering import Answering
from bot.surfaces.slack.clips import Listener
from bot.surfaces.slack.commands import Commands
from bot.surfaces.slack.deciding import Deciding
from bot.surfaces.slack.following import Following
from bot.surfaces.slack.homes import Homes
from bot.surfaces.slack.keeping import Kept
from bot.surfaces.slack.ports import Webs
from bot.surfaces.slack.repeating import Repeating
from bot.surfaces.slack.runbooks import Runbooks
from bot.surfaces.slack.shortcuts import Shortcuts
from bot.surfaces.slack.showing import Board
from bot.surfaces.slack.streaming import Streams
from bot.surfaces.slack.talker import Parts, Talker
from bot.surfaces.slack.unfurling import Unfurling


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
    patience: timedelta = timedelta(seconds=1)


USUAL = Pace()


@dataclass(frozen=True)
class TalkingSide:
    """Who answers, and what has to run beside it."""

    talker: Talker
    board: Board
    following: Following
    homes: Homes

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Keep what is shown up to date until the block ends."""
        tasks = [asyncio.create_task(each) for each in (self.following.keep(), self.homes.keep())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def talking_side(ports: Ports, webs: Webs, kept: Kept, told: Surroundings, pace: Pace = USUAL) -> TalkingSide:
    """Put it together."""
    desk, places, controls = ports.desk, told.places, ports.controls
    board = Board(told.tenant, desk, webs, kept, places, owners=told.owners)
    streams = Streams(told.tenant, kept.posted, ports.clock, patience=pace.patience)
    answering = Answering(desk, board, streams, ports.pictures, places)
    homes = Homes(told.tenant, desk, places, ports.clock, controls, every=pace.home)
    runbooks = Runbooks(ports.runbooks, answering) if ports.runbooks else None
    repeating = Repeating(desk, places, controls)
    parts = Parts(
        answering=answering,
        deciding=Deciding(desk, board, answering, kept.accounts, repeating),
        commands=Commands(desk, answering, places, runbooks, controls, acting=told.acting),
        runbooks=runbooks,
        homes=homes,
        shortcuts=Shortcuts(answering, lambda: [*told.owners()]),
        unfurling=Unfurling(desk, places),
        listener=told.listener,
    )
    following = Following(told.tenant, desk, board, every=pace.card, sweep=pace.sweep)
    return TalkingSide(Talker(parts), board, following, homes)
