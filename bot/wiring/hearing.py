"""What hears and what understands the heard, built from the settings. The model is loaded at the first clip."""

from agents.hearing.hints import hints_of
from agents.hearing.understanding import SpokenReader
from agents.interpreter.interpreter import Interpreter
from bot.offered import offered
from bot.settings import Settings
from bot.voice.hearing import Ear
from bot.voice.models import model_folder
from bot.voice.recognising import LocalRecogniser
from bot.voice.whisper import Whisper
from bot.wiring.runbooks import runbooks
from bot.wiring.understanding import embedder
from memory.clock import SystemClock


def recogniser(settings: Settings) -> LocalRecogniser:
    """Return what hears; nothing is read or loaded before somebody speaks. To be closed."""

    def load() -> Whisper:
        cache = settings.home / "models"
        folder = model_folder(settings.voice_model_dir, settings.voice_model, cache)
        return Whisper(folder, threads=settings.voice_threads)

    return LocalRecogniser(load)


def open_ear(settings: Settings) -> Ear:
    """Return what hears and understands single clips, without a conversation. To be closed."""
    catalogue, capabilities = settings.catalogue(), offered(settings)
    people = [person.id for person in settings.people]
    interpreter = Interpreter(capabilities, catalogue, embedder(settings), people)
    reader = SpokenReader(interpreter, capabilities, catalogue, people)
    clock = SystemClock()
    shelf = runbooks(settings, capabilities, clock.now().date())
    hints = hints_of(catalogue, people, [each.head.id for each in shelf.newest()])
    return Ear(recogniser(settings), reader, hints, clock)
