"""Groups of alerts, what keeps alerts quiet, and what people taught about grouping, each a JSON document."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, tuple_, update

from memory.errors import NotFound
from memory.model.triage import AlertGroup, Lesson, Quiet
from memory.model.value import Identifier, Moment, Value
from memory.page import Page, checked, cut, read
from memory.store.alert_tables import groups, lesson_heads, lessons, quiets
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.work import Work


class _Place(Value):
    at: Moment
    id: Identifier


class AlertGroups:
    """Every tenant's groups (`store.alert_groups`)."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, group: AlertGroup) -> None:
        """Store a group as it stands now."""
        row = {
            "tenant": group.tenant,
            "id": group.id,
            "live": group.open or group.behind,
            "incident": group.incident,
            "updated_at": group.updated_at,
            "document": group.model_dump_json(),
        }
        async with self._work.writing() as connection:
            statement = insert(connection, groups).values(**row)
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["tenant", "id"], set_={k: row[k] for k in row if k not in {"tenant", "id"}}
                )
            )

    async def get(self, tenant: str, group: str) -> AlertGroup:
        """Return one; raises `NotFound`."""
        query = select(groups.c.document).where(groups.c.tenant == tenant, groups.c.id == group)
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        if document is None:
            raise NotFound(f"expected the id of a group of alerts, found {group[:80]!r}, which is none")
        return _group(document, tenant)

    async def live(self, tenant: str, since: datetime, limit: int = 500) -> tuple[AlertGroup, ...]:
        """Return the groups in which something fires, or whose incident is behind, or that changed since then.

        What changed last comes first.
        """
        query = (
            select(groups.c.document)
            .where(groups.c.tenant == tenant, groups.c.live.is_(True) | (groups.c.updated_at >= since))
            .order_by(groups.c.updated_at.desc(), groups.c.id.desc())
            .limit(limit)
        )
        async with self._work.reading() as connection:
            return tuple(_group(document, tenant) for document in (await connection.execute(query)).scalars())

    async def many(self, tenant: str, ids: Collection[str]) -> tuple[AlertGroup, ...]:
        """Return the groups of these ids that there are."""
        query = select(groups.c.document).where(groups.c.tenant == tenant, groups.c.id.in_(sorted(ids)))
        async with self._work.reading() as connection:
            return tuple(_group(document, tenant) for document in (await connection.execute(query)).scalars())

    async def behind(self, tenant: str, limit: int = 100) -> tuple[AlertGroup, ...]:
        """Return groups whose incident was not told of all that came, what waits longest first."""
        query = (
            select(groups.c.document)
            .where(groups.c.tenant == tenant, groups.c.live.is_(True))
            .order_by(groups.c.updated_at, groups.c.id)
            .limit(1000)
        )
        async with self._work.reading() as connection:
            found = [_group(document, tenant) for document in (await connection.execute(query)).scalars()]
        return tuple(each for each in found if each.behind)[:limit]

    async def of_incident(self, tenant: str, incident: str) -> tuple[AlertGroup, ...]:
        """Return the groups that became this incident."""
        query = select(groups.c.document).where(groups.c.tenant == tenant, groups.c.incident == incident)
        async with self._work.reading() as connection:
            return tuple(
                _group(document, tenant)
                for document in (await connection.execute(query.order_by(groups.c.id))).scalars()
            )

    async def page(self, tenant: str, *, cursor: str | None = None, limit: int = 50) -> Page[AlertGroup]:
        """Return the tenant's groups, what changed last first."""
        query = select(groups.c.document).where(groups.c.tenant == tenant)
        if cursor is not None:
            place = read(cursor, _Place)
            query = query.where(tuple_(groups.c.updated_at, groups.c.id) < (place.at, place.id))
        query = query.order_by(groups.c.updated_at.desc(), groups.c.id.desc()).limit(checked(limit) + 1)
        async with self._work.reading() as connection:
            found = [_group(document, tenant) for document in (await connection.execute(query)).scalars()]
        return cut(found, limit, lambda group: _Place(at=group.updated_at, id=group.id))


