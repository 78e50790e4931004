"""The doors of the chats, each imported only where it is configured."""

from contextlib import AsyncExitStack

from fastapi import APIRouter
from starlette.types import ASGIApp

from bot.settings import Settings
from bot.surfaces.identities import Identities
from bot.surfaces.ports import Ports
from memory.store import Store
from tools.contract import Capability


async def slack(
    stack: AsyncExitStack,
    settings: Settings,
    ports: Ports,
    store: Store,
    known: tuple[Capability, ...],
    tending: bool,
) -> ASGIApp | None:
    """Return Slack's door, to be closed with the stack; None where there is none."""
    if not settings.uses_slack():
        return None
    from bot.wiring.slack import in_slack  # Slack's own libraries take half a second to import
    from bot.wiring.slack_talking import surroundings

    around = surroundings(settings, settings.catalogue(), known)
    return await in_slack(stack, settings, ports, store, around, tending)


async def teams(
    stack: AsyncExitStack, settings: Settings, ports: Ports, store: Store, accounts: Identities, tending: bool
) -> APIRouter | None:
    """Return Teams' door, to be closed with the stack; None where there is none."""
    if not settings.uses_teams():
        return None
    from bot.wiring.teams import teams_room  # botbuilder takes a second to import

    room = await stack.enter_async_context(teams_room(settings, ports, store, accounts, tending=tending))
    return room.router
