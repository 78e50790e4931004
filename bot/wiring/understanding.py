"""What reads messages: the embedded interpreter, and a language model before it where one is configured."""

from collections.abc import Callable
from contextlib import AsyncExitStack

from agents.interpreter import Interpreter
from agents.interpreter.lines import Lines
from agents.model.endpoint import LanguageModel, ModelEndpoint, OpenAIModel
from agents.model.understanding import ModelUnderstanding
from agents.ports import Understanding
from agents.understanding import EmbeddedUnderstanding
from bot.offered import offered
from bot.settings import Settings
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


def understanding(
    settings: Settings,
    catalogue: Catalogue,
    clock: Clock,
    alone: EmbeddedUnderstanding,
    stack: AsyncExitStack,
    metered: Callable[[LanguageModel], LanguageModel],
) -> Understanding:
    """Return what understands: the language model where one is configured, with the embedded one behind it."""
    if not settings.model_url:
        return alone
    endpoint = ModelEndpoint(
        base_url=settings.model_url,
        model=settings.model_name,
        api_key=settings.model_api_key,
        timeout_s=settings.model_timeout_s,
    )
    model = OpenAIModel(endpoint)
    stack.push_async_callback(model.close)
    return ModelUnderstanding(
        metered(model),
        alone,
        breaker=Circuit("the model"),
        capabilities=offered(settings),
        catalogue=catalogue,
        clock=clock,
    )


def open_reader(settings: Settings) -> Lines:
    """Load what reads single lines."""
    people = [person.id for person in settings.people]
    return Lines(Interpreter(offered(settings), settings.catalogue(), embedder(settings), people), SystemClock())
