"""A store opens at the newest schema, made once however many open it together, or says why it cannot."""

import asyncio
import stat
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from memory.errors import DependencyMissing, InvalidSettings, StoreUnavailable
from memory.store import Store, migrations
from memory.store.engines import engine_for, lock_schema, parsed
from memory.store.tables import REVISION, VERSION_TABLE, metadata
from tests.memory.opening import opened
from tests.memory.processes import beside
from tests.memory.samples import fill, run
from tests.postgres import Cluster
from tests.servers import free_port

TOGETHER = 3
PAGE_BYTES = 4096  # of an SQLite file


pytestmark = pytest.mark.usefixtures("migrating")


async def test_everything_is_there_after_the_store_is_opened_again(address: str) -> None:
    async with opened(address) as store:
        await fill(store)
    async with opened(address) as store:
        assert await store.runs.get("acme", "run_1") == run()
        assert len((await store.ledger.page("acme")).items) == 1
        await store.ping()


@pytest.mark.parametrize("how", ["tasks", "processes"])
async def test_several_that_start_at_once_make_the_schema_once(address: str, how: str) -> None:
    if how == "processes":
        _open_in_processes(address)
    else:
        await asyncio.gather(*(_open(address) for _ in range(TOGETHER)))
    async with opened(address) as store:
        await fill(store)
        assert await store.runs.get("acme", "run_1") == run()


async def test_a_schema_may_take_longer_to_change_than_anything_else(postgres: Cluster) -> None:
    """Nobody else waits longer than that for a transaction, and the server ends one that does nothing as long."""
    allowed = text(
        "SELECT current_setting('idle_in_transaction_session_timeout'), current_setting('lock_timeout')"
    )
    engine = await engine_for(postgres.database())
    async with engine.connect() as connection:
        async with connection.begin():
            await lock_schema(connection)
            assert (await connection.execute(allowed)).one() == ("1min", "1min")
        assert (await connection.execute(allowed)).one() == ("5s", "5s")
    await engine.dispose()


def _open_in_processes(address: str) -> None:
    with ExitStack() as stack:
        starters = [stack.enter_context(beside("open", address)) for _ in range(TOGETHER)]
        assert [each.heard() for each in starters] == ["ready"] * TOGETHER
        for each in starters:
            each.go_on()
        assert [each.heard() for each in starters] == ["opened"] * TOGETHER


async def test_a_database_of_a_newer_version_is_left_alone(address: str) -> None:
    async with opened(address) as store, store._database.writing() as connection:
        await connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))  # noqa: S608 - the name is ours
    with pytest.raises(StoreUnavailable, match="9999"):
        await _open(address)


async def test_the_migrations_make_exactly_the_tables_the_code_uses(store: Store) -> None:
    async with store._database.reading() as connection:
        differences = await connection.run_sync(_differences)
    assert [each for each in differences if VERSION_TABLE not in str(each)] == []


def _differences(connection: Connection) -> list[object]:
    found: list[object] = compare_metadata(MigrationContext.configure(connection), metadata)
    return found


def test_the_newest_migration_is_the_one_the_code_expects() -> None:
    script = ScriptDirectory.from_config(migrations._config())
    assert script.get_heads() == [REVISION]
    assert REVISION in migrations.known()


@pytest.mark.parametrize(
    "address",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///q.db?mode=ro",
        "sqlite:////tmp/a\0b/q.db",
        "mysql://host/db",
        "nonsense",
        "",
        "postgresql://me@host:port/name",
        "postgresql://me@host/name?sslmode=perhaps",
        "postgresql://me@host/name?sslmode=disable&sslmode=require",
        "postgresql://me@host/name?password_file=x",
    ],
)
async def test_what_is_no_address_of_a_database_is_refused(address: str) -> None:
    with pytest.raises(InvalidSettings, match="expected a database address"):
        await _open(address)


async def test_a_database_that_nobody_serves_is_unavailable(postgres: Cluster) -> None:
    nobody = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    for address in (nobody, f"{postgres.address}_none"):
        with pytest.raises(StoreUnavailable, match="expected a database that answers"):
            await _open(address)


@pytest.mark.parametrize("secret", ["hunter2", "hunter%202"])
async def test_an_error_about_the_address_does_not_repeat_its_password(secret: str) -> None:
    for address in (
        f"postgresql://me:{secret}@127.0.0.1:1/none",
        f"nothing://me:{secret}@host",
        f"me:{secret}@host",
    ):
        with pytest.raises((StoreUnavailable, InvalidSettings)) as found:
            await _open(address)
        assert "hunter" not in f"{found.value} {found.value.hint}"


@pytest.mark.parametrize("mode", ["disable", "prefer"])
async def test_the_sslmode_of_libpq_is_understood(postgres: Cluster, mode: str) -> None:
    async with opened(f"{postgres.database()}?sslmode={mode}") as store:
        await store.ping()


async def test_a_server_that_cannot_encrypt_is_not_spoken_to_where_that_is_required(postgres: Cluster) -> None:
    with pytest.raises(StoreUnavailable, match="SSL"):
        await _open(f"{postgres.database()}?sslmode=require")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_every_usual_name_of_postgresql_means_the_one_driver(scheme: str) -> None:
    assert parsed(f"{scheme}://me@host/name").drivername == "postgresql+asyncpg"


async def test_without_its_driver_postgresql_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(DependencyMissing, match="asyncpg") as missing:
        await _open("postgresql://me@127.0.0.1:1/none")
    assert "quarterdeck[postgres]" in missing.value.hint


async def test_a_file_that_is_no_database_says_so_and_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "q.db"
    file.write_bytes(b"this is a shopping list" * 100)
    with pytest.raises(StoreUnavailable, match="not a database"):
        await _open(f"sqlite:///{file}")
    assert file.read_bytes() == b"this is a shopping list" * 100


@pytest.mark.parametrize("harm", ["its beginning is gone", "its end is gone"])
async def test_a_damaged_file_says_so_and_is_left_as_it_is(tmp_path: Path, harm: str) -> None:
    file = tmp_path / "q.db"
    async with opened(f"sqlite:///{file}") as store:
        await fill(store)
    whole = file.read_bytes()
    header, rest = whole[:100], whole[PAGE_BYTES:]
    damaged = header + bytes(PAGE_BYTES - 100) + rest if "beginning" in harm else whole[: len(whole) // 2]
    file.write_bytes(damaged)
    with pytest.raises(StoreUnavailable, match="malformed"):
        await _open(f"sqlite:///{file}")
    assert file.read_bytes() == damaged


async def test_a_folder_that_cannot_be_had_says_so(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for path in (file / "q.db", file / "below" / "q.db", tmp_path, "/proc/quarterdeck/q.db"):
        with pytest.raises(StoreUnavailable, match="expected a d"):
            await _open(f"sqlite:///{path}")


async def test_a_new_folder_is_its_owners_alone_and_an_old_one_stays_as_it_is(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    old.mkdir(mode=0o755)
    for folder in (new, old):
        await _open(f"sqlite:///{folder / 'q.db'}")
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (new, old)] == [0o700, 0o755]


async def _open(address: str) -> None:
    async with opened(address) as store:
        await store.ping()
