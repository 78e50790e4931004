"""The second wall alone, in front of PostgreSQL: given any statement, even as its owner, nothing changes."""

import asyncio

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import HealthCheck, given, settings

from memory.errors import ConnectorError, ConnectorUnreachable, InvalidSettings, QueryRejected
from tests.tools.sql.conftest import Shop, source
from tests.tools.sql.statements import WRITES, mutated
from tools.connectors.sql.postgres import PostgresReader

OWN = (
    "WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone",
    "SELECT * INTO copied FROM orders",
    "SELECT nextval('counter')",
    "SELECT setval('counter', 9)",
    "SELECT set_config('transaction_read_only', 'off', false)",
    "SET TRANSACTION READ WRITE",
    "SELECT 1; DELETE FROM orders",
    "COMMIT; DELETE FROM orders",
    "DO $$ BEGIN DELETE FROM orders; END $$",
    "TRUNCATE orders",
    "GRANT ALL ON orders TO public",
    "SELECT * FROM orders FOR UPDATE",
    "CREATE TEMP TABLE t (a integer); INSERT INTO orders VALUES (9)",
)
COUNTED = """
SELECT (SELECT string_agg(o::text, ';' ORDER BY id) FROM orders o), (SELECT count(*) FROM people),
       (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
       (SELECT count(*) FROM pg_largeobject_metadata), (SELECT last_value FROM counter)
"""


async def state(shop: Shop) -> object:
    """Return what there is, as its owner sees it."""
    connection = await asyncpg.connect(shop.owner)
    try:
        return tuple((await connection.fetchrow(COUNTED)).values())
    finally:
        await connection.close()


@pytest.mark.parametrize("text", [*WRITES, *OWN])
async def test_a_statement_that_writes_is_refused_even_to_the_owner(shop: Shop, text: str) -> None:
    before = await state(shop)
    with pytest.raises(QueryRejected, match="expected"):
        await PostgresReader(source(shop.owner), unsafe_any_role=True).fetch(text, 5.0)
    assert await state(shop) == before


@pytest.mark.parametrize("text", ["SELECT lo_create(0)", "COPY orders TO '/tmp/quarterdeck-never'"])
async def test_what_a_read_only_transaction_lets_pass_comes_to_nothing(shop: Shop, text: str) -> None:
    before = await state(shop)
    try:
        await PostgresReader(source(shop.reader)).fetch(text, 5.0)
    except QueryRejected as refusal:
        assert "must be superuser" in refusal.message  # noqa: PT017 - the other passes, and leaves nothing
    assert await state(shop) == before


async def test_mutated_statements_change_nothing(shop: Shop) -> None:
    before = await state(shop)
    reader = PostgresReader(source(shop.owner), unsafe_any_role=True)
    tried: list[str] = []

    @given(text=mutated())
    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    def gather(text: str) -> None:
        tried.append(text)

    await asyncio.to_thread(gather)
    for text in tried:
        try:
            await reader.fetch(text, 2.0)
        except (QueryRejected, ConnectorUnreachable):
            continue
    assert len(tried) >= 50
    assert await state(shop) == before


async def test_a_role_that_may_write_is_refused_before_anything_is_asked(shop: Shop) -> None:
    with pytest.raises(InvalidSettings, match="can only read"):
        await PostgresReader(source(shop.owner)).fetch("SELECT 1", 5.0)
    connection = await asyncpg.connect(shop.owner)
    try:
        await connection.execute("GRANT UPDATE ON orders TO reader")
        with pytest.raises(InvalidSettings, match="the right to change a table"):
            await PostgresReader(source(shop.reader)).check()
        await connection.execute("REVOKE UPDATE ON orders FROM reader; GRANT pg_read_server_files TO reader")
        with pytest.raises(InvalidSettings, match="membership"):
            await PostgresReader(source(shop.reader)).check()
        await connection.execute("REVOKE pg_read_server_files FROM reader")
    finally:
        await connection.close()
    assert await PostgresReader(source(shop.reader)).check() == "read-only role"


async def test_a_query_without_end_is_ended_by_the_server(shop: Shop) -> None:
    with pytest.raises(ConnectorUnreachable, match="did not answer within"):
        await PostgresReader(source(shop.reader, timeout_s=0.3)).fetch("SELECT pg_sleep(30)", 5.0)


async def test_a_server_that_is_not_there_is_unreachable_and_its_password_not_told() -> None:
    with pytest.raises(ConnectorError) as caught:
        await PostgresReader(source("postgresql://a:s3cr3t@127.0.0.1:1/x")).fetch("SELECT 1", 2.0)
    assert "s3cr3t" not in f"{caught.value.message}{caught.value.hint}{caught.value.__cause__}"
