"""The timeline: everything that happened, ordered by when, each entry once by its id.

An entry's words, times and causes never change; to which incident it belongs and whether it is pinned may. What
comes late stands where it happened, and a cursor stays good while entries come in.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, update

from memory.errors import InvalidInput, NotFound
from memory.model.incident import TimelineEntry, TimelineWindow
from memory.model.value import Identifier, Moment, Value
from memory.page import Page, cut, read
from memory.store.engines import insert
from memory.store.incident_tables import heads, timeline
from memory.store.timeline_rows import SHOWN, asked, columns, document, entry_of, following, ordered, touched
from memory.store.work import Work

LARGEST = 1000  # entries on a page
_AT_ONCE = 500  # rows of one statement, so that no database has too many parameters


class _Place(Value):
    at: Moment
    id: Identifier


class Written(NamedTuple):
    """An entry as it is kept: where it stands, and its whole JSON document."""

    at: datetime
    id: str
    document: str


class Timeline:
    """Every tenant's."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, entries: Sequence[TimelineEntry]) -> frozenset[str]:
        """Keep entries, each once by its id; return the ids that are new."""
        new: set[str] = set()
        async with self._work.writing() as connection:
            for first in range(0, len(entries), _AT_ONCE):
                rows = [columns(each) for each in entries[first : first + _AT_ONCE]]
                statement = insert(connection, timeline).on_conflict_do_nothing().returning(timeline.c.id)
                new |= set((await connection.execute(statement.values(rows))).scalars())
        return frozenset(new)

    async def get(self, tenant: str, entry: str) -> TimelineEntry:
        """Return one; raises `NotFound`."""
        query = select(*SHOWN).where(timeline.c.tenant == tenant, timeline.c.id == entry)
        async with self._work.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound(f"expected the id of a timeline entry, found {entry[:60]!r}, which is none")
        return entry_of(row, tenant)

    async def page(
        self,
        tenant: str,
        incident: str | None,
        window: TimelineWindow,
        *,
        cursor: str | None = None,
        limit: int = 200,
    ) -> Page[TimelineEntry]:
        """Return a part of it, in order, of one incident or (None) of all; a page has 1 to 1,000 entries."""
        if not 1 <= limit <= LARGEST:
            raise InvalidInput(f"expected a page of 1 to {LARGEST} entries, found {limit}")
        query = ordered(asked(select(*SHOWN), tenant, incident, window), window)
        if cursor is not None:
            place = read(cursor, _Place)
            query = query.where(following(place.at, place.id, window))
        async with self._work.reading() as connection:
            rows = (await connection.execute(query.limit(limit + 1))).all()
        found = [entry_of(row, tenant) for row in rows]
        return cut(found, limit, lambda entry: _Place(at=entry.at, id=entry.id))

    async def documents(
        self,
        tenant: str,
        incident: str | None,
        window: TimelineWindow,
        after: Written | None = None,
        limit: int = 5000,
    ) -> list[Written]:
        """Return at most `limit` entries as they are kept, in order, from the one after `after` on."""
        query = ordered(asked(select(timeline.c.at, timeline.c.id, *SHOWN), tenant, incident, window), window)
        if after is not None:
            query = query.where(following(after.at, after.id, window))
        async with self._work.reading() as connection:
            rows = (await connection.execute(query.limit(limit))).all()
        return [Written(row.at, row.id, document(row)) for row in rows]

    async def mark(self, tenant: str, incident: str | None, window: TimelineWindow) -> str:
        """Return a text that is another one after every change of what this window shows."""
        sums = select(func.count(), func.sum(timeline.c.version), func.max(timeline.c.touched_at))
        async with self._work.reading() as connection:
            count, versions, last = (await connection.execute(asked(sums, tenant, incident, window))).one()
        return f"{count}/{versions or 0}/{last.isoformat() if last else ''}"

    async def pin(self, tenant: str, entry: str, *, pinned: bool, at: datetime) -> bool:
        """Mark an entry, or take the mark away; return whether that changed it."""
        this = (timeline.c.tenant == tenant, timeline.c.id == entry, timeline.c.pinned != pinned)
        async with self._work.writing() as connection:
            return bool((await connection.execute(touched(at).where(*this).values(pinned=pinned))).rowcount)

    async def known(self, tenant: str, entries: Collection[str]) -> frozenset[str]:
        """Return which of these entries are there."""
        query = select(timeline.c.id).where(timeline.c.tenant == tenant, timeline.c.id.in_(entries))
        async with self._work.reading() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def merge(self, tenant: str, whence: str, whither: str, at: datetime) -> int:
        """Say that all entries of one incident are another one's; `separate` takes them back."""
        moved = touched(at).where(timeline.c.tenant == tenant, timeline.c.incident == whence)
        async with self._work.writing() as connection:
            return (await connection.execute(moved.values(incident=whither))).rowcount

    async def separate(self, tenant: str, whence: str, whither: str, at: datetime) -> int:
        """Give the entries of an incident that were another one's back to that."""
        theirs = (timeline.c.incident == whence, timeline.c.origin == whither)
        async with self._work.writing() as connection:
            moved = touched(at).where(timeline.c.tenant == tenant, *theirs).values(incident=whither)
            return (await connection.execute(moved)).rowcount

    async def split(self, tenant: str, whence: str, whither: str, at: datetime, entries: Collection[str]) -> int:
        """Say that these entries of one incident are another one's for good; return how many."""
        these = (timeline.c.incident == whence, timeline.c.id.in_(entries))
        moved = touched(at).where(timeline.c.tenant == tenant, *these).values(incident=whither, origin=whither)
        async with self._work.writing() as connection:
            return (await connection.execute(moved)).rowcount

    async def adopt(self, tenant: str, correlation: str, incident: str, at: datetime) -> int:
        """Say that the entries of a turn are an incident's, as far as they are nobody's; return how many."""
        theirs = (timeline.c.tenant == tenant, timeline.c.correlation == correlation)
        adopted = (
            touched(at).where(*theirs, timeline.c.incident.is_(None)).values(incident=incident, origin=incident)
        )
        async with self._work.writing() as connection:
            return (await connection.execute(adopted)).rowcount

    async def about(self, tenant: str, incident: str, subjects: Collection[str]) -> tuple[str, ...]:
        """Return the ids of an incident's entries that tell of these subjects."""
        query = select(timeline.c.id).where(
            timeline.c.tenant == tenant, timeline.c.incident == incident, timeline.c.subject.in_(subjects)
        )
        async with self._work.reading() as connection:
            return tuple((await connection.execute(query.order_by(timeline.c.id))).scalars())

    async def named(self, tenant: str, subjects: Collection[str]) -> dict[str, str]:
        """Return the ids of the entries that tell of these subjects of the ledger, the last one of several."""
        query = (
            select(timeline.c.subject, timeline.c.id)
            .where(timeline.c.tenant == tenant, timeline.c.subject.in_(subjects))
            .order_by(timeline.c.at, timeline.c.id)
        )
        async with self._work.reading() as connection:
            return {str(row.subject): row.id for row in await connection.execute(query)}

    async def last_by(self, tenant: str, incident: str, author: str) -> datetime | None:
        """Return when this author last did something in an incident."""
        theirs = (timeline.c.tenant == tenant, timeline.c.incident == incident, timeline.c.author == author)
        query = select(timeline.c.at).where(*theirs).order_by(timeline.c.at.desc()).limit(1)
        async with self._work.reading() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    # Following the ledger

    async def told(self, tenant: str) -> int:
        """Return the index of the first ledger entry that the timeline does not tell of yet."""
        query = select(heads.c.next).where(heads.c.tenant == tenant)
        async with self._work.reading() as connection:
            return (await connection.execute(query)).scalar_one_or_none() or 0

    async def tell(self, tenant: str, before: int, then: int) -> bool:
        """Move on from one index to a later one; False where somebody else moved on meanwhile."""
        row = {"tenant": tenant, "next": then}
        async with self._work.writing() as connection:
            if before == 0:
                added = insert(connection, heads).values(**row).on_conflict_do_nothing()
                return bool((await connection.execute(added)).rowcount)
            moved = update(heads).where(heads.c.tenant == tenant, heads.c.next == before).values(next=then)
            return bool((await connection.execute(moved)).rowcount)
