"""The first wall alone: what is more than one reading is refused before any database sees it."""

import pytest

from memory.errors import QueryRejected
from tools.connectors.sql.masking import check_masked
from tools.connectors.sql.parsing import read_only
from tools.declared.source import Dialect

READS = [
    "SELECT 1",
    "select * from orders where placed > '2026-01-01' order by id desc limit 5",
    "WITH recent AS (SELECT * FROM orders) SELECT count(*) FROM recent",
    "SELECT status, count(*) FROM orders GROUP BY status HAVING count(*) > 3",
    "SELECT id FROM orders UNION ALL SELECT id FROM customers",
    "SELECT o.id, (SELECT max(id) FROM customers) FROM orders AS o LEFT JOIN customers AS c ON c.id = o.customer",
    "SELECT coalesce(status, 'none'), upper(status), sum(total) OVER (PARTITION BY status) FROM orders",
    "EXPLAIN SELECT * FROM orders",
    "SELECT 1 -- nothing",
    "SELECT 1;",
]
WRITES = [
    "",
    "   ;  ",
    "nonsense",
    "INSERT INTO orders VALUES (1)",
    "UPDATE orders SET total = 0",
    "DELETE FROM orders",
    "DROP TABLE orders",
    "CREATE TABLE t (a int)",
    "CREATE TABLE t AS SELECT * FROM orders",
    "ALTER TABLE orders ADD COLUMN x int",
    "TRUNCATE TABLE orders",
    "SELECT 1; DELETE FROM orders",
    "SELECT 1; SELECT 2",
    "VACUUM",
    "REINDEX",
    "BEGIN",
    "COMMIT",
    "EXPLAIN DELETE FROM orders",
    "EXPLAIN ANALYZE DELETE FROM orders",
    "SELECT * FROM orders WHERE id = ?",
    "SELECT\x001",
]
POSTGRES = [
    "WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone",
    "WITH new AS (INSERT INTO orders VALUES (1) RETURNING *) SELECT * FROM new",
    "SELECT * INTO copied FROM orders",
    "SELECT * FROM orders FOR UPDATE",
    "SELECT * FROM orders FOR SHARE",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT \"pg_read_file\"('/etc/passwd')",
    "SELECT pg_catalog.pg_read_file('/etc/passwd')",
    "SELECT pg_read_binary_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/x')",
    "SELECT * FROM dblink('host=x', 'select 1') AS t(a int)",
    "SELECT dblink_exec('drop table orders')",
    "SELECT pg_sleep(100)",
    "SELECT set_config('transaction_read_only', 'off', false)",
    "SELECT current_setting('data_directory')",
    "SELECT nextval('orders_id_seq')",
    "SELECT setval('orders_id_seq', 1)",
    "SELECT pg_terminate_backend(1)",
    "SELECT pg_advisory_lock(1)",
    "SELECT query_to_xml('delete from orders', true, true, '')",
    "SELECT generate_series(1, 1000000000)",
    "SELECT repeat('x', 1000000000)",
    "SELECT my_function(1)",
    "SELECT shop.harmless(1)",
    "SELECT * FROM my_function()",
    "COPY orders TO PROGRAM 'sh'",
    "COPY orders FROM '/tmp/x'",
    "COPY (SELECT 1) TO '/tmp/x'",
    "SET transaction_read_only = off",
    "RESET ALL",
    "DO $$ BEGIN DELETE FROM orders; END $$",
    "CALL drop_everything()",
    "LISTEN x",
    "NOTIFY x",
    "LOCK TABLE orders",
    "GRANT ALL ON orders TO public",
    "PREPARE x AS DELETE FROM orders",
    "EXECUTE x",
    "MERGE INTO orders USING customers ON true WHEN MATCHED THEN DELETE",
    "SELECT $1",
    "LOAD 'evil'",
]
SQLITE = [
    "PRAGMA writable_schema = ON",
    "PRAGMA user_version",
    "ATTACH '/tmp/x.db' AS x",
    "DETACH x",
    "SELECT load_extension('evil')",
    "SELECT writefile('/tmp/x', 'y')",
    "SELECT readfile('/etc/passwd')",
    "SELECT edit('x')",
    "SELECT fts3_tokenizer('x')",
    "SELECT zeroblob(1000000000)",
    "SELECT randomblob(1000000000)",
    "REPLACE INTO orders VALUES (1)",
    "INSERT OR REPLACE INTO orders VALUES (1)",
    "WITH x AS (SELECT 1) DELETE FROM orders",
    "WITH x AS (SELECT 1) INSERT INTO orders SELECT * FROM x",
    "SELECT * FROM pragma_table_info('orders')",
    "VACUUM INTO '/tmp/x'",
]


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
@pytest.mark.parametrize("text", READS)
def test_a_reading_is_let_through(text: str, dialect: Dialect) -> None:
    assert read_only(text, dialect)[1].upper().startswith(("SELECT", "WITH", "EXPLAIN"))


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
@pytest.mark.parametrize("text", WRITES)
def test_what_is_no_single_reading_is_refused(text: str, dialect: Dialect) -> None:
    with pytest.raises(QueryRejected, match="expected"):
        read_only(text, dialect)


