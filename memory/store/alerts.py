"""Alerts: what was told of them, kept before anybody is answered, and the alerts as they stand."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, func, select, tuple_, update

from memory.errors import Conflict, NotFound
from memory.model.alert import AlertStatus
from memory.model.triage import AlertNews, AlertRecord
from memory.model.value import Identifier, Moment, Value
from memory.page import Page, checked, cut, read
from memory.store.alert_tables import alerts, groups, news
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.work import Work

T = TypeVar("T")

AT_ONCE = 500  # rows of one statement: databases count their parameters


class _Place(Value):
    at: Moment
    id: Identifier


class Alerts:
    """Every tenant's alerts (`store.alerts`)."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def tell(self, told: Sequence[AlertNews]) -> frozenset[str]:
        """Keep news, all of it or none, each once by its id; return the ids of what is new."""
        rows = [
            {
                "tenant": each.alert.tenant,
                "id": each.id,
                "received_at": each.alert.received_at,
                "taken": False,
                "document": each.model_dump_json(),
            }
            for each in told
        ]
        added: set[str] = set()
        async with self._work.writing() as connection:
            for part in _parts(rows):
                statement = insert(connection, news).values(list(part)).on_conflict_do_nothing()
                added |= set((await connection.execute(statement.returning(news.c.id))).scalars())
        return frozenset(added)

    async def waiting(self, tenant: str, limit: int = AT_ONCE) -> tuple[AlertNews, ...]:
        """Return news that nobody took up yet, the oldest first."""
        query = (
            select(news.c.document)
            .where(news.c.tenant == tenant, news.c.taken.is_(False))
            .order_by(news.c.received_at, news.c.id)
            .limit(limit)
        )
        async with self._work.reading() as connection:
            return tuple(_news(document, tenant) for document in (await connection.execute(query)).scalars())

    async def backlog(self, tenant: str) -> int:
        """Return how much news waits."""
        query = select(func.count()).select_from(news).where(news.c.tenant == tenant, news.c.taken.is_(False))
        async with self._work.reading() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def take(self, tenant: str, told: Sequence[str]) -> None:
        """Say that this news is taken up; raises `Conflict` where somebody else took some of it meanwhile."""
        taken = 0
        async with self._work.writing() as connection:
            for part in _parts(told):
                this = (news.c.tenant == tenant, news.c.id.in_(part), news.c.taken.is_(False))
                taken += (await connection.execute(update(news).where(*this).values(taken=True))).rowcount
        if taken != len(told):
            raise Conflict(f"expected {len(told)} pieces of news that wait, found {taken}")

    async def put(self, records: Sequence[AlertRecord]) -> None:
        """Store alerts as they stand now."""
        async with self._work.writing() as connection:
            for part in _parts([_columns(each) for each in records]):
                statement = insert(connection, alerts).values(list(part))
                changed = {name: statement.excluded[name] for name in part[0] if name not in {"tenant", "id"}}
                await connection.execute(
                    statement.on_conflict_do_update(index_elements=["tenant", "id"], set_=changed)
                )

    async def many(self, tenant: str, ids: Collection[str]) -> dict[str, AlertRecord]:
        """Return the alerts there are of these ids, by id."""
        found: dict[str, AlertRecord] = {}
        async with self._work.reading() as connection:
            for part in _parts(sorted(ids)):
                query = select(alerts.c.document).where(alerts.c.tenant == tenant, alerts.c.id.in_(part))
                for document in (await connection.execute(query)).scalars():
                    record = _record(document, tenant)
                    found[record.alert.id] = record
        return found

    async def ungrouped(self, tenant: str, limit: int = 200) -> tuple[AlertRecord, ...]:
        """Return alerts that fire and are in no group: something keeps them quiet. The longest comes first."""
        query = (
            select(alerts.c.document)
            .where(
                alerts.c.tenant == tenant, alerts.c.group.is_(None), alerts.c.status == AlertStatus.FIRING.value
            )
            .order_by(alerts.c.changed_at, alerts.c.id)
            .limit(limit)
        )
        async with self._work.reading() as connection:
            return tuple(_record(document, tenant) for document in (await connection.execute(query)).scalars())

    async def get(self, tenant: str, which: str) -> AlertRecord:
        """Return one by its id or fingerprint; raises `NotFound`."""
        query = select(alerts.c.document).where(
            alerts.c.tenant == tenant, (alerts.c.id == which) | (alerts.c.fingerprint == which)
        )
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalars().first()
        if document is None:
            raise NotFound(f"expected the id or fingerprint of an alert, found {which[:80]!r}, which is none")
        return _record(document, tenant)

    async def page(
        self,
        tenant: str,
        *,
        status: AlertStatus | None = None,
        service: str | None = None,
        source: str | None = None,
        group: str | None = None,
        incident: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[AlertRecord]:
        """Return the tenant's alerts, what changed last first, that are so (None: any)."""
        query = select(alerts.c.document).where(alerts.c.tenant == tenant)
        wanted = {"status": status and status.value, "service": service, "source": source, "group": group}
        for name, value in wanted.items():
            if value is not None:
                query = query.where(alerts.c[name] == value)
        if incident is not None:
            its = select(groups.c.id).where(groups.c.tenant == tenant, groups.c.incident == incident)
            query = query.where(alerts.c.group.in_(its))
        if cursor is not None:
            place = read(cursor, _Place)
            query = query.where(tuple_(alerts.c.changed_at, alerts.c.id) < (place.at, place.id))
        query = query.order_by(alerts.c.changed_at.desc(), alerts.c.id.desc()).limit(checked(limit) + 1)
        async with self._work.reading() as connection:
            found = [_record(document, tenant) for document in (await connection.execute(query)).scalars()]
        return cut(found, limit, lambda record: _Place(at=record.changed_at, id=record.alert.id))

    async def prune(self, before: datetime) -> int:
        """Forget news that was taken up and came earlier, whoever's; the alerts themselves stay."""
        old = delete(news).where(news.c.taken.is_(True), news.c.received_at < before)
        async with self._work.writing() as connection:
            return (await connection.execute(old)).rowcount


def _parts(rows: Sequence[T]) -> list[Sequence[T]]:
    return [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]


def _columns(record: AlertRecord) -> dict[str, object]:
    return {
        "tenant": record.alert.tenant,
        "id": record.alert.id,
        "fingerprint": record.alert.fingerprint,
        "status": record.alert.status.value,
        "source": record.alert.source,
        "service": record.alert.service,
        "group": record.group,
        "changed_at": record.changed_at,
        "document": record.model_dump_json(),
    }


def _record(document: str, tenant: str) -> AlertRecord:
    record = AlertRecord.model_validate_json(document)
    belonging(tenant, record.alert.tenant)
    return record


def _news(document: str, tenant: str) -> AlertNews:
    told = AlertNews.model_validate_json(document)
    belonging(tenant, told.alert.tenant)
    return told
