"""What is watched of costs: findings, expectations, budgets and how they stand, forecasts and what came."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeVar

from sqlalchemy import delete, select

from memory.model.value import Value
from memory.model.watching import Budget, BudgetStanding, CostFinding, Expectation, ForecastTrial
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.watching_tables import cost_watch
from memory.store.work import Work

Watched = CostFinding | Expectation | Budget | BudgetStanding | ForecastTrial
_W = TypeVar("_W", CostFinding, Expectation, Budget, BudgetStanding, ForecastTrial)

# The kind of each, and what it is called and ordered by.
_KINDS: Final[dict[type[Value], tuple[str, Callable[[Any], str], Callable[[Any], date]]]] = {
    CostFinding: ("finding", lambda each: each.id, lambda each: each.until),
    Expectation: ("expectation", lambda each: each.id, lambda each: each.at.date()),
    Budget: ("budget", lambda each: each.name, lambda each: each.at.date()),
    BudgetStanding: ("standing", lambda each: each.budget, lambda each: each.as_of),
    ForecastTrial: ("trial", lambda each: each.id, lambda each: each.as_of),
}


class CostWatch:
    """Every tenant's, each kind under names of its own."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, watched: Watched) -> None:
        """Keep it, in place of the one of its kind and name."""
        kind, name, day = _KINDS[type(watched)]
        key = {"tenant": watched.tenant, "kind": kind, "id": name(watched)}
        row = {"day": day(watched).isoformat(), "document": watched.model_dump_json()}
        async with self._work.writing() as connection:
            await connection.execute(
                insert(connection, cost_watch)
                .values(**key, **row)
                .on_conflict_do_update(index_elements=list(key), set_=row)
            )

    async def of(self, tenant: str, kind: type[_W], since: date | None = None) -> tuple[_W, ...]:
        """Return a tenant's of one kind, from a day on, the latest first."""
        query = select(cost_watch.c.document).where(
            cost_watch.c.tenant == tenant, cost_watch.c.kind == _KINDS[kind][0]
        )
        if since is not None:
            query = query.where(cost_watch.c.day >= since.isoformat())
        async with self._work.reading() as connection:
            found = await connection.execute(query.order_by(cost_watch.c.day.desc(), cost_watch.c.id))
            return tuple(_read(document, kind, tenant) for document in found.scalars())

    async def get(self, tenant: str, kind: type[_W], name: str) -> _W | None:
        """Return one, or None."""
        mine = (cost_watch.c.tenant == tenant, cost_watch.c.kind == _KINDS[kind][0], cost_watch.c.id == name)
        async with self._work.reading() as connection:
            document = (await connection.execute(select(cost_watch.c.document).where(*mine))).scalar_one_or_none()
        return None if document is None else _read(document, kind, tenant)

    async def remove(self, tenant: str, kind: type[_W], name: str) -> bool:
        """Forget one; False where there was none."""
        mine = (cost_watch.c.tenant == tenant, cost_watch.c.kind == _KINDS[kind][0], cost_watch.c.id == name)
        async with self._work.writing() as connection:
            return bool((await connection.execute(delete(cost_watch).where(*mine))).rowcount)


def _read(document: str, kind: type[_W], tenant: str) -> _W:
    found = kind.model_validate_json(document)
    belonging(tenant, found.tenant)
    return found
