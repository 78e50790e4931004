"""The second wall alone, in front of an SQLite file: given any statement, no byte of it changes."""

import hashlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from memory.errors import ConnectorUnreachable, QueryRejected
from tests.tools.sql.conftest import source
from tests.tools.sql.statements import WRITES, mutated
from tools.connectors.sql import SqliteReader

OWN = (
    "PRAGMA user_version = 7",
    "PRAGMA query_only = OFF",
    "PRAGMA journal_mode = DELETE",
    "ATTACH ':memory:' AS x",
    "VACUUM",
    "VACUUM INTO '/tmp/never'",
    "CREATE TEMP TABLE t (a)",
    "SELECT load_extension('evil')",
    "SELECT 1; DELETE FROM orders",
    "REPLACE INTO orders VALUES (1, 'x', 1)",
    "REINDEX",
    "ANALYZE",
    "BEGIN IMMEDIATE",
    "SAVEPOINT x",
)


def state(file: Path) -> tuple[str, list[str]]:
    """Return the bytes of the database, by digest, and what lies beside it."""
    return hashlib.sha256(file.read_bytes()).hexdigest(), sorted(each.name for each in file.parent.iterdir())


@pytest.mark.parametrize("text", [*WRITES, *OWN])
async def test_a_statement_that_writes_is_refused(file: Path, text: str) -> None:
    before = state(file)
    with pytest.raises(QueryRejected, match="expected"):
        await SqliteReader(source(f"sqlite:///{file}")).fetch(text, 5.0)
    assert state(file) == before


@given(text=mutated())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_statement_changes_a_byte(file: Path, text: str) -> None:
    before = state(file)
    with suppress(QueryRejected, ConnectorUnreachable):
        SqliteReader(source(f"sqlite:///{file}"))._fetch(text, 1.0)
    assert state(file) == before


async def test_a_query_without_end_is_ended(file: Path) -> None:
    text = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    with pytest.raises(ConnectorUnreachable, match="interrupted"):
        await SqliteReader(source(f"sqlite:///{file}", timeout_s=0.2)).fetch(text, 5.0)


async def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(ConnectorUnreachable, match="unable to open"):
        await SqliteReader(source(f"sqlite:///{tmp_path}/none.db")).check()
    assert not (tmp_path / "none.db").exists()
