"""An answer while it is made: each surface shows what stands so far, at its own pace, and in the end the reply.

Whoever is slow is told the latest and misses what came between: nothing queues up, and nobody is held up. What is
told replaces what was told before; the reply alone stays.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.surfaces.desk import Desk
from memory.model.people import Principal
from memory.model.record import Event, Gap, Topic
from memory.model.talk import Message, Reply
from memory.tasks import stopped


class Growing:
    """One message that is being answered. `task` is the reply's."""

    def __init__(self, task: "asyncio.Task[Reply]") -> None:
        self.task = task
        self._text = ""
        self._changed = asyncio.Event()

    async def texts(self, every: timedelta) -> AsyncGenerator[str]:
        """Yield all that stands of the answer whenever there is more, no more often than that."""
        while not self.task.done():
            changed = asyncio.create_task(self._changed.wait())
            try:
                await asyncio.wait({self.task, changed}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                changed.cancel()
            if self.task.done():
                return
            self._changed.clear()
            yield self._text
            await asyncio.wait({self.task}, timeout=every.total_seconds())

    async def hear(self, message: str, happenings: AsyncIterator[Event | Gap]) -> None:
        """Take in what is told of the answer to a message."""
        async for happened in happenings:
            if not isinstance(happened, Event) or happened.topic is not Topic.GROWTH:
                continue
            if happened.body.get("message") == message:
                self._text = str(happened.body.get("text", ""))
                self._changed.set()


@asynccontextmanager
async def growing(desk: Desk, person: Principal, said: Message) -> AsyncIterator[Growing]:
    """Have a message answered, and hear the answer grow; left early, the turn goes on without us."""
    async with desk.events(person, said.thread) as happenings:
        answer = Growing(asyncio.create_task(desk.say(said, person)))
        hearing = asyncio.create_task(answer.hear(said.id, happenings))
        try:
            yield answer
        finally:
            await stopped(hearing, answer.task)
