"""Argo CD, where its address is configured."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from bot.wiring.systems.opened import Check, Opened, Surroundings
from tools.connectors.argocd import Argo, hands
from tools.http import HttpClient


@asynccontextmanager
async def opened(around: Surroundings) -> AsyncIterator[Opened]:
    """Give the hands on Argo CD's applications; nothing is asked yet."""
    settings = around.settings
    if not settings.argocd_url:
        yield Opened()
        return
    bearer = SecretStr(f"Bearer {settings.argocd_token.get_secret_value()}")
    http = HttpClient(settings.argocd_url, source="argocd", headers={"Authorization": bearer})
    argo = Argo(http, settings.argocd_url, settings.kubernetes_places, around.catalogue)
    try:
        checks: dict[str, Check] = {"argocd": _answering(http)}
        yield Opened(hands=hands(argo, settings.kubernetes_rollout_s), checks=checks)
    finally:
        await http.close()


def _answering(http: HttpClient) -> Check:
    async def check() -> str:
        said = await http.get("/api/version")
        version = said.get("Version") if isinstance(said, dict) else None
        return f"version {version}" if version else "answers"

    return check
