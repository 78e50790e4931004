"""What reads messages: the embedded interpreter, and a language model before it where one is configured."""

import asyncio
from collections.abc import Awaitable, Callable

from agents.interpreter.interpreter import Interpreter
from agents.interpreter.lines import Lines
from agents.model.purposed import INTERPRETATION
from agents.model.understanding import ModelUnderstanding
from agents.ports import Understanding
from agents.understanding import EmbeddedUnderstanding
from bot.offered import offered
from bot.settings import Settings
from bot.wiring.models import LanguageModels
from memory.clock import Clock, SystemClock
from memory.embedding import Embedder, MiniLmEmbedder
from memory.model.catalogue import Catalogue
from tools.http import Circuit


def embedder(settings: Settings) -> Embedder:
    """Load the sentence embedding; raises `DependencyMissing` or `InvalidInput`. Takes half a second."""
    if settings.embedding_dir is not None:
        return MiniLmEmbedder.from_directory(settings.embedding_dir)
    return MiniLmEmbedder.from_packages()


def embedded(settings: Settings, catalogue: Catalogue, clock: Clock) -> EmbeddedUnderstanding:
    """Build what understands without a language model. Takes half a second, and belongs in a thread."""
    people = [person.id for person in settings.people]
    return EmbeddedUnderstanding(offered(settings), catalogue, embedder(settings), clock=clock, people=people)


def embedding(loading: asyncio.Task[EmbeddedUnderstanding]) -> Callable[[], Awaitable[Embedder]]:
    """Return what waits for the sentence embedding of an understanding that is being built."""

    async def loaded() -> Embedder:
        return (await asyncio.shield(loading)).embedder

    return loaded


def understanding(
    settings: Settings, catalogue: Catalogue, clock: Clock, alone: EmbeddedUnderstanding, models: LanguageModels
) -> Understanding:
    """Return what understands: a language model where there is one, with the embedded interpreter behind it."""
    model = models.model(INTERPRETATION)
    if model is None:
        return alone
    return ModelUnderstanding(
        model,
        alone,
        breaker=Circuit("the model"),
        capabilities=offered(settings),
        catalogue=catalogue,
        clock=clock,
        cache=models.cache(alone.embedder, catalogue),
    )


def open_reader(settings: Settings) -> Lines:
    """Load what reads single lines."""
    people = [person.id for person in settings.people]
    return Lines(Interpreter(offered(settings), settings.catalogue(), embedder(settings), people), SystemClock())
