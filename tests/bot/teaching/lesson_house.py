"""Lessons over a real store: a room with a few tools, turns that people took, and what they made of them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path

from agents.understanding import EmbeddedUnderstanding
from bot.teaching.ranks import Ranks
from bot.teaching.room import LessonRoom
from bot.teaching.trying import Trying
from memory.model.intent import Argument, Intent, IntentKind, Provenance
from memory.model.value import JsonValue
from memory.store import Store
from tests.agents.interpreter.conftest import CATALOGUE
from tests.agents.teaching.test_replay import FEW, SAID
from tests.fakes.embedding import WordEmbedder
from tests.fakes.people import ALICE
from tests.fakes.time import MIDNIGHT, CountingIds, FakeClock
from tests.memory.opening import opened
from tests.memory.samples import message, reply


@cache
def learner() -> EmbeddedUnderstanding:
    """Return what understands; making it takes a second."""
    return EmbeddedUnderstanding(FEW, CATALOGUE, WordEmbedder(), clock=FakeClock())


def room(store: Store, ranks: Ranks | None = None) -> LessonRoom:
    """Return the lessons over a store, none in use yet; without `ranks`, nothing is put in order."""
    learner().interpreter = learner().taught(())  # another test may have left its lessons in use
    ranks = ranks or Ranks(None, None, "acme", FakeClock())
    return LessonRoom(store, Trying(learner(), FEW, CATALOGUE), ranks, "acme", FakeClock(), CountingIds())


async def said(
    store: Store,
    number: int = 1,
    *,
    text: str = SAID,
    tool: str = "service.restart",
    arguments: dict[str, JsonValue] | None = None,
    by: str = "alice",
    brain: str = "embedded",
) -> str:
    """Have a turn taken, the older the smaller its number, and return its answer's id."""
    at = MIDNIGHT - timedelta(hours=200 - number)
    told = {"id": f"m{number}", "thread": f"t{number}", "text": text, "sender": by, "at": at}
    await store.turns.receive(message().model_copy(update=told))
    values = {name: Argument(value=value, provenance=Provenance.SAID) for name, value in (arguments or {}).items()}
    meant = Intent(text=text, kind=IntentKind.TOOL, tool=tool, arguments=values, brain=brain)
    given = {
        "id": f"reply_{number}",
        "to": f"m{number}",
        "thread": f"t{number}",
        "understood": meant,
        "card": None,
    }
    await store.turns.answer("acme", reply().model_copy(update=given))
    return f"reply_{number}"


@asynccontextmanager
async def lessons_of(folder: Path, thumbs: Sequence[bool] = (True,)) -> AsyncIterator[LessonRoom]:
    """Open a store in which somebody asked in words of their own, and judged the answers."""
    async with opened(f"sqlite:///{folder / 'lessons.db'}") as store:
        desk = room(store)
        for number, up in enumerate(thumbs, 1):
            await desk.thumb(ALICE, await said(store, number), up=up)
        yield desk
