"""What Quarterdeck used, one row a fact: added once by its id, added up by the database, never changed."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, case, delete, func, select

from memory.model.usage import UsageBy, UsageFact, UsageKind, UsageLine
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.usage_tables import usage
from memory.store.work import Work

NANO: Final = Decimal("1e-9")  # the finest money that is kept
PAGE: Final = 5_000
_ROWS: Final = 500  # in one statement: SQLite takes 32766 values
_GROUPS: Final[dict[UsageBy, tuple[ColumnElement[str], UsageKind | None]]] = {
    UsageBy.DAY: (usage.c.day, None),
    UsageBy.PERSON: (usage.c.person, None),
    UsageBy.SURFACE: (usage.c.surface, None),
    UsageBy.PURPOSE: (usage.c.purpose, UsageKind.MODEL),
    UsageBy.MODEL: (usage.c.name, UsageKind.MODEL),
    UsageBy.TOOL: (usage.c.name, UsageKind.TOOL),
}


class UsageBook:
    """Every tenant's usage."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, tenant: str, facts: Iterable[UsageFact]) -> None:
        """Keep facts, each once by its id; raises `TenantMismatch` for another tenant's."""
        rows = []
        for fact in facts:
            belonging(tenant, fact.tenant)
            rows.append(_row(fact))
        async with self._work.writing() as connection:
            for start in range(0, len(rows), _ROWS):
                added = insert(connection, usage).values(rows[start : start + _ROWS])
                await connection.execute(added.on_conflict_do_nothing())

    async def lines(
        self, tenant: str, since: datetime, until: datetime, by: UsageBy | None = None
    ) -> tuple[UsageLine, ...]:
        """Return what was used in a window, its end excluded, a line a group; by nothing: one line, or none."""
        key, only = _GROUPS[by] if by else (None, None)
        where = [usage.c.tenant == tenant, usage.c.at >= since, usage.c.at < until]
        if only is not None:
            where.append(usage.c.kind == only.value)
        is_model = usage.c.kind == UsageKind.MODEL.value
        cells: list[ColumnElement[Any]] = [
            usage.c.kind,
            usage.c.currency,
            func.count().label("facts"),
            func.sum(usage.c.milliseconds).label("milliseconds"),
            func.sum(usage.c.input_tokens).label("input_tokens"),
            func.sum(usage.c.output_tokens).label("output_tokens"),
            func.sum(usage.c.cached_tokens).label("cached_tokens"),
            func.sum(usage.c.nanos).label("nanos"),
            func.sum(case((and_(is_model, usage.c.nanos.is_(None)), 1), else_=0)).label("unpriced"),
        ]
        keys = [] if key is None else [key.label("key")]
        groups = [*([] if key is None else [key]), usage.c.kind, usage.c.currency]
        query = select(*keys, *cells).where(*where).group_by(*groups)
        async with self._work.reading() as connection:
            found = (await connection.execute(query)).all()
        return _together(found)

    async def facts(
        self, tenant: str, since: datetime, until: datetime, *, after: tuple[datetime, str] | None = None
    ) -> tuple[UsageFact, ...]:
        """Return the oldest 5,000 facts of a window, its end excluded, that come `after` a (moment, id)."""
        where = [usage.c.tenant == tenant, usage.c.at >= since, usage.c.at < until]
        if after is not None:
            at, id_ = after
            where.append((usage.c.at > at) | ((usage.c.at == at) & (usage.c.id > id_)))
        query = select(usage).where(*where).order_by(usage.c.at, usage.c.id).limit(PAGE)
        async with self._work.reading() as connection:
            return tuple(_fact(row) for row in await connection.execute(query))

    async def spent(self, tenant: str, since: datetime, until: datetime, currency: str) -> Decimal:
        """Return the money that was spent in a window, its end excluded."""
        where = (
            usage.c.tenant == tenant,
            usage.c.at >= since,
            usage.c.at < until,
            usage.c.currency == currency,
        )
        async with self._work.reading() as connection:
            total = (await connection.execute(select(func.sum(usage.c.nanos)).where(*where))).scalar_one()
        return Decimal(int(total or 0)) * NANO

    async def prune(self, tenant: str, before: datetime) -> int:
        """Forget what was used before a moment, and return how many facts that were."""
        gone = delete(usage).where(usage.c.tenant == tenant, usage.c.at < before)
        async with self._work.writing() as connection:
            return (await connection.execute(gone)).rowcount


def _row(fact: UsageFact) -> dict[str, object]:
    nanos = None if fact.cost is None else int((fact.cost / NANO).to_integral_value())
    return {
        **fact.model_dump(exclude={"cost", "kind"}),
        "kind": fact.kind.value,
        "day": fact.at.date().isoformat(),
        "nanos": nanos,
    }


def _fact(row: Row[Any]) -> UsageFact:
    known = row._asdict()
    known.pop("day")
    nanos = known.pop("nanos")
    return UsageFact(**known, cost=None if nanos is None else Decimal(nanos) * NANO)


def _together(rows: Iterable[Any]) -> tuple[UsageLine, ...]:
    lines: dict[str, UsageLine] = {}
    for row in rows:
        key = row._asdict().get("key", "")
        line = lines.setdefault(key, UsageLine(key=key))
        costs = dict(line.costs)
        if row.nanos is not None:
            costs[row.currency] = costs.get(row.currency, Decimal(0)) + Decimal(int(row.nanos)) * NANO
        changes: dict[str, object] = {
            name: getattr(line, name) + int(getattr(row, name))
            for name in ("milliseconds", "input_tokens", "output_tokens", "cached_tokens", "unpriced")
        }
        counted = {UsageKind.TURN: "turns", UsageKind.MODEL: "model_calls", UsageKind.TOOL: "tool_calls"}
        name = counted[UsageKind(row.kind)]
        changes[name] = getattr(line, name) + row.facts
        lines[key] = line.model_copy(update={**changes, "costs": costs})
    return tuple(lines[key] for key in sorted(lines))
