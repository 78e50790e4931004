"""Lessons and replays as they are shown: who decided by their name, and a digest of what a reviewer has seen."""

from collections.abc import Iterable

from agents.teaching.parts import Replay
from bot.surfaces.lessons import LessonsView, LessonView
from memory.canonical import digest
from memory.model.teaching import Teaching
from memory.store import Store

_TOLD = {
    *("id", "phrasing", "tool", "state", "at", "decided_at", "replay"),
    *("subject", "weight", "right", "tried", "until"),
}


async def shown(store: Store, tenant: str, found: Iterable[Teaching]) -> LessonsView:
    """Return lessons as people review them; raises `StoreUnavailable`."""
    found = tuple(found)
    people = await store.pseudonyms.people(tenant, [each.by for each in found if each.by])
    return LessonsView(
        lessons=tuple(
            LessonView(
                **each.model_dump(include=_TOLD),
                turns=len(each.turns),
                shown_by=each.turns,
                by=people.get(each.by, ""),
            )
            for each in found
        )
    )


def seen(wanted: Iterable[Teaching], used: Iterable[Teaching], found: Replay) -> str:
    """Return the digest of a replay. Turns that came since do not change it: they are judged anew."""
    ids = [sorted(each.id for each in several) for several in (wanted, used)]
    return digest([*ids, found.lessons.model_dump(mode="json"), found.phrasings.model_dump(mode="json")])
