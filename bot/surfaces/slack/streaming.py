"""What people see while they wait: a status at once and, in the agent view, the steps that are being taken.

A stream carries no words of an answer: Slack reads those as Markdown, in which a log line could forge a link. It
shows the steps, and ends in the answer's blocks.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import structlog

from bot.surfaces.prose import visible
from bot.surfaces.slack.blocks import Post
from bot.surfaces.slack.keeping import PostsMade
from bot.surfaces.slack.limits import cut
from bot.surfaces.slack.ports import Visit, Web
from memory.clock import Clock
from memory.errors import SlackError, SlackRejected
from memory.model.installation import Posted
from memory.model.talk import Reply
from memory.model.value import JsonValue
from memory.tasks import stopped

STATUS: Final = "is looking"
LOADING: Final = ("Reading the question", "Looking at the systems", "Comparing what was found")
RENEWED: Final = timedelta(seconds=100)  # Slack forgets a status after two minutes
PATIENCE: Final = timedelta(seconds=1)  # an answer that is there by then needs no stream
STREAMS_A_MINUTE: Final = 15  # of the 20 Slack allows; more are answered without one
_LONGEST_STEP: Final = 200
_OVER: Final = "message_not_in_streaming_state"

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def waiting(web: Web, channel: str, thread: str) -> AsyncIterator[None]:
    """Show that somebody is looking until the block ends. An answer in the thread clears it."""
    task = asyncio.create_task(_status(web, channel, thread))
    try:
        yield
    finally:
        await stopped(task)


async def _status(web: Web, channel: str, thread: str) -> None:
    while True:
        try:
            await web.call(
                "assistant.threads.setStatus",
                channel_id=channel,
                thread_ts=thread,
                status=STATUS,
                loading_messages=[*LOADING],
            )
        except SlackError as error:  # it only says that somebody is at it
            _log.info("slack.no_status", code=error.code, why=error.message)
            return
        await asyncio.sleep(RENEWED.total_seconds())


class Streams:
    """Streams of the agent view, each begun and ended once, whoever comes again after a crash."""

    def __init__(self, tenant: str, posted: PostsMade, clock: Clock, *, patience: timedelta = PATIENCE) -> None:
        self._tenant = tenant
        self._posted = posted
        self._clock = clock
        self._patience = patience.total_seconds()
        self._begun: deque[float] = deque(maxlen=STREAMS_A_MINUTE)

    async def begun(self, visit: Visit, channel: str, thread: str, answer: "asyncio.Task[Reply]") -> str:
        """Return the message of the stream that is to end in the answer; empty where there is to be none.

        An answer that is there within a second, or when many wait for one, does without.
        """
        earlier = await self._posted.find(self._tenant, visit.web.team, _key(visit))
        if earlier is not None:
            return earlier.ts
        there, _ = await asyncio.wait({answer}, timeout=self._patience)
        return "" if there or not self._room() else await self._begin(visit, channel, thread)

    async def end(self, web: Web, channel: str, stream: str, reply: Reply | None, post: Post) -> None:
        """End a stream in the answer, or in what there is of it while `reply` is still to come.

        Where it has ended by itself, the message becomes that.
        """
        try:
            await web.call(
                "chat.stopStream",
                channel=channel,
                ts=stream,
                chunks=[*_steps(reply)],
                blocks=[*post.blocks],
            )
        except SlackRejected as error:
            if error.error != _OVER:
                raise
            await web.update(channel, stream, post)

    async def _begin(self, visit: Visit, channel: str, thread: str) -> str:
        posted = Posted(
            tenant=self._tenant,
            team=visit.web.team,
            key=_key(visit),
            channel=channel,
            begun_at=self._clock.now(),
        )
        if await self._posted.begin(posted) is not None:
            return ""
        try:
            answer = await visit.web.call(
                "chat.startStream",
                channel=channel,
                thread_ts=thread,
                recipient_team_id=visit.web.team,
                recipient_user_id=visit.arrival.user,
                task_display_mode="timeline",
                chunks=[_step("look", "Looking at the systems", "in_progress")],
            )
        except SlackError as error:
            _log.info("slack.no_stream", code=error.code, why=error.message)
            return ""
        await self._posted.finish(posted.model_copy(update={"ts": str(answer["ts"])}))
        return str(answer["ts"])

    async def patient(self, answer: "asyncio.Task[Reply]") -> None:
        """Wait for as long as an answer may take before anything is shown of it."""
        await asyncio.wait({answer}, timeout=self._patience)

    def _room(self) -> bool:
        now = self._clock.now().timestamp()
        if len(self._begun) == STREAMS_A_MINUTE and now - self._begun[0] < timedelta(minutes=1).total_seconds():
            return False
        self._begun.append(now)
        return True


def _steps(reply: Reply | None) -> list[JsonValue]:
    """Return what was looked at, as steps that are done, and what could not be reached."""
    if reply is None:
        return [_step("look", "Looking at the systems", "complete")]
    sources: dict[str, list[str]] = {}
    for fact in reply.evidence:
        sources.setdefault(fact.source, []).append(fact.summary)
    done = [_step("look", "Looking at the systems", "complete")]
    done += [_step(f"saw:{name}", _looked(name, len(facts)), "complete") for name, facts in sources.items()]
    return [*done, *[_step(f"missed:{each}", f"Could not reach {each}", "error") for each in reply.missing]]


def _looked(source: str, facts: int) -> str:
    return f"Looked at {source}: {facts} fact{'s' if facts > 1 else ''}"


def _step(name: str, title: str, status: str) -> JsonValue:
    return {"type": "task_update", "id": name, "title": cut(visible(title), _LONGEST_STEP), "status": status}


def _key(visit: Visit) -> str:
    return f"{visit.arrival.id}:stream"
