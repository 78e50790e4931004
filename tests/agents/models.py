"""A model at a server that behaves as it is told, and what each way to fail is called."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from agents.model.endpoint import ModelEndpoint, OpenAIModel
from tests.fakes.openai_server import FakeOpenAI, Manners, Mind, openai_server

KEY = "sk-very-secret"

FAILURES = (
    (Manners.RATE_LIMITED, "answered with an error (429)"),
    (Manners.BROKEN, "answered with an error (500)"),
    (Manners.HANGS_UP, "could not be reached"),
    (Manners.TRUNCATED, "answered with something that is no JSON"),
    (Manners.PROSE, "answered with something that is no JSON"),
    (Manners.NESTED, "answered with something that is no JSON"),
    (Manners.REFUSES, "refused to answer"),
    (Manners.NO_CHOICES, "answered in a form that cannot be read"),
    (Manners.HTML, "answered in a form that cannot be read"),
)
"""How a server fails at once, and how a person is told of it, after "The model"."""


@asynccontextmanager
async def served(mind: Mind, manners: Manners, timeout_s: float) -> AsyncIterator[tuple[OpenAIModel, FakeOpenAI]]:
    """Start a server, and load a model that asks it."""
    async with openai_server(mind, manners) as server:
        model = OpenAIModel(
            ModelEndpoint(base_url=server.base_url, model="a-model", api_key=SecretStr(KEY), timeout_s=timeout_s)
        )
        await model.load()
        try:
            yield model, server
        finally:
            await model.close()
