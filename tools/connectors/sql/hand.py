"""The hand that reads a database: past the parser, then past the database itself, masked, and bounded."""

from typing import Protocol

from memory.model.evidence import Evidence
from memory.model.run import Outcome
from memory.model.value import JsonValue
from tools.capabilities.sql import SqlQuery, capability
from tools.connectors.sql.masking import HIDDEN, check_masked, hidden
from tools.connectors.sql.parsing import read_only
from tools.connectors.sql.rows import Rows
from tools.contract import Arguments, CallContext
from tools.declared.source import Source
from tools.hands import evidence_id, given
from tools.wording import many

LONGEST_TEXT = 20_000


class Reads(Protocol):
    """A database that can be read and, by itself, not be written."""

    async def fetch(self, sql: str, deadline_s: float) -> Rows:
        """Return the rows."""


class SqlRead:
    """Serves `sql.NAME`."""

    def __init__(self, source: Source, database: Reads) -> None:
        self.capability = capability(source)
        self._source = source
        self._database = database

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the rows of one query; `value` is its number where it asks for one alone."""
        asked = given(arguments, SqlQuery)
        tree, sql = read_only(asked.query, self._source.dialect, self._source.functions)
        check_masked(tree, self._source.masked)
        rows = await self._database.fetch(sql, context.deadline_s)
        rows.hide(hidden(rows.columns, self._source.masked), HIDDEN)
        summary = f"{self._source.title}: {many(len(rows.rows), 'row')}."
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(self._evidence(sql, rows, summary, context),),
            value=rows.number(),
            missing=(f"sql.{self._source.name}: there is more than is shown",) if rows.cut else (),
            data={"columns": list[JsonValue](rows.columns), "rows": list[JsonValue](rows.rows)},
        )

    def _evidence(self, sql: str, rows: Rows, summary: str, context: CallContext) -> Evidence:
        return Evidence(
            id=evidence_id(context, self.capability.name, sql),
            source=self.capability.name,
            query=sql,
            summary=summary,
            observed_at=context.now,
            value=rows.number(),
            text=rows.text()[:LONGEST_TEXT],
        )
