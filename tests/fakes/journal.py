"""A journal in memory, which can be away."""

from dataclasses import dataclass, field

from agents.ports import Turn
from agents.reading import ModelExchange, Reading
from agents.recollection import Recollection
from memory.errors import StoreUnavailable


@dataclass
class FakeJournal:
    """Keeps what was understood, in order, with what was remembered then; while `away`, it keeps nothing."""

    kept: list[tuple[Turn, Reading, Recollection]] = field(default_factory=list)
    asked_of_models: list[ModelExchange] = field(default_factory=list)
    away: bool = False

    async def asked(self, turn: Turn, exchanges: tuple[ModelExchange, ...], *, before: int) -> None:
        if self.away:
            raise StoreUnavailable("expected a database that answers, found none")
        self.asked_of_models += exchanges

    async def understood(self, turn: Turn, reading: Reading, recollection: Recollection) -> None:
        if self.away:
            raise StoreUnavailable("expected a database that answers, found none")
        self.kept.append((turn, reading, recollection))
