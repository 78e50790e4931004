"""What the engine on DBOS promises besides: works survive the process, and the traps in it are shut."""

import asyncio
import contextlib
import contextvars
import inspect
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dbos
import pytest
from dbos._sys_db import SystemDatabase
from sqlalchemy import text
from sqlalchemy.engine import make_url

from memory.errors import EngineTaken, InvalidSettings
from runbooks.engine import Standing
from runbooks.engine.durable.bridge import Bridge, LetGo
from runbooks.engine.durable.database import engine_for
from runbooks.engine.durable.process import VERSION
from tests.fakes.carrier import LEGS, FakeCarrier
from tests.patience import BOUND_S, until
from tests.runbooks.engine.conftest import on_dbos, work

PACKAGE = Path(dbos.__file__).parent
_INPUTS = "SELECT inputs FROM {}workflow_input WHERE workflow_uuid = :id"
_FORM = "SELECT serialization, application_version FROM {}workflow_status WHERE workflow_uuid = :id"
_OUTPUTS = "SELECT output FROM {}operation_outputs WHERE workflow_uuid = :id ORDER BY function_id"


@contextmanager
def kept(address: str) -> Iterator[Callable[[str, str], list[tuple[Any, ...]]]]:
    """Give what reads the engine's own tables: a query about a work, and its rows."""
    looked = engine_for(address)
    schema = "" if address.startswith("sqlite") else "dbos."

    def rows(query: str, work: str) -> list[tuple[Any, ...]]:
        with looked.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query.format(schema)), {"id": work})]

    yield rows
    looked.dispose()


async def test_a_work_goes_on_where_it_was_in_the_next_process(address: str, carrier: FakeCarrier) -> None:
    engine, asked = on_dbos(address), work()
    await engine.launch(carrier)
    carrier.rest_s = 0.5  # it stands between two legs
    await engine.submit(asked)
    with kept(address) as rows:
        await until(lambda: rows(_OUTPUTS, asked.id))
    await engine.close()
    carrier.rest_s = 0.0
    later = on_dbos(address)
    await later.launch(carrier)
    await later.finished(asked)
    await later.close()
    assert carrier.of(asked) == list(LEGS)
    assert set(carrier.begun.values()) == {1}  # what was done is remembered, and not done again


async def test_what_is_given_back_is_not_taken_up_again_by_who_gave_it_back(
    address: str, carrier: FakeCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, may_take = threading.Event(), threading.Event()
    partitions = SystemDatabase.get_queue_partitions

    def late(*asked: Any) -> Any:
        looked.set()
        may_take.wait(BOUND_S)
        return partitions(*asked)

    engine, asked = on_dbos(address), work()
    await engine.launch(carrier)
    carrier.gate.clear()
    await engine.submit(asked)
    await until(lambda: carrier.begun[asked.id, "begin"])
    monkeypatch.setattr(SystemDatabase, "get_queue_partitions", late)
    await until(looked.is_set)
    closing = asyncio.create_task(engine.close())
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(closing), 0.5)  # long enough to give everything back
    may_take.set()
    await closing
    monkeypatch.undo()
    carrier.gate.set()
    later = on_dbos(address)
    await later.launch(carrier)
    async with asyncio.timeout(BOUND_S):
        await later.finished(asked)
    assert carrier.of(asked) == list(LEGS)


