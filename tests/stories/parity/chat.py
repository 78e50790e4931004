"""What a story asks of a chat: people who say things and press buttons in one thread, and what they see of it."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from memory.model.run import Run
from tests.bot.surfaces.behind import Behind, Deaf
from tests.patience import until
from tools.approvals import Requirement

CHECKOUT, PAYMENTS = "roll back checkout", "roll back payments"  # the second one takes two approvals


class NotHere(Exception):
    """The chat has no such thing; the message says why, or what there is in its place."""


class Chat(ABC):
    """One thread, with one process of ours behind it."""

    def __init__(self, house: Behind) -> None:
        self.house = house

    @abstractmethod
    async def say(self, who: str, words: str, *, times: int = 1, lost: int = 0) -> None:
        """Say something to us in the thread: `lost` deliveries never arrive, then it comes so many times."""

    @abstractmethod
    def said(self) -> list[str]:
        """Return what we said in the thread, in order: every word of each message as it stands."""

    @abstractmethod
    def cards(self) -> list[str]:
        """Return those of them that show a plan."""

    @abstractmethod
    def pictures(self) -> int:
        """Return how many pictures stand in the thread."""

    @abstractmethod
    async def offered(self, who: str) -> list[str]:
        """Return the buttons of the newest plan that somebody sees."""

    @abstractmethod
    async def press(self, who: str, label: str, *, times: int = 1, digest: str = "", **entered: str) -> None:
        """Press a button of the newest plan, also one that is not offered, and fill in what it asks for.

        The very same press is delivered so many times; with a `digest`, as if another plan had been on the card.
        """

    @abstractmethod
    def told(self, who: str) -> str:
        """Return what was said to somebody alone."""

    @abstractmethod
    def calls(self, message: int, person: str) -> bool:
        """Return whether a message of ours in the thread calls a person by a mention."""

    @abstractmethod
    def settled(self) -> bool:
        """Return whether nothing that came is worked on any more."""

    @abstractmethod
    async def alone(self, who: str, words: str) -> str:
        """Say something to us in a chat of our own, and return the answer."""

    @abstractmethod
    async def declare(self, who: str, words: str) -> None:
        """Declare an incident: how bad, and what is wrong."""

    @abstractmethod
    def incidents(self) -> list[str]:
        """Return the shared cards of incidents in the conversation."""

    @abstractmethod
    async def take_command(self, who: str) -> None:
        """Press the button of the incident's card that takes command, offered or not."""

    @abstractmethod
    async def catch_up(self, who: str) -> str:
        """Ask what one missed of incident 1, and return what is told to them alone."""

    async def until(self, holds: Callable[[], object]) -> None:
        """Return once this holds."""
        await until(holds)

    async def shows(self, words: str) -> str:
        """Return the card that says this, once there is one."""
        await self.until(lambda: any(words in each for each in self.cards()))
        return next(each for each in self.cards() if words in each)

    async def plan(self, words: str = CHECKOUT) -> str:
        """Have Alice ask for a plan, and return its card once it is there."""
        before = len(self.cards())
        await self.say("alice", words)
        await self.until(lambda: len(self.cards()) > before)
        return self.cards()[-1]

    async def heard(self, who: str, words: str) -> None:
        """Return once somebody was told this alone."""
        await self.until(lambda: words in self.told(who))

    async def run(self) -> Run:
        """Return the newest plan."""
        return (await self.house.runs())[0]


@dataclass
class Surface:
    """A chat platform: its side, which outlives our processes, and our doors to it."""

    name: str
    peer: Callable[[], AbstractAsyncContextManager[Any]]
    chat: Callable[..., AbstractAsyncContextManager[Chat]]


@dataclass
class Stage:
    """Where one story is told: the platform's side, and a database of ours."""

    surface: Surface
    home: Path
    peer: Any

    def chat(
        self, *requirements: Requirement, rules: str = "", bus: Deaf | None = None
    ) -> AbstractAsyncContextManager[Chat]:
        """Have a process of ours; one after the other, or several at once."""
        return self.surface.chat(self.home, self.peer, *requirements, rules=rules, bus=bus)
