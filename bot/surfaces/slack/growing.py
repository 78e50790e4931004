"""An answer in a thread while it is made: one message that grows, can be stopped, and becomes the answer.

Whoever takes the arrival up again after a crash finds the message under the key of the answer's first one.
"""

from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog

from bot.surfaces.growing import Growing
from bot.surfaces.places import Places
from bot.surfaces.slack.blocks import Post, actions, button, context
from bot.surfaces.slack.limits import BLOCKS, ID
from bot.surfaces.slack.picturing import without_pictures
from bot.surfaces.slack.ports import Web
from bot.surfaces.slack.presses import Press
from bot.surfaces.slack.replies import reply_posts
from bot.surfaces.slack.streaming import Streams
from memory.errors import SlackError, SlackMessageGone, SlackRejected
from memory.model.talk import Message, Reply

EVERY: Final = timedelta(seconds=3)  # Slack takes 50 updates a minute of a workspace, over all its messages
STILL: Final = "Looking further …"

_log = structlog.get_logger(__name__)


class GrowingMessage:
    """The message of one answer: its `ts`, empty as long as there is none, and the `key` it is posted under."""

    def __init__(self, web: Web, channel: str, thread: str, key: str, opening: str = "") -> None:
        self.ts = ""
        self._web = web
        self._channel = channel
        self._thread = thread
        self.key = key
        self._opening = opening

    async def show(
        self, answer: Growing, said: Message, places: Places, streams: Streams, stream: str, every: timedelta
    ) -> None:
        """Show the answer as it grows, a stream ending in the first of it. What Slack will not have is left."""
        async with aclosing(answer.texts(every)) as texts:
            async for text in texts:
                try:
                    await self._shown(self._post(text, said, places), streams, stream)
                except SlackError as error:  # the answer itself is still to come
                    _log.info("slack.not_growing", code=error.code, why=error.message)
                    return

    async def end(self, post: Post) -> bool:
        """Make the message the answer; return whether there was one that could be."""
        if not self.ts:
            earlier = await self._web.posted(self.key)
            self.ts = earlier.ts if earlier is not None else ""
        if not self.ts:
            return False
        try:
            await self._web.update(self._channel, self.ts, post)
        except SlackMessageGone:
            self.key = f"{self.key}:again"
            return False
        except SlackRejected as error:
            if error.error != "invalid_blocks":
                raise
            await self._web.update(self._channel, self.ts, without_pictures(post))
        return True

    async def _shown(self, post: Post, streams: Streams, stream: str) -> None:
        if self.ts:
            await self._web.update(self._channel, self.ts, post)
        elif stream:
            await streams.end(self._web, self._channel, stream, None, post)
            self.ts = stream
        else:
            self.ts = await self._web.post(self._channel, post, key=self.key, thread=self._thread)

    def _post(self, text: str, said: Message, places: Places) -> Post:
        told = Reply(
            id="growing",
            thread=said.thread,
            to=said.id,
            kind="answer",
            text=text,
            correlation="growing",
            at=said.at,
        )
        post = reply_posts(told, places)[0]
        opening = (context(self._opening),) if self._opening else ()
        stops = actions(f"stop:{said.id}"[:ID], [button("Stop", Press.STOP, said.thread)])
        return replace(post, blocks=(*opening, *post.blocks[: BLOCKS - 3], context(STILL), *stops))
