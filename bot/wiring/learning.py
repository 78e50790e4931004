"""What past turns teach, put together: the room in which people review lessons, those in use learned already."""

from collections.abc import Sequence

from agents.understanding import EmbeddedUnderstanding
from bot.settings import Settings
from bot.teaching.room import LessonRoom
from bot.teaching.trying import Trying
from memory.clock import Clock
from memory.ids import Ids
from memory.model.catalogue import Catalogue
from memory.store import Store
from tools.contract import Capability


async def learning(  # noqa: PLR0917 - each is another part of the house
    settings: Settings,
    store: Store,
    learner: EmbeddedUnderstanding,
    capabilities: Sequence[Capability],
    catalogue: Catalogue,
    clock: Clock,
    ids: Ids,
) -> LessonRoom:
    """Return the lessons of the house's tenant; raises `StoreUnavailable`."""
    room = LessonRoom(store, Trying(learner, capabilities, catalogue), settings.tenant, clock, ids)
    await room.look()
    return room
