"""Readings of language models that are kept for a while: bounded, and dropped once they no longer stand."""

import json
from typing import Any

from sqlalchemy import delete, select

from memory.model.model_answer import ModelAnswer
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.model_tables import model_answers
from memory.store.work import Work

MOST_KEPT = 2000  # a tenant
MOST_READ = 200  # of a scope: the newest


class ModelAnswers:
    """Every tenant's."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def find(self, tenant: str, key: str) -> ModelAnswer | None:
        """Return what is kept under a key, None where nothing is."""
        query = select(model_answers).where(model_answers.c.tenant == tenant, model_answers.c.key == key)
        async with self._work.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else _answer(row, tenant)

    async def of(self, tenant: str, scope: str) -> tuple[ModelAnswer, ...]:
        """Return what is kept of a scope, newest first."""
        query = (
            select(model_answers)
            .where(model_answers.c.tenant == tenant, model_answers.c.scope == scope)
            .order_by(model_answers.c.at.desc(), model_answers.c.key)
            .limit(MOST_READ)
        )
        async with self._work.reading() as connection:
            return tuple(_answer(row, tenant) for row in await connection.execute(query))

    async def keep(self, answer: ModelAnswer) -> None:
        """Keep an answer in place of the one under its key; drop what no longer stands, and the oldest."""
        row = {**dict(answer), "anchors": json.dumps(answer.anchors)}
        mine = model_answers.c.tenant == answer.tenant
        beyond = select(model_answers.c.at).where(mine).order_by(model_answers.c.at.desc()).offset(MOST_KEPT - 1)
        async with self._work.writing() as connection:
            await connection.execute(delete(model_answers).where(mine, model_answers.c.until <= answer.at))
            oldest = (await connection.execute(beyond.limit(1))).scalar_one_or_none()
            if oldest is not None:
                await connection.execute(delete(model_answers).where(mine, model_answers.c.at <= oldest))
            added = insert(connection, model_answers).values(**row)
            fresh = {name: value for name, value in row.items() if name not in {"tenant", "key"}}
            await connection.execute(added.on_conflict_do_update(index_elements=["tenant", "key"], set_=fresh))

    async def forget(self, tenant: str) -> int:
        """Drop everything that is kept of a tenant; return how much that was."""
        async with self._work.writing() as connection:
            gone = await connection.execute(delete(model_answers).where(model_answers.c.tenant == tenant))
            return int(gone.rowcount)


def _answer(row: Any, tenant: str) -> ModelAnswer:
    belonging(tenant, row.tenant)
    columns = {name: getattr(row, name) for name in ModelAnswer.model_fields}
    return ModelAnswer(**{**columns, "anchors": tuple(json.loads(row.anchors))})
