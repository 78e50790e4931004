"""The calls of language models that fell to an arm of an experiment, each once."""

from datetime import datetime

from sqlalchemy import select

from memory.errors import InvalidInput
from memory.model.model_call import ModelCall
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.model_tables import model_trials
from memory.store.work import Work

MOST_READ = 10_000  # the newest


class ModelTrials:
    """Every tenant's."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, call: ModelCall) -> bool:
        """Keep a call, once; return whether it is new. Raises `InvalidInput` for one of no experiment."""
        if call.assignment is None:
            raise InvalidInput("expected a call that fell to an experiment, found one of none")
        row = {
            "tenant": call.tenant,
            "call": call.id,
            "experiment": call.assignment.experiment,
            "at": call.began,
            "document": call.model_dump_json(),
        }
        async with self._work.writing() as connection:
            added = insert(connection, model_trials).values(**row).on_conflict_do_nothing()
            return bool((await connection.execute(added)).rowcount)

    async def of(self, tenant: str, experiment: str, since: datetime) -> tuple[ModelCall, ...]:
        """Return the calls of an experiment since a moment, newest first."""
        query = (
            select(model_trials.c.document)
            .where(
                model_trials.c.tenant == tenant,
                model_trials.c.experiment == experiment,
                model_trials.c.at >= since,
            )
            .order_by(model_trials.c.at.desc(), model_trials.c.call)
            .limit(MOST_READ)
        )
        async with self._work.reading() as connection:
            return tuple(_call(document, tenant) for document in (await connection.execute(query)).scalars())


def _call(document: str, tenant: str) -> ModelCall:
    call = ModelCall.model_validate_json(document)
    belonging(tenant, call.tenant)
    return call