async def test_what_a_dead_node_was_doing_is_done_once_somebody_says_that_it_is_dead(
    address: str, carrier: FakeCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, asked = on_dbos(address, "victim"), work()
    await engine.launch(carrier)
    carrier.gate.clear()
    await engine.submit(asked)
    await until(lambda: carrier.begun[asked.id, "begin"])
    with monkeypatch.context() as dead:  # it cannot give back what it had
        dead.setattr("runbooks.engine.durable.process.DbosProcess.recover", lambda *_: 0)
        await engine.close()
    carrier.gate.set()
    later = on_dbos(address)
    await later.launch(carrier)
    assert await later.standing(asked) is Standing.RUNNING
    assert "victim" in await later.at_work()
    assert await later.recover(["victim"]) == 1
    assert await later.recover(["victim"]) == 0
    await later.finished(asked)
    assert carrier.of(asked) == list(LEGS)
    await later.close()


async def test_a_process_has_one_engine_and_may_have_another_afterwards(
    file_address: str, carrier: FakeCarrier
) -> None:
    engine = on_dbos(file_address)
    await engine.launch(carrier)
    with pytest.raises(EngineTaken, match="runs already"):
        await on_dbos(file_address).launch(carrier)
    await engine.close()
    again = on_dbos(file_address)
    await again.launch(carrier)
    await again.close()


async def test_a_launch_that_nobody_waits_for_any_more_leaves_nothing_running(
    file_address: str, carrier: FakeCarrier
) -> None:
    launching = asyncio.create_task(on_dbos(file_address).launch(carrier))
    await asyncio.sleep(0)
    launching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await launching
    engine = on_dbos(file_address)
    await engine.launch(carrier)
    await engine.close()


async def test_all_that_is_kept_is_json_of_a_version_that_an_upgrade_can_read(
    address: str, carrier: FakeCarrier
) -> None:
    engine, asked = on_dbos(address), work()
    await engine.launch(carrier)
    await engine.submit(asked)
    await engine.finished(asked)
    await engine.close()
    with kept(address) as rows:
        inputs, forms, outputs = (rows(query, asked.id) for query in (_INPUTS, _FORM, _OUTPUTS))
    assert [json.loads(each)["positionalArgs"][0]["run"] for (each,) in inputs] == [asked.run]
    assert forms == [("portable_json", VERSION)]
    assert [json.loads(each)["next"] for (each,) in outputs] == [*LEGS[1:], None]


async def test_in_a_file_time_is_counted_in_milliseconds_and_the_journal_is_written_ahead(
    file_address: str, carrier: FakeCarrier
) -> None:
    engine, asked = on_dbos(file_address), [work() for _ in range(4)]
    await engine.launch(carrier)
    for each in asked:
        await engine.submit(each)
        await engine.finished(each)
    await engine.close()
    with sqlite3.connect(make_url(file_address).database or "") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        names = ",".join(f"'{each.id}'" for each in asked)
        times = connection.execute(
            f"SELECT completed_at, started_at_epoch_ms FROM workflow_status WHERE workflow_uuid IN ({names})"  # noqa: S608 - ours
        ).fetchall()
    connection.close()
    assert any(moment % 1000 for row in times for moment in row)


def test_dbos_asks_sqlite_for_the_time_in_no_other_way_than_is_answered() -> None:
    asked = [
        line for file in PACKAGE.rglob("*.py") for line in file.read_text().splitlines() if "strftime(" in line
    ]
    sql = [line for line in asked if "sa.func.strftime" in line or "strftime('" in line]
    assert sql
    assert all("'%s'" in line or '"%s"' in line for line in sql)
    assert all("now" in line for line in sql)


def test_what_is_used_of_dbos_beyond_its_published_names_is_still_there() -> None:
    from dbos import _dbos, _queue, _sys_db

    assert inspect.isfunction(_dbos._get_dbos_instance)
    assert list(inspect.signature(dbos.DBOS._recover_pending_workflows).parameters) == ["executor_ids"]
    source = inspect.getsource(_sys_db)
    assert "_retry_connection_errors" in source
    assert list(inspect.signature(_sys_db.SystemDatabase.reenqueue_for_recovery).parameters)[1:] == [
        "workflow_id",
        "executor_ids",
        "recovery_queue_name",
    ]
    assert "background_thread_stop_events" in inspect.getsource(_dbos)
    assert 'name=f"queue-worker-{queue_name}"' in inspect.getsource(_queue)


async def test_a_thread_s_context_does_not_leak_into_the_loop() -> None:
    mark: contextvars.ContextVar[str] = contextvars.ContextVar("mark", default="none")
    bridge = Bridge()

    async def seen() -> str:
        return mark.get()

    def thread() -> str:
        mark.set("thread")
        return bridge.wait_for(seen)

    assert await asyncio.to_thread(thread) == "none"


async def test_a_closed_bridge_lets_its_threads_go() -> None:
    bridge = Bridge()
    waiting = asyncio.create_task(asyncio.to_thread(_let_go, bridge))
    await asyncio.sleep(0.05)
    await bridge.close()
    assert await waiting
    assert await asyncio.to_thread(_let_go, bridge)


def _let_go(bridge: Bridge) -> bool:
    try:
        bridge.wait_for(asyncio.Event().wait)
    except LetGo:
        return True
    return False


@pytest.mark.parametrize("address", ["mysql://somewhere/db", "nothing"])
def test_another_kind_of_database_is_refused(address: str) -> None:
    with pytest.raises(InvalidSettings, match="expected"):
        engine_for(address)
