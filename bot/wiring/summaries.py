"""What summarises incidents, put together: our own rules, and a language model where one is configured."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta

from agents.model.endpoint import LanguageModel, ModelEndpoint, OpenAIModel
from agents.rewriter import Rewriter
from bot.identity import Directory
from bot.incidents.rooms.facts import KeptFacts
from bot.incidents.rooms.terms import UPDATE_MINUTES
from bot.incidents.summaries import Summaries
from bot.settings import Settings
from memory.clock import Clock
from memory.store import Store
from tools.http import Circuit

Metered = Callable[[LanguageModel], LanguageModel]


def summaries(
    settings: Settings, store: Store, directory: Directory, clock: Clock, stack: AsyncExitStack, metered: Metered
) -> Summaries:
    """Build what summarises; its model is closed with the stack."""
    rewriter = _rewriter(settings, stack, metered)
    return Summaries(KeptFacts(store), clock, name=directory.name, cadence=_cadence, rewriter=rewriter)


def _cadence(severity: int) -> timedelta:
    return timedelta(minutes=UPDATE_MINUTES[min(severity, len(UPDATE_MINUTES)) - 1])


def _rewriter(settings: Settings, stack: AsyncExitStack, metered: Metered) -> Rewriter | None:
    if not settings.model_url:
        return None
    endpoint = ModelEndpoint(
        base_url=settings.model_url,
        model=settings.model_name,
        api_key=settings.model_api_key,
        timeout_s=settings.model_timeout_s,
    )
    model = OpenAIModel(endpoint)
    stack.push_async_callback(model.close)
    return Rewriter(metered(model), Circuit("the model, for summaries"))
