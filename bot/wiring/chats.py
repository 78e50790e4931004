"""The doors of the chats, each imported only where it is configured."""

from contextlib import AsyncExitStack
from dataclasses import replace

from fastapi import APIRouter
from starlette.types import ASGIApp

from bot.settings import Settings
from bot.surfaces.identities import Identities
from bot.surfaces.ports import Ports
from bot.wiring.voice import Speech
from memory.store import Store
from tools.contract import Capability


async def slack(
    stack: AsyncExitStack,
    settings: Settings,
    ports: Ports,
    store: Store,
    known: tuple[Capability, ...],
    clips: Speech,
    *,
    tending: bool,
) -> ASGIApp | None:
    """Return Slack's door, to be closed with the stack; None where there is none."""
    if not settings.uses_slack():
        return None
    from bot.wiring.slack import in_slack  # Slack's own libraries take half a second to import
    from bot.wiring.slack_talking import surroundings

    around = replace(surroundings(settings, settings.catalogue(), known), listener=clips.listener)
    return await in_slack(stack, settings, ports, store, around, tending)


async def teams(
    stack: AsyncExitStack,
    settings: Settings,
    ports: Ports,
    store: Store,
    accounts: Identities,
    clips: Speech,
    *,
    tending: bool,
) -> APIRouter | None:
    """Return Teams' door, to be closed with the stack; None where there is none."""
    if not settings.uses_teams():
        return None
    from bot.surfaces.teams.clips import Sound
    from bot.wiring.teams import teams_room  # botbuilder takes a second to import

    sound = Sound(clips.listener, clips.speaker)
    room = await stack.enter_async_context(
        teams_room(settings, ports, store, accounts, tending=tending, sound=sound)
    )
    return room.router
