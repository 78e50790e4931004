"""Statements that try to write, and mutations of statements."""

from hypothesis import strategies as st

WRITES = (
    "INSERT INTO orders VALUES (9, 'x', 1)",
    "INSERT INTO orders VALUES (9, 'x', 1) RETURNING id",
    "UPDATE orders SET status = 'gone'",
    "DELETE FROM orders",
    "DROP TABLE orders",
    "CREATE TABLE t (a integer)",
    "CREATE TABLE t AS SELECT * FROM orders",
    "CREATE INDEX i ON orders (id)",
    "ALTER TABLE orders ADD COLUMN x integer",
)
_WORDS = (
    *(
        "SELECT",
        "*",
        "FROM",
        "orders",
        "people",
        "WHERE",
        "id",
        "=",
        "1",
        ";",
        "--",
        "/*",
        "*/",
        "(",
        ")",
        ",",
        "'",
    ),
    *(
        "INSERT INTO",
        "VALUES",
        "DELETE FROM",
        "UPDATE",
        "SET",
        "status",
        "RETURNING",
        "WITH",
        "x",
        "AS",
        "INTO",
        "\n",
    ),
    *(
        "UNION",
        "EXPLAIN",
        "ANALYZE",
        "PRAGMA",
        "ATTACH",
        "COPY",
        "TO",
        "BEGIN",
        "COMMIT",
        "DROP TABLE",
        "$$",
        '"',
        "`",
    ),
    *(
        "CREATE TABLE",
        "t",
        "nextval('counter')",
        "lower(status)",
        "FOR UPDATE",
        "LIMIT",
        "REPLACE",
        "VACUUM",
        "\\",
        "é",
    ),
)


def mutated() -> st.SearchStrategy[str]:
    """Return statements put together from the words of statements that read and of statements that write."""
    several = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=14).map(" ".join)
    both = st.tuples(st.sampled_from(["SELECT 1", "SELECT * FROM orders", "WITH x AS (SELECT 1)"]), several)
    wrapped = st.sampled_from(WRITES).flatmap(
        lambda write: st.sampled_from(
            [
                f"WITH x AS ({write}) SELECT * FROM x",  # noqa: S608 - it is meant to be one
                f"SELECT 1; {write}",
                f"{write}; SELECT 1",
                f"EXPLAIN {write}",
                f"EXPLAIN ANALYZE {write}",
                f"/* SELECT */ {write}",
                f"SELECT 1 -- \n; {write}",
                f"COMMIT; {write}",
                f"SELECT ({write})",
            ]
        )
    )
    return several | both.map(" ".join) | wrapped
