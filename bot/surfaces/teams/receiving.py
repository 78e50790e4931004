"""Where an activity goes once it is kept: a message is answered, a press done, a change of places remembered."""

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import structlog

from bot.surfaces.inbox import Passing
from bot.surfaces.teams.activities import Incoming
from bot.surfaces.teams.arriving import kept
from bot.surfaces.teams.presses import Pressed, failure
from bot.surfaces.teams.pressing import Pressing
from bot.surfaces.teams.talking import Talking
from memory.errors import OutOfTouch, QuarterdeckError, RaceLost, StoreUnavailable, TeamsBusy, TeamsUnreachable
from memory.model.arrival import Arrival, ArrivalKind

_PASSING: Final = (StoreUnavailable, RaceLost, OutOfTouch, TeamsBusy, TeamsUnreachable)

_log = structlog.get_logger(__name__)


class Reception:
    """Works on one arrival. What it raises is `Passing`, where it is to be tried again."""

    def __init__(self, talking: Talking, pressing: Pressing) -> None:
        self._talking = talking
        self._pressing = pressing
        self._expected: dict[str, list[asyncio.Future[dict[str, Any]]]] = {}

    @contextmanager
    def expected(self, arrival: str) -> Iterator[asyncio.Future[dict[str, Any]]]:
        """Give where the answer to a press will be, if it is worked on in this process.

        It is expected before it is kept, by everybody to whom the same press comes: one of them is to answer it.
        """
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        waiting = self._expected.setdefault(arrival, [])
        waiting.append(answer)
        try:
            yield answer
        finally:
            waiting.remove(answer)
            if not waiting:
                self._expected.pop(arrival, None)

    async def work(self, arrival: Arrival) -> None:
        """Do what is asked, as far as whoever asks may."""
        came = kept(arrival)
        if arrival.kind is ArrivalKind.CLICK:
            await self._pressed(arrival.id, came)
            return
        if arrival.kind is ArrivalKind.MESSAGE:
            await _done(came, self._talking.answer(came))
        elif arrival.kind is ArrivalKind.EVENT:
            await _done(came, self._talking.changed(came))

    async def pressed(self, came: Incoming) -> dict[str, Any]:
        """Return the answer to a press that decides nothing, which is kept nowhere."""
        return (await self._tried(came)).answer

    async def _pressed(self, arrival: str, came: Incoming) -> None:
        """Do what was pressed. Who pressed is answered once; what follows goes on after that."""
        pressed = await self._tried(came)
        for answer in self._expected.get(arrival, ()):
            answer.set_result(pressed.answer)
        if pressed.then is not None:
            await _done(came, pressed.then())

    async def _tried(self, came: Incoming) -> Pressed:
        try:
            return await self._pressing.pressed(came)
        except QuarterdeckError as error:
            _log.info("teams.press_refused", activity=came.id, code=error.code)
            return Pressed(failure(400, " ".join(each for each in (error.message, error.hint) if each)))


async def _done(came: Incoming, work: Awaitable[None]) -> None:
    """Wait for the work; raises `Passing` where it may be done later."""
    try:
        await work
    except _PASSING as error:
        _log.warning("teams.passing", activity=came.id, code=error.code, why=error.message)
        raise Passing from error
    except QuarterdeckError as error:
        _log.warning("teams.not_answered", activity=came.id, code=error.code, why=error.message)
