"""An answer on a terminal while it is made: what stands so far, in place, until the reply takes its place.

Ctrl-C stops the answer where it is made, and what stood by then is shown; a second Ctrl-C leaves.
"""

import asyncio
from collections.abc import Callable
from contextlib import aclosing

from rich.console import RenderableType
from rich.text import Text

from bot.surfaces.cli.client import Client
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.screen import Screen
from memory.errors import ConnectorRejected
from memory.model.talk import Reply
from memory.tasks import stopped

LOOKING = "Looking (Ctrl-C stops)"
STOPPING = "Stopping"


async def grown(client: Client, screen: Screen, text: str, thread: str) -> Reply:
    """Ask, show the answer as it grows, and return the reply; raises as `Client.ask_growing`."""
    with screen.growing() as show:
        show(_picture("", LOOKING))
        asking = asyncio.create_task(_heard(client, text, thread, show))
        try:
            return await asyncio.shield(asking)
        except asyncio.CancelledError:
            if asking.done():
                raise
            show(_picture("", STOPPING))
            await client.stop_answer(thread)
            return await asking
        finally:
            await stopped(asking)


async def _heard(client: Client, text: str, thread: str, show: Callable[[RenderableType], None]) -> Reply:
    async with aclosing(client.ask_growing(text, thread)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Reply):
                return piece
            show(_picture(piece, LOOKING))
    raise ConnectorRejected("expected a reply of Quarterdeck, found none", hint="Ask again.")


def _picture(text: str, state: str) -> RenderableType:
    return Text.assemble(plain(text), "\n\n" if text else "", (f"{state} …", "dim"))
