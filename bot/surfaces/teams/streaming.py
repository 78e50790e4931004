"""What people see while they wait: that somebody types and, in a chat with us alone, what is being done.

A stream carries no words of an answer: Teams reads those as markdown, in which a log line could forge a link. It
says what is being done, and ends in the answer's card. Teams takes one stream at a time in a chat, one word of it
a second, for two minutes, and none elsewhere.
Source: learn.microsoft.com/microsoftteams/platform/bots/streaming-ux.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog

from bot.surfaces.teams.ports import Writer
from memory.errors import TeamsError
from memory.model.talk import Reply
from memory.model.teams import Place
from memory.tasks import stopped

TYPING: Final = timedelta(seconds=3)  # Teams shows that somebody types for about so long
PATIENCE: Final = timedelta(seconds=1)  # an answer that is there by then needs no stream
STEPS: Final = ("Reading the question", "Looking at the systems", "Comparing what was found", "Still at it")
LONGEST: Final = timedelta(seconds=100)  # of the two minutes a stream may last

_log = structlog.get_logger(__name__)


@dataclass
class Stream:
    """A stream that was begun: its `id`, empty where there is none, and how many words of it were said."""

    id: str = ""
    said: int = 0
    showing: "asyncio.Task[None] | None" = None

    async def over(self) -> None:
        """Say no more of what is being done: the answer itself is shown."""
        if self.showing is not None:
            await stopped(self.showing)

    def next(self, step: str) -> dict[str, Any]:
        """Return the next word, that something is being done."""
        self.said += 1
        info: dict[str, Any] = {"streamType": "informative", "streamSequence": self.said}
        return {"type": "typing", "text": step} | _about(info | ({"streamId": self.id} if self.id else {}))

    def final(self, told: dict[str, Any]) -> dict[str, Any]:
        """Return a message as the end of the stream."""
        return told | _about({"streamId": self.id, "streamType": "final"})


class Waiting:
    """Shows that somebody is at it. `patience` is how long an answer may take before it is said what is done."""

    def __init__(self, writer: Writer, *, patience: timedelta = PATIENCE, every: timedelta = TYPING) -> None:
        self._writer = writer
        self._patience = patience.total_seconds()
        self._every = every.total_seconds()
        self._streaming: set[str] = set()

    @asynccontextmanager
    async def shown(self, place: Place) -> AsyncIterator[Stream]:
        """Show it for as long as the block lasts; the stream is what the answer is to end, if it has an id."""
        stream = Stream()
        stream.showing = asyncio.create_task(self._show(place, stream))
        try:
            yield stream
        finally:
            await stream.over()

    async def patient(self, answer: "asyncio.Task[Reply]") -> None:
        """Wait for as long as an answer may take before anything is shown of it."""
        await asyncio.wait({answer}, timeout=self._patience)

    async def _show(self, place: Place, stream: Stream) -> None:
        try:
            if place.direct and place.id not in self._streaming:
                await self._streamed(place, stream)
            while True:
                await self._type(place)
                await asyncio.sleep(self._every)
        except TeamsError as error:  # it is a courtesy
            _log.info("teams.not_typing", code=error.code, why=error.message)

    async def _streamed(self, place: Place, stream: Stream) -> None:
        """Say what is done, until the stream has lasted as long as it may or Teams will not have it."""
        self._streaming.add(place.id)
        try:
            await self._type(place)
            await asyncio.sleep(self._patience)
            async with asyncio.timeout(LONGEST.total_seconds()):
                while True:
                    told = stream.next(STEPS[min(stream.said, len(STEPS) - 1)])
                    stream.id = await self._writer.post(place, told) or stream.id
                    await asyncio.sleep(self._every)
        except TimeoutError:
            return
        except TeamsError as error:
            _log.info("teams.no_stream", code=error.code, why=error.message)
        finally:
            self._streaming.discard(place.id)

    async def _type(self, place: Place) -> None:
        await self._writer.post(place, {"type": "typing"})


def _about(info: dict[str, Any]) -> dict[str, Any]:
    """Return what says of an activity that it is of a stream, in the old place and in the new."""
    return {"channelData": info, "entities": [{"type": "streaminfo", **info}]}
