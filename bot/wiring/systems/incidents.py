"""Our own incidents, as hands: words declare them and care for them, through the gate as all else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.incidents import Incidents
from bot.incidents.book import IncidentBook
from bot.wiring.systems.opened import Opened, Surroundings
from tools.connectors import incidents


@asynccontextmanager
async def opened(around: Surroundings) -> AsyncIterator[Opened]:
    """Give the hands. Nothing is opened: the incidents stand in the store."""
    kept = Incidents(around.store, around.announce, around.clock, around.ids, around.known)
    yield Opened(hands=incidents.hands(IncidentBook(kept, around.store, around.catalogue)))
