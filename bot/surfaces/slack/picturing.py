"""Charts in Slack: uploaded as pictures, with words for those who cannot see them, or told in words alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.pictures import Format, Pictures
from bot.surfaces.slack.blocks import Post, context
from bot.surfaces.slack.ports import Web
from memory.errors import QuarterdeckError, SlackRejected
from memory.model.talk import Chart

_log = structlog.get_logger(__name__)


class Picturing:
    """Draws charts and brings the pictures to a workspace."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures

    async def uploaded(self, web: Web, charts: Sequence[Chart]) -> dict[str, str]:
        """Return the uploaded file of each chart by its id; a chart is missing where there could be no picture."""
        drawn = await asyncio.gather(*(self._picture(web, chart) for chart in charts))
        return {chart.id: file for chart, file in zip(charts, drawn, strict=True) if file}

    async def _picture(self, web: Web, chart: Chart) -> str:
        try:
            png = await self._pictures.draw(chart, Format.PNG)
            return await web.upload("chart.png", png, chart.title)
        except QuarterdeckError as error:
            _log.info("slack.no_picture", code=error.code, why=error.message)
            return ""


async def post_pictured(web: Web, channel: str, post: Post, *, key: str, thread: str) -> str:
    """Post a message with pictures; one that Slack has not taken in yet is told in words. Return its `ts`."""
    try:
        return await web.post(channel, post, key=key, thread=thread)
    except SlackRejected as error:
        if error.error != "invalid_blocks" or not any(block["type"] == "image" for block in post.blocks):
            raise
    return await web.post(channel, without_pictures(post), key=key, thread=thread)


def without_pictures(post: Post) -> Post:
    """Return a message in which pictures are told in words."""
    told = (context(str(block["alt_text"])) if block["type"] == "image" else block for block in post.blocks)
    return replace(post, blocks=tuple(told))
