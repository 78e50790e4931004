"""Erasing in the timeline and in incidents, which repeat people's words: a part of what `copies` does."""

import json
from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.model.incident import Happening, Incident
from memory.scrubbing import ERASED
from memory.store.incident_tables import incidents, timeline

# What of the log each kind of entry repeats, by the kind of its blob.
_REPEATS = {
    "message": (
        Happening.MESSAGE,
        Happening.NOTE,
        Happening.CORRECTION,
        Happening.STATUS,
        Happening.SEVERITY,
        Happening.DUTY,
        Happening.UPDATE,
        Happening.ALERT,
    ),
    "evidence": (Happening.OBSERVATION, Happening.HYPOTHESIS, Happening.METRIC),
    "plan": (Happening.PROPOSAL, Happening.EFFECT, Happening.DEPLOY, Happening.FLAG),
    "reason": (Happening.APPROVAL, Happening.DECISION),
}


async def scrub_timeline(
    connection: AsyncConnection, tenant: str, correlations: Collection[str], kinds: Collection[str]
) -> None:
    """Take out of the timeline, and of incidents, what these kinds of blobs of these turns hold."""
    gone = [each.value for kind in kinds for each in _REPEATS.get(kind, ())]
    theirs = (timeline.c.tenant == tenant, timeline.c.correlation.in_(correlations), timeline.c.kind.in_(gone))
    rows = (await connection.execute(select(timeline.c.id, timeline.c.document).where(*theirs))).all()
    for row in rows:
        document = json.dumps(json.loads(row.document) | {"text": ERASED}, ensure_ascii=False)
        await _put(connection, tenant, row.id, document, ERASED)
    if "message" in kinds:
        await _untitle(connection, tenant, correlations)


async def rename_in_timeline(connection: AsyncConnection, tenant: str, person: str, pseudonym: str) -> None:
    """Put a pseudonym in a person's place in what is said of duties; their own words go turn by turn."""
    named = (timeline.c.tenant == tenant, timeline.c.words.contains(person.casefold(), autoescape=True))
    rows = await connection.execute(
        select(timeline.c.id, timeline.c.document).where(*named, timeline.c.kind == Happening.DUTY.value)
    )
    for row in rows.all():
        told = json.loads(row.document)
        told["text"] = told["text"].replace(person, pseudonym)
        await _put(connection, tenant, row.id, json.dumps(told, ensure_ascii=False), told["text"].casefold())


async def _put(connection: AsyncConnection, tenant: str, entry: str, document: str, words: str) -> None:
    changed = {"document": document, "words": words, "version": timeline.c.version + 1}
    this = (timeline.c.tenant == tenant, timeline.c.id == entry)
    await connection.execute(update(timeline).where(*this).values(changed))


async def _untitle(connection: AsyncConnection, tenant: str, correlations: Collection[str]) -> None:
    declared = (incidents.c.tenant == tenant, incidents.c.correlation.in_(correlations))
    for document in (await connection.execute(select(incidents.c.document).where(*declared))).scalars().all():
        incident = Incident.model_validate_json(document).model_copy(update={"title": ERASED})
        this = (incidents.c.tenant == tenant, incidents.c.id == incident.id)
        await connection.execute(update(incidents).where(*this).values(document=incident.model_dump_json()))
