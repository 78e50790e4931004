"""A shop's database, in SQLite and in PostgreSQL, as whoever owns it and as a role that can only read."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest

from tests import postgres
from tools.declared.source import Source

SHOP = """
CREATE TABLE orders (id integer PRIMARY KEY, status text, total numeric);
CREATE TABLE people (id integer PRIMARY KEY, name text, email text);
CREATE INDEX by_status ON orders (status);
INSERT INTO orders VALUES (1, 'open', 10), (2, 'paid', 20.5), (3, 'paid', NULL);
INSERT INTO people VALUES (1, 'Ann', 'ann@example.com'), (2, 'Ben', NULL);
"""


class Shop(NamedTuple):
    """Addresses of one database."""

    owner: str
    reader: str


def source(url: str, **changes: object) -> Source:
    return Source.model_validate({"name": "shop", "title": "the shop", "url": url, **changes})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SHOP)
    return path


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    with postgres.cluster() as running:
        yield running


@pytest.fixture
async def shop(cluster: postgres.Cluster) -> Shop:
    owner = cluster.database()
    connection = await asyncpg.connect(owner)
    try:
        await connection.execute(SHOP)
        await connection.execute(
            "DO $$ BEGIN CREATE ROLE reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;"
            "CREATE SEQUENCE counter; GRANT SELECT, USAGE ON counter TO reader;"
        )
    finally:
        await connection.close()
    return Shop(owner, f"postgresql://reader@{owner.partition('@')[2]}")
