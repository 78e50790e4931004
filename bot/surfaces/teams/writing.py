"""Writing in conversations, each thing once for its key, also when whoever began with it died.

What was being written in that moment is written again: nobody can look in Teams whether it got through, and twice
in a thread is better than never. What is decided is in the store, and not in a message.
"""

import asyncio
from datetime import timedelta
from typing import Any, Final

from bot.surfaces.teams.ports import Posts, Writer
from memory.clock import Clock
from memory.errors import TeamsBusy, TeamsError
from memory.model.installation import Posted
from memory.model.teams import Place
from memory.tasks import stopped

GRACE_S: Final = 5.0
WRITING: Final = timedelta(seconds=10)  # a call that began longer ago came to an end


class Author:
    """Writes what is to be written once."""

    def __init__(self, writer: Writer, posts: Posts, clock: Clock) -> None:
        self._writer = writer
        self._posts = posts
        self._clock = clock
        self._writing: set[asyncio.Task[str]] = set()

    async def post(self, place: Place, told: dict[str, Any], *, key: str, shared: bool = False) -> str:
        """Write an activity and return its id; where that was done under this key, its id alone.

        Where other nodes may be at it too, it is `shared`: raises `TeamsBusy` while one of them may be writing.
        """
        begun = Posted(
            tenant=place.tenant, team=place.entra, key=key, channel=place.id, begun_at=self._clock.now()
        )
        before = await self._posts.begin(begun)
        if before is not None and before.ts:
            return before.ts
        if before is not None and shared and self._clock.now() < before.begun_at + WRITING:
            raise TeamsBusy("expected to write this alone, found that another node began to")
        writing = asyncio.create_task(self._written(place, told, begun))
        self._writing.add(writing)
        writing.add_done_callback(self._over)
        return await asyncio.shield(writing)  # whoever is stopped meanwhile would not know whether it got through

    async def close(self) -> None:
        """Wait a little for what is being written."""
        if self._writing:
            _, late = await asyncio.wait(self._writing, timeout=GRACE_S)
            await stopped(*late)

    async def _written(self, place: Place, told: dict[str, Any], begun: Posted) -> str:
        try:
            written = await self._writer.post(place, told)
        except TeamsError:
            await self._posts.forget(begun)  # as far as can be known, nothing was written
            raise
        await self._posts.finish(begun.model_copy(update={"ts": written}))
        return written

    def _over(self, writing: asyncio.Task[str]) -> None:
        self._writing.discard(writing)
        if not writing.cancelled():
            writing.exception()  # whoever waited for it has it, or was stopped

    async def written(self, place: Place, key: str) -> str:
        """Return the id of what was written under a key, empty where nothing was, as far as is known."""
        found = await self._posts.find(place.tenant, place.entra, key)
        return "" if found is None else found.ts

    async def update(self, place: Place, activity: str, told: dict[str, Any]) -> None:
        """Replace an activity of ours."""
        await self._writer.update(place, activity, told)
