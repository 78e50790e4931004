"""One workspace as the talking side sees it: calls, posts that happen once, updates of which the last counts."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from bot.surfaces.slack.blocks import Post
from bot.surfaces.slack.calling import SLACK, Caller
from bot.surfaces.slack.ports import Answer
from memory.clock import Clock
from memory.errors import SlackRejected, SlackScopeMissing, SlackUnreachable
from memory.model.installation import Posted
from memory.model.value import JsonValue
from memory.store.posts import Posts

EVENT_TYPE: Final = "quarterdeck_post"  # of the metadata that carries a post's key
LOOKED_AT: Final = 100  # messages that are looked through for a key

_BEFORE = timedelta(minutes=5)  # as far as the clocks may be apart
_OWN: Final = ("https://hooks.slack.com/", "https://files.slack.com/", "https://hooks.slack-gov.com/")


class Workspace:
    """Serves `bot.surfaces.slack.ports.Web` for one workspace."""

    def __init__(
        self,
        team: str,
        bot_user: str,
        token: Callable[[], Awaitable[str]],
        caller: Caller,
        posts: Posts,
        *,
        tenant: str,
        clock: Clock,
    ) -> None:
        self.team = team
        self.bot_user = bot_user
        self._token = token
        self._caller = caller
        self._posts = posts
        self._tenant = tenant
        self._clock = clock
        self._updates: dict[tuple[str, str], _Update] = {}

    async def call(self, method: str, /, **arguments: JsonValue) -> Answer:
        """Call a method."""
        return await self._caller.call(self.team, await self._token(), method, arguments)

    async def post(self, channel: str, post: Post, *, key: str, thread: str = "") -> str:
        """Post a message, once for each key."""
        begun = Posted(tenant=self._tenant, team=self.team, key=key, channel=channel, begun_at=self._clock.now())
        before = await self._posts.begin(begun)
        if before is not None and before.ts:
            return before.ts
        ts = "" if before is None else await self._found(channel, thread, before)
        if not ts:
            ts = await self._posted(channel, post, key, thread, begun)
        await self._posts.finish(begun.model_copy(update={"ts": ts}))
        return ts

    async def posted(self, key: str) -> Posted | None:
        """Return where the message of a key is."""
        return await self._posts.find(self._tenant, self.team, key)

    async def update(self, channel: str, ts: str, post: Post) -> None:
        """Replace a message; of those that wait, only the last."""
        waiting = self._updates.get((channel, ts))
        if waiting is not None:
            waiting.post = post
            await asyncio.shield(waiting.sent)
            return
        update = self._updates[channel, ts] = _Update(post)
        try:
            await self._caller.pacer.turn(self.team, "chat.update", channel)
            del self._updates[channel, ts]
            await self.call("chat.update", channel=channel, ts=ts, **_content(update.post))
        except BaseException as error:
            self._updates.pop((channel, ts), None)
            update.fail(error)
            raise
        update.sent.set_result(None)

    async def whisper(self, channel: str, user: str, post: Post, *, thread: str = "") -> None:
        """Post for one user's eyes."""
        content = _content(post) | ({"thread_ts": thread} if thread else {})
        if channel.startswith("D"):
            await self.call("chat.postMessage", channel=channel, **content)
        else:
            await self.call("chat.postEphemeral", channel=channel, user=user, **content)

    async def respond(self, url: str, post: Post, *, replace: bool = False) -> None:
        """Answer a command or a click."""
        self._own(url)
        document = {"response_type": "ephemeral", "replace_original": replace, **_content(post)}
        await self._caller.send(url, document=document)

    async def upload(self, name: str, data: bytes, title: str, *, channel: str = "", thread: str = "") -> str:
        """Upload a file."""
        place = await self.call("files.getUploadURLExternal", filename=name, length=len(data))
        await self._caller.send(str(place["upload_url"]), body=data)
        shared: dict[str, JsonValue] = {"channel_id": channel} if channel else {}
        shared |= {"thread_ts": thread} if channel and thread else {}
        file = str(place["file_id"])
        await self.call("files.completeUploadExternal", files=[{"id": file, "title": title}], **shared)
        return file

    async def download(self, url: str, most_bytes: int) -> bytes:
        """Return a file that was shared."""
        self._own(url)
        return await self._caller.fetch(url, await self._token(), most_bytes)

    async def _posted(self, channel: str, post: Post, key: str, thread: str, begun: Posted) -> str:
        """Post a message; where it may have got through or not, look before it is posted again."""
        arguments = _content(post) | ({"thread_ts": thread} if thread else {})
        arguments |= {"unfurl_links": False, "unfurl_media": False}
        arguments["metadata"] = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
        try:
            answer = await self.call("chat.postMessage", channel=channel, **arguments)
        except SlackUnreachable:
            ts = await self._found(channel, thread, begun)
            if ts:
                return ts
            answer = await self.call("chat.postMessage", channel=channel, **arguments)
        except SlackRejected:
            await self._posts.forget(begun)  # nothing was posted: another try is a first one
            raise
        return str(answer["ts"])

    async def _found(self, channel: str, thread: str, begun: Posted) -> str:
        """Return the message that carries the key, empty where there is none.

        In channels that takes a scope which is asked for with war rooms alone. Without it nobody can tell, and a
        message that may be there twice is better than one that may be nowhere.
        """
        since = f"{(begun.begun_at - _BEFORE).timestamp():.6f}"
        looked: dict[str, JsonValue] = {"channel": channel, "limit": LOOKED_AT, "oldest": since}
        looked["include_all_metadata"] = True
        try:
            if thread:
                answer = await self.call("conversations.replies", ts=thread, **looked)
            else:
                answer = await self.call("conversations.history", **looked)
        except SlackScopeMissing:
            return ""
        for message in answer.get("messages", []):
            carried = message.get("metadata", {}).get("event_payload", {})
            if carried.get("key") == begun.key:
                return str(message["ts"])
        return ""

    def _own(self, url: str) -> None:
        """Let nobody have us call, or show a token to, an address that is not Slack's."""
        parts = urlsplit(url)
        ours = () if self._caller.base_url == SLACK else (_origin(self._caller.base_url),)
        if f"{parts.scheme}://{parts.netloc}/" not in (*_OWN, *ours):
            raise SlackRejected("expected an address of Slack's, found another")


class _Update:
    """What a message is to become, and the moment it has."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.sent: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def fail(self, error: BaseException) -> None:
        """Tell those who joined."""
        self.sent.set_exception(
            error if isinstance(error, Exception) else SlackUnreachable("an update was cut off")
        )
        self.sent.exception()  # there may be nobody


def _content(post: Post) -> dict[str, JsonValue]:
    return {"text": post.text, "blocks": [*post.blocks]}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"
