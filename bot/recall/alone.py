"""What was seen before, of post-mortems in files alone: without a house, a store or a server."""

from collections.abc import Sequence
from datetime import datetime

from bot.recall.entries import EntryShelf
from bot.recall.following import entry_of
from bot.recall.likeness import compared, warned
from memory.embedding import Embedder
from memory.model.memory import Memory
from memory.recall.cache import VectorCache
from memory.recall.entry import Query
from memory.recall.ranking import MEMORIES
from memory.recall.recalling import Remembered


def recalled(
    query: Query, memories: Sequence[Memory], embedder: Embedder, cache: VectorCache, *, now: datetime, limit: int
) -> tuple[Remembered, ...]:
    """Return what is like the question, the most similar first; none where nothing fits."""
    known = {memory.id: memory for memory in memories}
    shelf = EntryShelf([entry_of(memory) for memory in memories], cache, MEMORIES, at_once=False)
    found = [compared(hit, known[hit.id], query, None, now) for hit in shelf.search(query, limit)]
    return warned(found, embedder)
