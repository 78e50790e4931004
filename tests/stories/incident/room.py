"""Where the story of an incident is told: what people do and see in its room, whichever surface that is."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx

from agents.summaries.document import Gap
from bot.demo.stage import Stage
from memory.model.incident import Incident

_CITES = re.compile(r"\[\d+\]")
_NO_SENTENCE = re.compile(r"^\s*$|:\s*$|^\W*\w+: https?://")  # what opens a section, or is an address
_GAPS = tuple(gap.value for gap in Gap)


@dataclass(frozen=True)
class Told:
    """What stands in a room: its lines, and the addresses of the console that it cites."""

    lines: tuple[str, ...]
    links: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def without_source(self) -> list[str]:
        """Return the sentences of a summary that cite nothing: none, but for what says that nothing is known."""
        told = [line for line in self.lines if not _NO_SENTENCE.search(line)]
        return [line for line in told if not _CITES.search(line) and not line.endswith(_GAPS)]


class Room(ABC):
    """The room of one incident as Alice, Bob and Cara use it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    @abstractmethod
    async def enter(self, incident: Incident) -> None:
        """Go where the incident is worked on, which stands there by now."""

    @abstractmethod
    async def said(self, *words: str) -> Told:
        """Return what was said in the room with these words in it, once there is such a thing."""

    @abstractmethod
    async def take_command(self) -> None:
        """Have Alice command."""

    @abstractmethod
    async def note(self, text: str) -> None:
        """Have Alice write a note."""

    @abstractmethod
    async def summary(self, words: str) -> Told:
        """Return the living summary once it says this."""

    @abstractmethod
    async def roll_back(self) -> str:
        """Have Alice press what the first look offers, and return the plan's card."""

    @abstractmethod
    async def approve(self, who: str) -> None:
        """Have somebody approve the plan on its card."""

    @abstractmethod
    async def done(self) -> str:
        """Return the plan's card once it says that it is done and verified."""

    @abstractmethod
    async def resolve(self) -> None:
        """Have Alice say that it is over."""

    @abstractmethod
    async def review(self) -> Told:
        """Return the post-incident review."""


@dataclass(frozen=True)
class Surface:
    """One surface: the settings of a house that has it, its own side while a story lasts, and its room."""

    name: str
    peer: Callable[[], AbstractAsyncContextManager[Any]]
    settings: Callable[[Any], dict[str, Any]]
    room: Callable[[Stage, Any, Path], AbstractAsyncContextManager[Room]]


@dataclass
class Reader:
    """Alice's browser, with which she follows what is cited."""

    stage: Stage
    http: httpx.AsyncClient = field(init=False)

    async def __aenter__(self) -> Self:
        url = self.stage.running.url
        self.http = httpx.AsyncClient(base_url=url, headers={"Origin": url}, trust_env=False)
        code = (await self.stage.links())["alice"].partition("code=")[2]
        answer = await self.http.post("/console/sign-in", data={"code": code})
        assert answer.status_code == 303
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def follows(self, told: Told) -> int:
        """Open every source and return how many there are; each sentence has to name one."""
        assert told.without_source() == []
        for link in told.links:
            answer = await self.http.get(link)
            assert answer.status_code == 200, (link, told.text)
        return len(told.links)


def cited(lines: list[str], links: list[str]) -> Told:
    """Return lines and those of the links that lead to a source."""
    return Told(tuple(lines), tuple(dict.fromkeys(link for link in links if "/sources/" in link)))
