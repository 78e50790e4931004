"""Erasing in the rooms of incidents, where what people said is said again: a part of what `copies` does.

What was said in a room is made of the timeline and can be said anew, so it goes as a whole.
"""

import json
from collections.abc import Collection

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.model.war_room import RoomRecord
from memory.store.incident_tables import timeline
from memory.store.room_tables import posts, rooms


async def forget_posts(connection: AsyncConnection, tenant: str, correlations: Collection[str]) -> None:
    """Forget what was said in the rooms of incidents that these turns belong to."""
    touched = select(timeline.c.incident).where(
        timeline.c.tenant == tenant, timeline.c.correlation.in_(correlations), timeline.c.incident.is_not(None)
    )
    await connection.execute(delete(posts).where(posts.c.tenant == tenant, posts.c.incident.in_(touched)))


async def rename_in_rooms(connection: AsyncConnection, tenant: str, person: str, pseudonym: str) -> None:
    """Put a pseudonym in a person's place among those who were brought in, and forget what was said there."""
    named = (rooms.c.tenant == tenant, rooms.c.document.contains(json.dumps(person), autoescape=True))
    for document in (await connection.execute(select(rooms.c.document).where(*named))).scalars().all():
        record = RoomRecord.model_validate_json(document)
        people = tuple(pseudonym if each == person else each for each in record.people)
        changed = record.model_copy(update={"people": people})
        this = (rooms.c.tenant == tenant, rooms.c.incident == record.incident, rooms.c.turn == record.turn)
        await connection.execute(update(rooms).where(*this).values(document=changed.model_dump_json()))
        said = (posts.c.tenant == tenant, posts.c.incident == record.incident)
        await connection.execute(delete(posts).where(*said))
