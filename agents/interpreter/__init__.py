"""The embedded interpreter: words to `Intent`, without a language model."""

from agents.interpreter.focus import Focus, Pending, Suggestion
from agents.interpreter.interpreter import Interpreter

__all__ = ["Focus", "Interpreter", "Pending", "Suggestion"]
