"""Git repositories, where the settings name any."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.wiring.systems.opened import Check, Opened, Surroundings
from bot.wiring.systems.repositories import repositories
from tools.connectors.git import GitRepositories, hands
from tools.http import Deadline

_WITHIN_S = 10.0


@asynccontextmanager
async def opened(around: Surroundings) -> AsyncIterator[Opened]:
    """Give the hands on every repository, and a check for each."""
    if not around.settings.repositories:
        yield Opened()
        return
    known = repositories(around.settings)
    checks = {f"git.{name}": _answering(known, name) for name in known.named}
    yield Opened(hands=hands(known), checks=checks)


def _answering(known: GitRepositories, name: str) -> Check:
    async def check() -> str:
        branch = known.repository(name).branch
        tip = await known.tip(name, branch, Deadline(_WITHIN_S))
        return f"{branch} at {tip[:10]}" if tip else f"answers, without the branch {branch}"

    return check
