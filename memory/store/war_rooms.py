"""The rooms of incidents (`store.war_rooms`), and what was said in those that have no chat of their own.

A record changes only from the version the caller has seen, so that two nodes never undo each other's work.
"""

from typing import Any

from sqlalchemy import Select, select, update

from memory.errors import Conflict
from memory.ids import derived
from memory.model.war_room import RoomPost, RoomRecord
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.room_tables import posts, rooms
from memory.store.work import Work


class WarRooms:
    """Every tenant's rooms."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def begin(self, record: RoomRecord) -> RoomRecord:
        """Keep a new record, or return the one there is of this incident and turn."""
        async with self._work.writing() as connection:
            added = await connection.execute(
                insert(connection, rooms).values(_row(record)).on_conflict_do_nothing()
            )
            if added.rowcount:
                return record
            query = _records(record.tenant).where(rooms.c.incident == record.incident)
            found = await connection.execute(query.where(rooms.c.turn == record.turn))
            return _record(found.scalar_one(), record.tenant)

    async def of(self, tenant: str, incident: str) -> tuple[RoomRecord, ...]:
        """Return an incident's rooms, the first first."""
        query = _records(tenant).where(rooms.c.incident == incident).order_by(rooms.c.turn)
        return await self._read(query, tenant)

    async def at(self, tenant: str, venue: str, place: str) -> RoomRecord | None:
        """Return the latest room that stands there."""
        query = _records(tenant).where(rooms.c.place == _place(venue, place))
        found = await self._read(query, tenant)
        return max(found, key=lambda each: (each.created_at, each.turn), default=None)

    async def live(self, tenant: str) -> tuple[RoomRecord, ...]:
        """Return those that are not closed for good."""
        query = _records(tenant).where(rooms.c.over.is_(False)).order_by(rooms.c.incident, rooms.c.turn)
        return await self._read(query, tenant)

    async def replace(self, record: RoomRecord, expected_version: int) -> RoomRecord:
        """Store over the version the caller has seen, and return it with the next; raises `Conflict`."""
        stored = record.model_copy(update={"version": expected_version + 1})
        key = (rooms.c.tenant == record.tenant, rooms.c.incident == record.incident, rooms.c.turn == record.turn)
        async with self._work.writing() as connection:
            changed = await connection.execute(
                update(rooms).where(*key, rooms.c.version == expected_version).values(_row(stored))
            )
            if not changed.rowcount:
                raise Conflict(f"expected version {expected_version} of a room, found that it changed meanwhile")
        return stored

    async def post(self, post: RoomPost) -> RoomPost:
        """Keep what is said, or return what was said under its key before."""
        row = {"at": post.at, "document": post.model_dump_json()}
        key = {"tenant": post.tenant, "incident": post.incident, "key": post.key}
        async with self._work.writing() as connection:
            await connection.execute(insert(connection, posts).values(**key, **row).on_conflict_do_nothing())
            query = select(posts.c.document).where(*(posts.c[name] == value for name, value in key.items()))
            return _posted((await connection.execute(query)).scalar_one(), post.tenant)

    async def repost(self, post: RoomPost) -> None:
        """Put something else in the place of what was said under a key; nothing where nothing was."""
        key = (posts.c.tenant == post.tenant, posts.c.incident == post.incident, posts.c.key == post.key)
        async with self._work.writing() as connection:
            await connection.execute(update(posts).where(*key).values(document=post.model_dump_json()))

    async def posts(self, tenant: str, incident: str, limit: int = 50) -> tuple[RoomPost, ...]:
        """Return what was said last, the latest at the end."""
        query = select(posts.c.document).where(posts.c.tenant == tenant, posts.c.incident == incident)
        async with self._work.reading() as connection:
            latest = query.order_by(posts.c.at.desc(), posts.c.key.desc()).limit(limit)
            found = (await connection.execute(latest)).scalars().all()
        return tuple(_posted(document, tenant) for document in reversed(found))

    async def _read(self, query: Select[Any], tenant: str) -> tuple[RoomRecord, ...]:
        async with self._work.reading() as connection:
            found = (await connection.execute(query)).scalars()
            return tuple(_record(document, tenant) for document in found)


def _records(tenant: str) -> Select[Any]:
    return select(rooms.c.document).where(rooms.c.tenant == tenant)


def _row(record: RoomRecord) -> dict[str, object]:
    return {
        "tenant": record.tenant,
        "incident": record.incident,
        "turn": record.turn,
        "place": record.room and _place(record.room.venue, record.room.place),
        "over": record.over_at is not None,
        "version": record.version,
        "document": record.model_dump_json(),
    }


def _place(venue: str, place: str) -> str:
    return derived("place", venue, place)


def _record(document: str, tenant: str) -> RoomRecord:
    record = RoomRecord.model_validate_json(document)
    belonging(tenant, record.tenant)
    return record


def _posted(document: str, tenant: str) -> RoomPost:
    post = RoomPost.model_validate_json(document)
    belonging(tenant, post.tenant)
    return post
