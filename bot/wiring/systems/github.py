"""GitHub, where there is a token for it and a repository that is there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from pydantic import SecretStr

from bot.settings import Settings
from bot.wiring.systems.opened import Opened, Surroundings
from bot.wiring.systems.repositories import repositories
from tools.connectors.github import SOURCE, VERSION, GitHub, Manners, hands
from tools.http import HttpClient
from tools.http.outgoing import Headers, transport_to


@asynccontextmanager
async def opened(around: Surroundings) -> AsyncIterator[Opened]:
    """Give the hands on GitHub; raises `InvalidSettings` for an address that is none."""
    settings = around.settings
    if not settings.github_token.get_secret_value() or not any(each.github for each in settings.repositories):
        yield Opened()
        return
    http = HttpClient(
        settings.github_url,
        source=SOURCE,
        headers=_headers(settings),
        timeout_s=10.0,
        transport=Manners(transport_to(httpx.URL(settings.github_url))),
    )
    try:
        github = GitHub(http, settings.github_url)
        known = repositories(settings)

        async def check() -> str:
            await http.get("/rate_limit")
            return "answers"

        yield Opened(hands=hands(github, known, settings.repositories), checks={SOURCE: check})
    finally:
        await http.close()


def _headers(settings: Settings) -> Headers:
    bearer = SecretStr(f"Bearer {settings.github_token.get_secret_value()}")
    return {
        "Authorization": bearer,
        "X-GitHub-Api-Version": VERSION,
        "Accept": "application/vnd.github+json",
    }
