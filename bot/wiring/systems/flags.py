"""Feature flags: of a flagd file in a repository, or of Unleash."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.settings import Settings
from bot.wiring.systems.opened import Opened, Surroundings
from bot.wiring.systems.repositories import repositories
from memory.errors import InvalidInput, InvalidSettings
from tools.connectors import flagd, unleash
from tools.http import Deadline, HttpClient
from tools.refs import file_path

_WITHIN_S = 10.0


@asynccontextmanager
async def opened(around: Surroundings) -> AsyncIterator[Opened]:
    """Give the hands on the flags; raises `InvalidSettings` for a file that no commit of ours could change."""
    settings = around.settings
    async with AsyncExitStack() as stack:
        if settings.flagd_file and settings.unleash_url:
            raise InvalidSettings("expected flagd_file or unleash_url, found both: each would serve flag.set")
        if settings.flagd_file:
            yield _of_flagd(settings)
        elif settings.unleash_url:
            yield _of_unleash(settings, stack)
        else:
            yield Opened()


def _of_flagd(settings: Settings) -> Opened:
    name, _, path = settings.flagd_file.partition("/")
    known = repositories(settings)
    try:
        repository, place = known.repository(name), file_path(path)
    except (InvalidInput, ValueError) as error:
        raise InvalidSettings(f"expected flagd_file as REPOSITORY/PATH, found: {error}") from None
    if not repository.direct:
        raise InvalidSettings(
            f"expected {name} to take commits to its default branch, which flagd_file needs, found it does not",
            hint="Set `direct = true` for that repository.",
        )
    file = flagd.FlagFile(known, repository, place)

    async def check() -> str:
        return f"{len((await file.seen(Deadline(_WITHIN_S))).flags)} flags"

    return Opened(hands=flagd.hands(file), checks={"flagd": check})


def _of_unleash(settings: Settings, stack: AsyncExitStack) -> Opened:
    headers = {"Authorization": settings.unleash_token}
    http = HttpClient(settings.unleash_url, source="unleash", headers=headers)
    stack.push_async_callback(http.close)
    asked = unleash.Unleash(http, settings.unleash_project, settings.unleash_environment)

    async def check() -> str:
        return f"{len(await asked.features(Deadline(_WITHIN_S)))} flags"

    return Opened(hands=unleash.hands(asked), checks={"unleash": check})
