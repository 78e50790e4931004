"""The API servers of the settings, one for each context that a place names, and Quarterdeck's account there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.settings import Profile, Settings
from bot.wiring.systems.opened import Check
from tools.cluster.access import Access
from tools.cluster.account import Account
from tools.cluster.api import Api
from tools.http import Deadline

_ANSWERS_WITHIN_S = 5.0


@asynccontextmanager
async def apis(settings: Settings) -> AsyncIterator[dict[str, Api]]:
    """Open a client for each cluster, by context, and close them at the end. Nothing is asked yet."""
    found = {context: _api(settings, context) for context in contexts(settings)}
    try:
        yield found
    finally:
        for each in found.values():
            await each.close()


def contexts(settings: Settings) -> tuple[str, ...]:
    """Return the contexts that places name, the one for all others first, which is empty."""
    return ("", *sorted({place.context for place in settings.kubernetes_places} - {""}))


def account(settings: Settings, api: Api) -> Account:
    """Return Quarterdeck's account there. Only development goes without one of its own."""
    return Account(api, own=settings.profile is Profile.PRODUCTION)


def answering(known: Account) -> Check:
    """Return the check that the cluster answers, is of a version to work with, and knows Quarterdeck."""

    async def check() -> str:
        return f"version {await known.ready(Deadline(_ANSWERS_WITHIN_S))}"

    return check


def _api(settings: Settings, context: str) -> Api:
    access = Access(settings.kubernetes_kubeconfig, context or settings.kubernetes_context)
    return Api(access, source=f"kubernetes ({context})" if context else "kubernetes")