@pytest.mark.parametrize("text", POSTGRES)
def test_what_postgres_could_be_made_to_do_is_refused(text: str) -> None:
    with pytest.raises(QueryRejected, match="expected"):
        read_only(text, "postgres")


@pytest.mark.parametrize("text", SQLITE)
def test_what_sqlite_could_be_made_to_do_is_refused(text: str) -> None:
    with pytest.raises(QueryRejected, match="expected"):
        read_only(text, "sqlite")


def test_comments_do_not_reach_the_database() -> None:
    assert read_only("SELECT 1 /* ; DROP TABLE orders */ -- x", "postgres")[1] == "SELECT 1"


def test_a_function_that_an_operator_allows_is_let_through_unless_it_is_forbidden() -> None:
    assert read_only("SELECT my_function(1)", "postgres", ("my_function",))
    with pytest.raises(QueryRejected, match="pg_sleep"):
        read_only("SELECT pg_sleep(1)", "postgres", ("pg_sleep",))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT email FROM people",
        "SELECT id, people.email FROM people WHERE id = 1",
        "SELECT * FROM people",
        "SELECT * FROM (SELECT * FROM people) AS p",
        "WITH p AS (SELECT * FROM people) SELECT p.* FROM p",
        "SELECT count(*) FROM people",
        "SELECT name FROM people UNION SELECT name FROM orders",
    ],
)
def test_a_masked_column_may_be_shown_under_its_own_name(text: str) -> None:
    check_masked(read_only(text, "postgres")[0], ["email"])


@pytest.mark.parametrize(
    "text",
    [
        "SELECT email AS e FROM people",
        "SELECT upper(email) FROM people",
        "SELECT EMAIL || '' FROM people",
        "SELECT name FROM people WHERE email LIKE 'a%'",
        "SELECT name FROM people ORDER BY email",
        "SELECT name FROM people GROUP BY name, email",
        "SELECT name FROM people UNION SELECT email FROM people",
        "SELECT * FROM orders UNION SELECT * FROM people",
        "SELECT x.e FROM (SELECT email AS e FROM people) AS x",
        "SELECT * FROM (SELECT * FROM people) AS x(a, b, c)",
        "WITH x(a, b) AS (SELECT * FROM people) SELECT a FROM x",
        "SELECT people FROM people",
        "SELECT p FROM people AS p",
        "SELECT row_to_json(p) FROM people AS p",
        "SELECT to_json(p.*) FROM people AS p",
        "SELECT (SELECT email FROM people LIMIT 1)",
        "SELECT (SELECT * FROM secrets LIMIT 1)",
        "SELECT name FROM people JOIN others USING (email)",
        'SELECT "email" AS x FROM people',
        "SELECT (people).email AS x FROM people",
        "SELECT name FROM people WHERE EXISTS (SELECT 1 FROM people WHERE email > 'm')",
    ],
)
def test_a_masked_column_cannot_be_shown_under_another_name(text: str) -> None:
    with pytest.raises(QueryRejected, match="masked columns alone"):
        check_masked(read_only(text, "postgres")[0], ["email"])
