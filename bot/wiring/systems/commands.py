"""Programs that the settings allow to be run."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.wiring.systems.opened import Check, Opened, Surroundings
from tools.connectors.commands import Running, hand


@asynccontextmanager
async def opened(around: Surroundings) -> AsyncIterator[Opened]:
    """Give a hand for each command, and a check that its program is there."""
    running = [Running(command) for command in around.settings.commands]
    yield Opened(
        hands=tuple(hand(each, around.store.attempts) for each in running),
        checks={each.source: _check(each) for each in running},
    )


def _check(running: Running) -> Check:
    async def check() -> str:
        return running.check()

    return check