class Lessons:
    """Every tenant's lessons (`store.alert_lessons`)."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def teach(self, lesson: Lesson) -> bool:
        """Keep a lesson, once by its id; return whether it is new."""
        row = {
            "tenant": lesson.tenant,
            "id": lesson.id,
            "taught_at": lesson.taught_at,
            "document": lesson.model_dump_json(),
        }
        async with self._work.writing() as connection:
            statement = insert(connection, lessons).values(**row).on_conflict_do_nothing()
            return bool((await connection.execute(statement)).rowcount)

    async def of(self, tenant: str, limit: int = 1000) -> tuple[Lesson, ...]:
        """Return the tenant's, the latest first, also those that were taken back."""
        query = (
            select(lessons.c.document)
            .where(lessons.c.tenant == tenant)
            .order_by(lessons.c.taught_at.desc(), lessons.c.id.desc())
            .limit(limit)
        )
        async with self._work.reading() as connection:
            return tuple(_lesson(document, tenant) for document in (await connection.execute(query)).scalars())

    async def withdraw(self, tenant: str, lesson: str, by: str, at: datetime) -> Lesson:
        """Take one back, which stays to be seen; raises `NotFound`."""
        this = (lessons.c.tenant == tenant, lessons.c.id == lesson)
        async with self._work.writing() as connection:
            document = (await connection.execute(select(lessons.c.document).where(*this))).scalar_one_or_none()
            if document is None:
                raise NotFound(f"expected the id of a lesson, found {lesson[:80]!r}, which is none")
            found = _lesson(document, tenant)
            if found.withdrawn_by is None:
                found = found.model_copy(update={"withdrawn_by": by, "withdrawn_at": at})
                await connection.execute(update(lessons).where(*this).values(document=found.model_dump_json()))
        return found

    async def learned(self, tenant: str) -> int:
        """Return the index of the first ledger entry that nothing was learned from yet."""
        query = select(lesson_heads.c.next).where(lesson_heads.c.tenant == tenant)
        async with self._work.reading() as connection:
            return (await connection.execute(query)).scalar_one_or_none() or 0

    async def learn(self, tenant: str, before: int, then: int) -> bool:
        """Move on from one index to a later one; False where somebody else moved on meanwhile."""
        async with self._work.writing() as connection:
            if before == 0:
                added = insert(connection, lesson_heads).values(tenant=tenant, next=then)
                return bool((await connection.execute(added.on_conflict_do_nothing())).rowcount)
            this = (lesson_heads.c.tenant == tenant, lesson_heads.c.next == before)
            return bool((await connection.execute(update(lesson_heads).where(*this).values(next=then))).rowcount)


class Quiets:
    """Every tenant's silences and maintenance windows (`store.quiets`)."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, quiet: Quiet) -> bool:
        """Keep one, once by its id; return whether it is new."""
        row = {
            "tenant": quiet.tenant,
            "id": quiet.id,
            "ends_at": quiet.ends_at,
            "document": quiet.model_dump_json(),
        }
        async with self._work.writing() as connection:
            statement = insert(connection, quiets).values(**row).on_conflict_do_nothing()
            return bool((await connection.execute(statement)).rowcount)

    async def of(self, tenant: str, now: datetime) -> tuple[Quiet, ...]:
        """Return those that are not over, what ends first first."""
        query = (
            select(quiets.c.document)
            .where(quiets.c.tenant == tenant, quiets.c.ends_at > now)
            .order_by(quiets.c.ends_at, quiets.c.id)
        )
        async with self._work.reading() as connection:
            return tuple(_quiet(document, tenant) for document in (await connection.execute(query)).scalars())

    async def end(self, tenant: str, quiet: str, at: datetime) -> Quiet:
        """End one then, where it lasts longer; raises `NotFound`."""
        this = (quiets.c.tenant == tenant, quiets.c.id == quiet)
        async with self._work.writing() as connection:
            document = (await connection.execute(select(quiets.c.document).where(*this))).scalar_one_or_none()
            if document is None:
                raise NotFound(f"expected the id of a silence, found {quiet[:80]!r}, which is none")
            found = _quiet(document, tenant)
            if found.starts_at < at < found.ends_at:
                found = found.model_copy(update={"ends_at": at})
                await connection.execute(
                    update(quiets).where(*this).values(ends_at=at, document=found.model_dump_json())
                )
        return found


def _group(document: str, tenant: str) -> AlertGroup:
    group = AlertGroup.model_validate_json(document)
    belonging(tenant, group.tenant)
    return group


def _lesson(document: str, tenant: str) -> Lesson:
    lesson = Lesson.model_validate_json(document)
    belonging(tenant, lesson.tenant)
    return lesson


def _quiet(document: str, tenant: str) -> Quiet:
    quiet = Quiet.model_validate_json(document)
    belonging(tenant, quiet.tenant)
    return quiet
