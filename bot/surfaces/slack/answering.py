"""A question in a thread and its answer there: status, pictures, evidence, the plan, and what to press next."""

import asyncio
from dataclasses import replace

import structlog

from bot.pictures import Format, Pictures
from bot.surfaces.desk import Desk
from bot.surfaces.places import Places
from bot.surfaces.slack.blocks import Post, context, feedback
from bot.surfaces.slack.conversing import conversation, message
from bot.surfaces.slack.limits import BLOCKS
from bot.surfaces.slack.ports import Visit
from bot.surfaces.slack.replies import reply_posts
from bot.surfaces.slack.showing import Board
from bot.surfaces.slack.streaming import Streams, waiting
from memory.errors import QuarterdeckError, SlackRejected
from memory.model.talk import Chart, Reply

_log = structlog.get_logger(__name__)


class Answering:
    """Takes what people say to the desk, and its answers to the thread, once each."""

    def __init__(self, desk: Desk, board: Board, streams: Streams, pictures: Pictures, places: Places) -> None:
        self._desk = desk
        self._board = board
        self._streams = streams
        self._pictures = pictures
        self._places = places

    async def answer(
        self, visit: Visit, text: str, channel: str, thread: str, *, opening: str = "", part: str = ""
    ) -> Reply:
        """Answer in a thread. `opening` is shown above the answer: what was pressed to ask for it."""
        arrival, web = visit.arrival, visit.web
        said = message(arrival, visit.person, text, conversation(web.team, channel, thread), part=part)
        async with waiting(web, channel, thread):
            saying = asyncio.create_task(self._desk.say(said, visit.person))
            stream = await self._streams.begun(visit, channel, thread, saying) if arrival.direct else ""
            reply = await saying
            sent = await self._posts(visit, reply, opening)
        await self._send(visit, reply, sent, channel, thread, stream=stream, key=f"{said.id}:reply")
        if reply.card is not None:
            await self._board.show(web, reply.card.run, channel, thread)
        return reply

    async def privately(self, visit: Visit, text: str) -> list[Post]:
        """Return the answer for this person's eyes alone: to a question, as a plan is shown in threads."""
        said = message(visit.arrival, visit.person, text, f"slack:{visit.arrival.id}")
        return reply_posts(await self._desk.say(said, visit.person), self._places)

    async def _posts(self, visit: Visit, reply: Reply, opening: str) -> list[Post]:
        sent = reply_posts(reply, self._places, await self._drawn(visit, reply))
        if opening and sent and len(sent[0].blocks) < BLOCKS:
            sent[0] = replace(sent[0], blocks=(context(opening), *sent[0].blocks))
        if visit.arrival.direct and sent and len(sent[-1].blocks) < BLOCKS:
            sent[-1] = replace(sent[-1], blocks=(*sent[-1].blocks, feedback(reply.id)))
        return sent

    async def _send(
        self, visit: Visit, reply: Reply, sent: list[Post], channel: str, thread: str, *, stream: str, key: str
    ) -> None:
        for number, post in enumerate(sent):
            if stream and number == 0:
                await self._streams.end(visit.web, channel, stream, reply, post)
                continue
            try:
                await visit.web.post(channel, post, key=f"{key}:{number}", thread=thread)
            except SlackRejected as error:
                if error.error != "invalid_blocks" or not _pictured(post):
                    raise
                told = _told(post)  # a picture that Slack has not taken in yet: its words do
                await visit.web.post(channel, told, key=f"{key}:{number}", thread=thread)

    async def _drawn(self, visit: Visit, reply: Reply) -> dict[str, str]:
        drawn = await asyncio.gather(*(self._picture(visit, chart) for chart in reply.charts))
        return {chart.id: file for chart, file in zip(reply.charts, drawn, strict=True) if file}

    async def _picture(self, visit: Visit, chart: Chart) -> str:
        """Return the uploaded picture of a chart; a chart without one is told in words."""
        try:
            png = await self._pictures.draw(chart, Format.PNG)
            return await visit.web.upload("chart.png", png, chart.title)
        except QuarterdeckError as error:
            _log.info("slack.no_picture", code=error.code, why=error.message)
            return ""


def _pictured(post: Post) -> bool:
    return any(block["type"] == "image" for block in post.blocks)


def _told(post: Post) -> Post:
    told = (context(str(block["alt_text"])) if block["type"] == "image" else block for block in post.blocks)
    return replace(post, blocks=tuple(told))
