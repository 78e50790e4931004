"""Puts the sets to an interpreter, line by line, and keeps what it answered. Counts nothing."""

from collections.abc import Callable, Iterable, Iterator
from time import perf_counter
from typing import Protocol

from memory.model.intent import Intent
from memory.model.value import Value
from tests.eval.score import Answer
from tests.eval.sets import Conversation, Utterance

Tick = Callable[[], object]  # called after every line, for a progress bar


class Thread(Protocol):
    """One conversation: it remembers what was said before."""

    def say(self, text: str) -> Intent:
        """Return what the words mean after everything said before."""


class Subject(Protocol):
    """What is judged: an interpreter that can be asked out of the blue and in a conversation."""

    def interpret(self, text: str) -> Intent:
        """Return what the words mean by themselves."""

    def thread(self) -> Thread:
        """Return a new conversation, in which nothing has been said."""


class Talk(Value):
    """A conversation and what the interpreter made of each turn."""

    conversation: Conversation
    answers: tuple[Answer, ...]

    def follow_ups(self) -> tuple[Answer, ...]:
        """Return the answers to the turns that lean on earlier ones."""
        return self.answers[1:]


def ask_all(subject: Subject, lines: Iterable[Utterance], tick: Tick) -> Iterator[Answer]:
    """Yield what the subject makes of each line by itself."""
    for line in lines:
        yield _timed(subject.interpret, line)
        tick()


def converse_all(subject: Subject, conversations: Iterable[Conversation], tick: Tick) -> Iterator[Talk]:
    """Yield what the subject makes of each conversation, going on from its own reading of the turns before."""
    for conversation in conversations:
        thread = subject.thread()
        yield Talk(
            conversation=conversation,
            answers=tuple(_timed(thread.say, turn) for turn in conversation.turns),
        )
        tick()


def warm(subject: Subject, times: int = 5) -> None:
    """Ask a few lines that are not scored, so that loading is not taken for slowness."""
    for _ in range(times):
        subject.interpret("is this thing on")


def _timed(interpret: Callable[[str], Intent], asked: Utterance) -> Answer:
    start = perf_counter()
    intent = interpret(asked.text)
    return Answer(asked=asked, intent=intent, seconds=perf_counter() - start)
