"""The embedded interpreter as something to be judged: it knows the evaluation's catalogue, and a fixed moment."""

from datetime import UTC, datetime

from agents.interpreter.focus import Focus
from agents.interpreter.interpreter import Interpreter
from memory.embedding import MiniLmEmbedder
from memory.model.intent import Intent
from tests.eval.agreement import OFFERED
from tests.eval.catalogue import CATALOGUE, PEOPLE

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)  # a Friday afternoon, so that "since 14:00" means something


class Embedded:
    """The embedded interpreter, asked out of the blue and in conversations."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter

    def interpret(self, text: str) -> Intent:
        """Return what the words mean by themselves."""
        return self._interpreter.interpret(text, now=NOW)

    def thread(self) -> "Remembering":
        """Return a new conversation."""
        return Remembering(self._interpreter)


class Remembering:
    """One conversation: the focus moves with the interpreter's own reading of every turn."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._focus = Focus()

    def say(self, text: str) -> Intent:
        """Return what the words mean after everything said before."""
        intent = self._interpreter.interpret(text, self._focus, now=NOW)
        self._focus = self._focus.after(intent)
        return intent


def embedded() -> Embedded:
    """Return the interpreter as it is, built on every capability and the evaluation's catalogue."""
    return Embedded(Interpreter(OFFERED, CATALOGUE, MiniLmEmbedder.from_packages(), PEOPLE))
