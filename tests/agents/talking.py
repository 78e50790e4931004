"""A conversation with the thinker over real checkpoints and a world that a test arranges."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from agents.answer import Answer
from agents.graph import Thinker
from agents.inquiry import Inquiry
from agents.ports import Turn, Understanding
from agents.procedures import Procedures
from memory.model.catalogue import Catalogue
from memory.model.people import Principal, Surface
from memory.model.talk import Message
from memory.store.checkpoints import checkpoints
from tests.fakes.journal import FakeJournal
from tests.fakes.observer import NOW, FakeObserver
from tests.fakes.people import ALICE
from tests.fakes.people import CATALOGUE as BARE
from tests.fakes.proposer import FakeProposer
from tests.fakes.time import FakeClock
from tests.fakes.understanding import FakeUnderstanding
from tools.capabilities import EVERY

CATALOGUE = Catalogue(
    services=tuple(
        service.model_copy(update={"flags": ("fast-path",)}) if service.name == "checkout" else service
        for service in BARE.services
    )
)


@dataclass
class World:
    """What lies outside the thinker and outlives it."""

    observer: FakeObserver = field(default_factory=FakeObserver)
    proposer: FakeProposer = field(default_factory=FakeProposer)
    journal: FakeJournal = field(default_factory=FakeJournal)
    understanding: Understanding = field(default_factory=FakeUnderstanding)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    procedures: Procedures | None = None


class Talk:
    """One thread of one person at a time."""

    def __init__(self, thinker: Thinker) -> None:
        self.thinker = thinker
        self._messages = 0

    async def say(
        self, text: str, *, who: Principal = ALICE, thread: str = "incident", message: str = ""
    ) -> Answer:
        self._messages += 1
        return await self.thinker.take(turn(text, who, thread, message or f"m{id(self)}-{self._messages}"))


def turn(text: str, who: Principal = ALICE, thread: str = "incident", message: str = "m1") -> Turn:
    said = Message(
        id=message, tenant=who.tenant, thread=thread, sender=who.id, surface=Surface.CONSOLE, text=text, at=NOW
    )
    return Turn(message=said, principal=who, correlation=f"cor-{message}")


@asynccontextmanager
async def talking(address: Path | str, world: World, *, inquiry: Inquiry | None = None) -> AsyncIterator[Talk]:
    """Open a thinker over the checkpoints at `address`: a file, or a database address."""
    where = f"sqlite:///{address}" if isinstance(address, Path) else address
    async with checkpoints(where) as saver:
        thinker = Thinker(
            understanding=world.understanding,
            journal=world.journal,
            observer=world.observer,
            proposer=world.proposer,
            plans=world.proposer,
            clock=world.clock,
            catalogue=CATALOGUE,
            capabilities=EVERY,
            checkpointer=saver,
            procedures=world.procedures,
            inquiry=inquiry,
        )
        yield Talk(thinker)
