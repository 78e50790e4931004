"""What past turns teach, put together: the room in which people review lessons, those in use learned already."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.graph import Thinker
from agents.understanding import EmbeddedUnderstanding
from bot.settings import Settings
from bot.teaching.ranks import Ranks
from bot.teaching.room import LessonRoom
from bot.teaching.trying import Trying
from bot.wiring.models import LanguageModels
from memory.clock import Clock
from memory.ids import Ids
from memory.model.catalogue import Catalogue
from memory.store import Store
from tools.contract import Capability


@dataclass(frozen=True)
class Learning:
    """What lessons change: how words are read, which runbook they mean, and which model is asked first."""

    understanding: EmbeddedUnderstanding
    thinker: Thinker
    models: LanguageModels


async def learning(  # noqa: PLR0917 - each is another part of the house
    settings: Settings,
    store: Store,
    learns: Learning,
    capabilities: Sequence[Capability],
    catalogue: Catalogue,
    clock: Clock,
    ids: Ids,
) -> LessonRoom:
    """Return the lessons of the house's tenant; raises `StoreUnavailable`."""
    trying = Trying(learns.understanding, capabilities, catalogue)
    ranks = Ranks(learns.thinker.procedures, learns.models.router, settings.tenant, clock)
    room = LessonRoom(store, trying, ranks, settings.tenant, clock, ids)
    await room.look()
    return room
