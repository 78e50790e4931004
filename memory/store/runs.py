"""Runs, each stored whole as its JSON document. A run changes only from the version the caller has seen."""

from collections.abc import Collection

from sqlalchemy import select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.errors import Conflict, DigestMismatch, NotFound
from memory.model.run import Run, RunStatus
from memory.model.value import Identifier, Moment, Value
from memory.page import Page, checked, cut, read
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.tables import runs
from memory.store.work import Work

_UNFINISHED = tuple(status for status in RunStatus if not status.final())


class _Place(Value):
    created_at: Moment
    id: Identifier


class Runs:
    """Every tenant's runs."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, run: Run) -> Run:
        """Store a new run and return it; an id that is there already gives the stored run, unchanged.

        Raises `DigestMismatch` when the plan is not the one its digest says, `TenantMismatch` when the plan or an
        approval is another tenant's.
        """
        _own(run)
        if run.plan.digest() != run.plan_digest:
            raise DigestMismatch(f"expected the digest of the plan, found {run.plan_digest[:12]}… in run {run.id}")
        async with self._work.writing() as connection:
            statement = insert(connection, runs).values(**_columns(run)).on_conflict_do_nothing()
            added = await connection.execute(statement)
            return run if added.rowcount else await _get(connection, run.tenant, run.id)

    async def get(self, tenant: str, run_id: str) -> Run:
        """Return one run; raises `NotFound`."""
        async with self._work.reading() as connection:
            return await _get(connection, tenant, run_id)

    async def page(
        self,
        tenant: str,
        *,
        statuses: Collection[RunStatus] = (),
        thread: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Run]:
        """Return the tenant's runs, newest first, of these statuses (none: any) and this thread (None: any)."""
        query = select(runs.c.document).where(runs.c.tenant == tenant)
        if statuses:
            query = query.where(runs.c.status.in_([status.value for status in statuses]))
        if thread is not None:
            query = query.where(runs.c.thread == thread)
        if cursor is not None:
            place = read(cursor, _Place)
            query = query.where(tuple_(runs.c.created_at, runs.c.id) < (place.created_at, place.id))
        query = query.order_by(runs.c.created_at.desc(), runs.c.id.desc()).limit(checked(limit) + 1)
        async with self._work.reading() as connection:
            found = [_run(document, tenant) for document in (await connection.execute(query)).scalars()]
        return cut(found, limit, lambda run: _Place(created_at=run.created_at, id=run.id))

    async def replace(self, run: Run, expected_version: int) -> Run:
        """Store `run` over the version the caller has seen, and return it with the next version.

        Raises `Conflict` when another version is stored, or a run of another plan; `NotFound` when none is.
        """
        _own(run)
        replaced = run.model_copy(update={"version": expected_version + 1})
        async with self._work.writing() as connection:
            written = await connection.execute(
                update(runs)
                .where(runs.c.tenant == run.tenant, runs.c.id == run.id)
                .where(runs.c.version == expected_version, runs.c.plan_digest == run.plan_digest)
                .values(**_columns(replaced))
            )
            if not written.rowcount:
                found = await _get(connection, run.tenant, run.id)
                raise Conflict(_differing(run, expected_version, found))
        return replaced

    async def unfinished(self) -> tuple[Run, ...]:
        """Return the runs of every tenant that can still change, oldest first: what a restart takes up again."""
        query = (
            select(runs.c.document, runs.c.tenant)
            .where(runs.c.status.in_([status.value for status in _UNFINISHED]))
            .order_by(runs.c.created_at, runs.c.tenant, runs.c.id)
        )
        async with self._work.reading() as connection:
            return tuple(_run(row.document, row.tenant) for row in await connection.execute(query))


async def _get(connection: AsyncConnection, tenant: str, run_id: str) -> Run:
    query = select(runs.c.document).where(runs.c.tenant == tenant, runs.c.id == run_id)
    document = (await connection.execute(query)).scalar_one_or_none()
    if document is None:
        raise NotFound(f"expected the id of a run, found {run_id!r}, which is none")
    return _run(document, tenant)


def _run(document: str, tenant: str) -> Run:
    run = Run.model_validate_json(document)
    belonging(tenant, run.tenant)
    return run


def _own(run: Run) -> None:
    belonging(run.tenant, run.plan.tenant, *(approval.tenant for approval in run.approvals))


def _columns(run: Run) -> dict[str, object]:
    return {
        "tenant": run.tenant,
        "id": run.id,
        "thread": run.plan.thread,
        "status": run.status.value,
        "plan_digest": run.plan_digest,
        "version": run.version,
        "created_at": run.created_at,
        "expires_at": run.expires_at,
        "document": run.model_dump_json(),
    }


def _differing(run: Run, expected_version: int, found: Run) -> str:
    if found.plan_digest != run.plan_digest:
        return f"expected run {run.id} to keep its plan {found.plan_digest[:12]}…, found {run.plan_digest[:12]}…"
    return f"expected version {expected_version} of run {run.id}, found {found.version}"
