"""A question in a thread and its answer there: status, pictures, evidence, the plan, and what to press next.

Where other organisations read along, the answer is for the eyes of whoever asked.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.surfaces.desk import Desk
from bot.surfaces.growing import growing
from bot.surfaces.places import Places
from bot.surfaces.slack.blocks import Post, context, feedback
from bot.surfaces.slack.conversing import conversation, message, named
from bot.surfaces.slack.growing import EVERY, GrowingMessage
from bot.surfaces.slack.limits import BLOCKS
from bot.surfaces.slack.outsiders import Outsiders
from bot.surfaces.slack.picturing import Picturing, post_pictured
from bot.surfaces.slack.ports import Visit
from bot.surfaces.slack.replies import reply_posts
from bot.surfaces.slack.showing import Board
from bot.surfaces.slack.streaming import Streams, waiting
from bot.surfaces.slack.telling import private, tell_posts
from memory.model.talk import Reply

ASIDE: Final = "Other organisations share this channel, so this is for your eyes alone."
PLAN_ASIDE: Final = "Your plan is in our direct message; those who may approve it find it in their App Home."


class Answering:
    """Takes what people say to the desk, and its answers to the thread, once each."""

    def __init__(
        self,
        desk: Desk,
        board: Board,
        streams: Streams,
        picturing: Picturing,
        outsiders: Outsiders,
        places: Places,
        *,
        every: timedelta = EVERY,
    ) -> None:
        self._every = every
        self._desk = desk
        self._board = board
        self._streams = streams
        self._picturing = picturing
        self._outsiders = outsiders
        self._places = places

    async def answer(
        self,
        visit: Visit,
        text: str,
        channel: str,
        thread: str,
        *,
        opening: str = "",
        part: str = "",
        spoken_aloud: bool = False,
    ) -> Reply:
        """Answer in a thread. `opening` is shown above the answer: what was pressed to ask for it, or heard."""
        arrival, web = visit.arrival, visit.web
        where = conversation(web.team, channel, thread)
        said = message(arrival, visit.person, text, where, part=part, spoken_aloud=spoken_aloud)
        foreign = await self._outsiders.may_read(web, channel, arrival)
        grows = GrowingMessage(web, channel, thread, f"{said.id}:reply:0", opening)
        async with waiting(web, channel, thread), growing(self._desk, visit.person, said) as answer:
            stream = await self._streams.begun(visit, channel, thread, answer.task) if arrival.direct else ""
            if not foreign and not spoken_aloud:
                await self._streams.patient(answer.task)
                await grows.show(answer, said, self._places, self._streams, stream, self._every)
            reply = await answer.task
            if foreign:
                await self._aside(visit, reply, channel, thread)
                return reply
            sent = await self._posts(visit, reply, opening)
        if sent and not await grows.end(sent[0]):
            await self._first(visit, reply, sent[0], channel, thread, stream=stream, key=grows.key)
        for number, post in enumerate(sent[1:], 1):
            await post_pictured(web, channel, post, key=f"{said.id}:reply:{number}", thread=thread)
        if reply.card is not None:
            await self._board.show(web, reply.card.run, channel, thread)
        return reply

    async def stop(self, visit: Visit, conversation: str) -> None:
        """Stop what whoever pressed asked in a conversation, and nothing of anybody else's."""
        await self._desk.stop(visit.person, named(conversation))

    async def aside(self, visit: Visit, text: str) -> None:
        """Answer for this person's eyes alone, their plan too."""
        said = message(visit.arrival, visit.person, text, f"slack:{visit.arrival.id}")
        await self._aside(visit, await self._desk.say(said, visit.person), visit.arrival.channel, "")

    async def privately(self, visit: Visit, text: str) -> list[Post]:
        """Return the answer for this person's eyes alone: to a question, as a plan is shown in threads."""
        said = message(visit.arrival, visit.person, text, f"slack:{visit.arrival.id}")
        return reply_posts(await self._desk.say(said, visit.person), self._places)

    async def foreign(self, visit: Visit, channel: str) -> bool:
        """Return whether people of other organisations may read what is said in a channel."""
        return await self._outsiders.may_read(visit.web, channel, visit.arrival)

    async def _aside(self, visit: Visit, reply: Reply, channel: str, thread: str) -> None:
        lines = [ASIDE, PLAN_ASIDE] if reply.card is not None else [ASIDE]
        sent = reply_posts(reply, self._places)
        if sent and len(sent[0].blocks) < BLOCKS:
            sent[0] = replace(sent[0], blocks=(context(*lines), *sent[0].blocks))
        await tell_posts(visit, sent, channel=channel, thread=thread)
        if reply.card is not None:
            await self._board.show(visit.web, reply.card.run, await private(visit), "")

    async def _posts(self, visit: Visit, reply: Reply, opening: str) -> list[Post]:
        pictures = await self._picturing.uploaded(visit.web, reply.charts)
        sent = reply_posts(reply, self._places, pictures)
        if opening and sent and len(sent[0].blocks) < BLOCKS:
            sent[0] = replace(sent[0], blocks=(context(opening), *sent[0].blocks))
        if visit.arrival.direct and sent and len(sent[-1].blocks) < BLOCKS:
            sent[-1] = replace(sent[-1], blocks=(*sent[-1].blocks, feedback(reply.id)))
        return sent

    async def _first(
        self, visit: Visit, reply: Reply, post: Post, channel: str, thread: str, *, stream: str, key: str
    ) -> None:
        if stream:
            await self._streams.end(visit.web, channel, stream, reply, post)
        else:
            await post_pictured(visit.web, channel, post, key=key, thread=thread)
