"""Questions to the log in terms of people: their ids become pseudonyms, and pseudonyms become names again."""

from collections.abc import Iterable

from bot.audit.access import audits
from bot.identity import Directory
from bot.surfaces.desk import LogQuery
from memory.model.people import Principal
from memory.model.record import SYSTEM, LogFilter, Recorded
from memory.store import Unit


async def log_filter(store: Unit, tenant: str, asked: LogQuery) -> LogFilter | None:
    """Return what to look for; None where it is about somebody whom the log does not know."""
    actor = None
    if asked.principal is not None:
        actor = await store.pseudonyms.find(tenant, asked.principal)
        if actor is None:
            return None
    return LogFilter(actor=actor, **asked.model_dump(exclude={"principal"}))


async def known_people(
    store: Unit, directory: Directory, viewer: Principal, entries: Iterable[Recorded]
) -> dict[str, str]:
    """Return names for the pseudonyms of these entries: all of them for who audits, else the viewer's own."""
    actors = {each.entry.actor for each in entries} - {SYSTEM}
    people = await store.pseudonyms.people(viewer.tenant, actors) if actors else {}
    everybody = audits(viewer)
    return {
        pseudonym: directory.name(viewer.tenant, person)
        for pseudonym, person in people.items()
        if everybody or person == viewer.id
    }
