"""What was said in the rooms of incidents (`store.transcripts`), in the order it was said, whenever it came.

A line is kept once. An edit or a deletion that comes later changes the line it is about, and no other.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Index, Select, String, Table, Text, delete, select, tuple_, update

from memory.model.transcript import LONGEST, TranscriptLine
from memory.model.value import Identifier, Moment, Value
from memory.page import Page, checked, cut, read
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.tables import Utc, metadata
from memory.store.work import Work

lines: Final = Table(
    "transcript_lines",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column("incident", String(120), nullable=False),
    Column("said_at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)
Index("transcript_lines_by_time", lines.c.tenant, lines.c.incident, lines.c.said_at, lines.c.id)
Index("transcript_lines_by_age", lines.c.tenant, lines.c.said_at)


class _Place(Value):
    said_at: Moment
    id: Identifier


class Transcripts:
    """Every tenant's transcripts."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def keep(self, line: TranscriptLine) -> bool:
        """Keep a line; False where it is kept already, as it was edited or deleted since."""
        row = {name: getattr(line, name) for name in ("tenant", "id", "incident", "said_at")}
        async with self._work.writing() as connection:
            statement = insert(connection, lines).values(**row, document=line.model_dump_json())
            return bool((await connection.execute(statement.on_conflict_do_nothing())).rowcount)

    async def reword(self, tenant: str, line: str, text: str, now: datetime) -> bool:
        """Have a line say something else; False where none is kept under this id, or it is deleted."""
        return await self._change(tenant, line, {"text": text[:LONGEST], "edited_at": now})

    async def withdraw(self, tenant: str, line: str, now: datetime) -> bool:
        """Forget the words of a line; False where none is kept under this id, or it is deleted already."""
        return await self._change(tenant, line, {"text": "", "deleted_at": now})

    async def of(
        self, tenant: str, incident: str, cursor: str | None = None, limit: int = 50
    ) -> Page[TranscriptLine]:
        """Return an incident's lines, the first said first; raises `InvalidInput` for a foreign cursor."""
        query = _lines(tenant).where(lines.c.incident == incident).order_by(lines.c.said_at, lines.c.id)
        if cursor is not None:
            after = read(cursor, _Place)
            query = query.where(tuple_(lines.c.said_at, lines.c.id) > (after.said_at, after.id))
        async with self._work.reading() as connection:
            found = (await connection.execute(query.limit(checked(limit) + 1))).scalars()
            kept = [_line(document, tenant) for document in found]
        return cut(kept, limit, lambda each: _Place(said_at=each.said_at, id=each.id))

    async def prune(self, tenant: str, before: datetime) -> int:
        """Forget what was said before this, and return how many lines that was."""
        old = delete(lines).where(lines.c.tenant == tenant, lines.c.said_at < before)
        async with self._work.writing() as connection:
            return (await connection.execute(old)).rowcount

    async def _change(self, tenant: str, name: str, change: dict[str, object]) -> bool:
        one = (lines.c.tenant == tenant, lines.c.id == name)
        async with self._work.writing() as connection:
            found = (await connection.execute(select(lines.c.document).where(*one))).scalar_one_or_none()
            line = None if found is None else _line(found, tenant)
            if line is None or line.deleted_at is not None:
                return False
            changed = line.model_copy(update=change).model_dump_json()
            await connection.execute(update(lines).where(*one).values(document=changed))
        return True


def _lines(tenant: str) -> Select[Any]:
    return select(lines.c.document).where(lines.c.tenant == tenant)


def _line(document: str, tenant: str) -> TranscriptLine:
    line = TranscriptLine.model_validate_json(document)
    belonging(tenant, line.tenant)
    return line
