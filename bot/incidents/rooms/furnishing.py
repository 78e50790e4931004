"""Furnishing a room: each fixture is tried by itself, told of where it fails, and tried again later and later.

A record is written only after the thing is done, so a crash in between does it again and finds it done.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog

from bot.incidents.rooms import wording
from bot.incidents.rooms.fixtures import Fixtures
from bot.incidents.rooms.scene import Scene
from memory.errors import QuarterdeckError
from memory.model.war_room import Fitting, Fixture
from memory.tasks import stopped

PATIENCE_S: Final = 10.0  # for one fixture
TURN_S: Final = 2.0  # after which the others are not kept waiting for it
FIRST_PAUSE: Final = timedelta(seconds=2)
LONGEST_PAUSE: Final = timedelta(minutes=5)
_QUIET: Final = frozenset({Fixture.ROOM, Fixture.CLOSED})  # of these nothing can be told in the room
TOGETHER: Final = (
    Fixture.TOPIC,
    Fixture.SUMMARY,
    Fixture.PEOPLE,
    Fixture.LINKS,
    Fixture.EVIDENCE,
    Fixture.RUNBOOK,
    Fixture.FAREWELL,
)

_log = structlog.get_logger(__name__)


class Furnisher:
    """Brings rooms to what they have to be."""

    def __init__(self, fixtures: Fixtures, *, patience_s: float = PATIENCE_S, turn_s: float = TURN_S) -> None:
        self._fixtures = fixtures
        self._patience_s = patience_s
        self._turn_s = turn_s
        self._going: dict[tuple[str, int, Fixture], asyncio.Task[None]] = {}

    async def open(self, scene: Scene) -> bool:
        """Make the room where there is none, and hand out the duties; return whether it stands."""
        if scene.record.room is None:
            await self._tried(scene, Fixture.ROOM)
        if scene.record.room is None:
            return False
        await self._tried(scene, Fixture.DUTIES)
        return True

    async def furnish(self, scene: Scene) -> None:
        """Put up everything that is wanted and does not stand yet; what is slow goes on by itself."""
        done, _ = await asyncio.wait([self._begun(scene, fixture) for fixture in TOGETHER], timeout=self._turn_s)
        for each in done:
            each.result()
        await self._tried(scene, Fixture.CLOSED)

    async def close(self) -> None:
        """Leave what is not done yet to whoever takes over."""
        going = tuple(self._going.values())
        await stopped(*going)

    def _begun(self, scene: Scene, fixture: Fixture) -> asyncio.Task[None]:
        """Begin with a fixture, or go on with it where it has begun."""
        key = (scene.incident.id, scene.record.turn, fixture)
        if key not in self._going:
            task = asyncio.create_task(self._tried(scene, fixture))
            task.add_done_callback(lambda _: self._going.pop(key, None))
            self._going[key] = task
        return self._going[key]

    async def _tried(self, scene: Scene, fixture: Fixture) -> None:
        before = scene.record.fitting(fixture)
        wanted = self._fixtures.wanted(scene, fixture)
        if not wanted or wanted == before.stands or (before.due_at is not None and scene.now < before.due_at):
            return
        try:
            async with asyncio.timeout(self._patience_s):
                change = await self._fixtures.put(scene, fixture)
        except QuarterdeckError as error:
            await self._failed(scene, before, error.message)
        except TimeoutError:
            await self._failed(scene, before, f"no answer within {self._patience_s:.0f} s")
        else:
            done = Fitting(fixture=fixture, stands=wanted, at=scene.now)
            await scene.book.change(lambda record: change(record).fitted(done))

    async def _failed(self, scene: Scene, before: Fitting, why: str) -> None:
        pause = min(FIRST_PAUSE * 2**before.tries, LONGEST_PAUSE)
        tried = {"tries": before.tries + 1, "failure": why[:500], "due_at": scene.now + pause}
        fitting = before.model_copy(update=tried)
        await scene.book.change(lambda record: record.fitted(fitting))
        _log.warning("room.unfinished", incident=scene.incident.id, fixture=before.fixture.value, why=why)
        if before.tries or before.fixture in _QUIET or scene.record.room is None:
            return  # it is told once for each row of failures
        notice = wording.failed(before.fixture, why, scene.now + pause)
        key = scene.key("failed", before.fixture.value, str(scene.record.version))
        with suppress(QuarterdeckError, TimeoutError):  # what failed may well be the venue itself
            async with asyncio.timeout(self._patience_s):
                await scene.venue.say(scene.room, notice, key=key)
