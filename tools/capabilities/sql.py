"""Databases that may be read, each a capability `sql.NAME`."""

from typing import Annotated

from pydantic import StringConstraints

from memory.model.plan import Effect
from tools.capabilities.phrasings.declared import queried
from tools.contract import Arguments, Capability, Slot
from tools.declared.source import Source

AREA = "sql"
LONGEST_QUERY = 10_000


class SqlQuery(Arguments):
    """One SELECT, as somebody wrote it."""

    query: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_QUERY), Slot.QUERY]


def capability(source: Source) -> Capability:
    """Return what a database can be asked."""
    return Capability(
        name=f"{AREA}.{source.name}",
        title=source.title,
        summary=f"One read-only query of {source.title}.",
        says=f"Query {source.title}: {{query}}",
        effect=Effect.READ,
        tier=source.tier,
        arguments=SqlQuery,
        examples=(*source.examples, *queried(source.title)),
    )
