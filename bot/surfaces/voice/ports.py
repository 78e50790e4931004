"""What the voice needs of the rest of the house."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from agents.answer import Answer
from agents.hearing.heard import Heard
from agents.ports import Turn
from bot.surfaces.desk import Desk
from memory.model.intent import Choice
from memory.model.people import Principal
from memory.model.talk import Message, Reply, Submission
from memory.model.voice import Readback


@dataclass(frozen=True)
class Meant:
    """What was meant: words to hand on, or the question to ask first."""

    text: str
    question: str = ""
    choices: tuple[Choice, ...] = ()


class Meaning(Protocol):
    """Makes words of what was heard."""

    async def __call__(self, heard: Heard, /, *, going_on: bool) -> Meant:
        """Return what was meant; `going_on`: something was said before, which the words may go on from."""


class Floor(Desk, Protocol):
    """The desk, where a turn may also be answered by the voice itself."""

    async def take(
        self, message: Message, principal: Principal, answering: Callable[[Turn], Awaitable[Answer]]
    ) -> Reply:
        """Take a turn whose answer needs no thinking; a `QuarterdeckError` in it becomes an answer."""


class Submitting(Protocol):
    """Submits what was read back."""

    async def confirmed(self, readback: Readback, principal: Principal) -> Submission:
        """Submit exactly the plan that was read back; another one is none."""


class Outlet(Protocol):
    """Where an answer is sent so that others see it."""

    async def send(self, principal: Principal, thread: str, reply: Reply) -> str:
        """Post an answer in the channel of a conversation and return its name, empty where it has none."""


class Speaker(Protocol):
    """Text to speech."""

    async def speak(self, text: str, pace: float) -> bytes:
        """Return the text as a WAV; raises `DependencyMissing` or `InvalidInput`."""
