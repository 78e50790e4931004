"""Charts as pictures beside a card. What cannot be drawn, or is too large for a message, is told in words."""

import asyncio
from base64 import b64encode
from collections.abc import Sequence
from typing import Final

import structlog

from bot.pictures import Format, Pictures
from bot.surfaces.prose import visible
from bot.surfaces.teams.elements import Element
from bot.surfaces.teams.limits import PICTURE_BYTES, cut
from memory.errors import InvalidInput
from memory.model.talk import Chart

SCALE: Final = 1.0  # pixels for each pixel of the specification: a message has no room for more
LONGEST_NAME: Final = 80

_log = structlog.get_logger(__name__)


async def drawn(pictures: Pictures, charts: Sequence[Chart]) -> list[Element]:
    """Return the charts that can be shown, as attachments."""
    found = await asyncio.gather(*(_picture(pictures, chart) for chart in charts))
    return [each for each in found if each]


async def _picture(pictures: Pictures, chart: Chart) -> Element:
    try:
        png = await pictures.draw(chart, Format.PNG, scale=SCALE)
        if len(png) > PICTURE_BYTES:
            png = await pictures.draw(chart, Format.PNG, narrow=True, scale=SCALE)
    except InvalidInput as error:
        _log.info("teams.no_picture", code=error.code, why=error.message)
        return {}
    if len(png) > PICTURE_BYTES:
        _log.info("teams.picture_too_large", bytes=len(png))
        return {}
    name = cut(visible(chart.title), LONGEST_NAME)
    inside = f"data:{Format.PNG.media_type()};base64,{b64encode(png).decode()}"
    return {"contentType": Format.PNG.media_type(), "contentUrl": inside, "name": name}
