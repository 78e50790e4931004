"""A whole house with what its settings declare (program, database, MCP server): asked, approved, done once."""

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.offered import offered as offered_by
from bot.pins import keep
from bot.settings import Settings, parsed
from bot.wiring import House, assembled
from bot.wiring.systems import Surroundings, mcp
from memory.errors import InvalidSettings
from memory.model.approval import Verdict
from memory.model.bodies import EntryKind
from memory.model.people import Principal, Surface
from memory.model.plan import Call
from memory.model.run import Run, RunStatus
from memory.store import Store
from runbooks.proposal import Caller, Proposal
from tests.fakes import mcp_server
from tests.fakes.time import CountingIds, FakeClock
from tests.keys import LOG_KEY
from tools.connectors.mcp import Session, offered
from tools.declared.pins import Pin, Pins

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.unchained("proposes without a message")]

DRAIN = '#!/bin/sh\n[ "$1" = look ] && exec grep -q "$2" "$LEDGER"\necho "$2 $1" >> "$LEDGER"\n'


def configured(folder: Path, **changes: Any) -> Settings:
    program, ledger = folder / "drain", folder / "ledger"
    program.write_text(DRAIN)
    program.chmod(stat.S_IRWXU)
    ledger.touch()
    with closing(sqlite3.connect(folder / "shop.db")) as connection:
        connection.executescript("CREATE TABLE orders (id integer); INSERT INTO orders VALUES (1), (2);")
    notes = folder / "notes"
    notes.mkdir()
    return parsed(
        {
            "home": str(folder / "home"),
            "profile": "development",
            "tenant": "acme",
            "people": [
                {"id": "alice", "roles": ["operator"]},
                {"id": "bob", "roles": ["operator", "approver"]},
                {"id": "carol", "roles": ["approver", "admin"]},
            ],
            "commands": [
                {
                    "name": "drain",
                    "title": "Drain the mail queue",
                    "effect": "destructive",
                    "tier": "execute",
                    "program": str(program),
                    "arguments": ["{queue}", "{key}"],
                    "parameters": {"queue": {"choices": ["orders", "mails"]}},
                    "environment": {"LEDGER": str(ledger), "PATH": "/usr/bin:/bin"},
                    "look": {"arguments": ["look", "{key}"]},
                }
            ],
            "sql_sources": [{"name": "shop", "title": "the shop database", "url": f"sqlite:///{folder}/shop.db"}],
            "mcp_servers": [
                {
                    "name": "notes",
                    "title": "the notes",
                    "command": mcp_server.notes(notes),
                    "tools": {
                        "count": {"effect": "read", "tier": "observe", "value": "count"},
                        "add": {"effect": "destructive", "tier": "execute", "key_argument": "key"},
                    },
                }
            ],
            **changes,
        }
    )


async def agree(settings: Settings) -> None:
    """Agree to what the server offers, as it is."""
    (server,) = settings.mcp_servers
    session, pins = Session(server), Pins()
    for each in await session.tools():
        tool = offered(each)
        pins = pins.having(server.name, Pin(tool=tool, digest=tool.digest(), by="carol", at=datetime.now(UTC)))
    await session.close()
    keep(settings, pins)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("declared")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(folder: Path) -> AsyncIterator[House]:
    settings = configured(folder)
    await agree(settings)
    async with assembled(settings) as standing:
        yield standing


def caller(house: House, name: str) -> tuple[Caller, Principal]:
    person = house.directory.person("acme", name)
    return Caller(principal=person, thread="t1", message="m1", correlation="cor_1"), person


async def proposed(house: House, call: Call) -> Run:
    submission = await house.runner.propose(Proposal(goal="try it", calls=(call,)), caller(house, "alice")[0])
    assert submission.run is not None, submission
    return submission.run


async def approved(house: House, run: Run) -> Run:
    for name in ("bob", "carol"):
        if run.status is not RunStatus.WAITING:
            break
        person = house.directory.person("acme", name)
        run = await house.desk.decide(person, run.id, run.plan_digest, Verdict.APPROVE, "", Surface.REST)

    async with asyncio.timeout(30):
        while not run.status.final():
            await asyncio.sleep(0.05)
            run = await house.store.runs.get("acme", run.id)
    return run


async def test_a_command_waits_for_people_and_then_runs_once(house: House, folder: Path) -> None:
    run = await proposed(house, Call(tool="command.drain", arguments={"queue": "mails"}))
    assert (run.status, (folder / "ledger").read_text()) == (RunStatus.WAITING, "")
    ended = await approved(house, run)
    assert ended.status is RunStatus.SUCCEEDED, ended.summary
    assert (folder / "ledger").read_text() == f"{run.id}:0 mails\n"


async def test_reads_are_answered_at_once_and_checked_by_policy(house: House) -> None:
    asks, _ = caller(house, "alice")
    rows = await house.runner.observe(
        Call(tool="sql.shop", arguments={"query": "SELECT count(*) FROM orders"}), asks
    )
    assert rows.value == 2.0
    count = await house.runner.observe(Call(tool="mcp.notes.count"), asks)
    assert count.value == 0.0
    unknown = await house.runner.observe(Call(tool="mcp.notes.environment"), asks)
    assert not unknown.ok  # the settings say nothing of it


async def test_readiness_tells_of_every_system(house: House) -> None:
    parts = {part.name: part for part in (await house.desk.ready()).parts}
    for name in ("command.drain", "sql.shop", "mcp.notes"):
        assert parts[name].ok, parts[name]
        assert not parts[name].vital


async def test_an_imported_tool_that_changes_while_its_plan_waits_is_not_called(
    house: House, folder: Path
) -> None:
    run = await proposed(house, Call(tool="mcp.notes.add", arguments={"text": "milk"}))
    (folder / "notes" / "mode").write_text("changed")
    ended = await approved(house, run)
    assert ended.status is RunStatus.FAILED
    assert "found it changed" in ended.summary
    assert not (folder / "notes" / "notes").exists()
    kinds = [each.entry.kind for each in (await house.store.ledger.page("acme")).items]
    assert kinds.count(EntryKind.TOOL) == 1
    parts = {part.name: part for part in (await house.desk.ready()).parts}
    assert not parts["mcp.notes"].ok
    assert "mcp.notes.add" in parts["mcp.notes"].detail


async def test_a_tool_that_nobody_agreed_to_is_no_hand_and_is_told_of(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    store = await Store.open(f"sqlite:///{tmp_path}/q.db", FakeClock(), LOG_KEY)
    around = Surroundings(settings, settings.catalogue(), store, FakeClock(), CountingIds())
    async with mcp.opened(around) as opened:
        assert opened.hands == ()
        with pytest.raises(InvalidSettings, match="nobody has agreed to it"):
            await opened.checks["mcp.notes"]()
    await store.close()
    assert not {"mcp.notes.count", "mcp.notes.add"} & {each.name for each in offered_by(settings)}


async def test_two_declared_alike_are_refused() -> None:
    source = {"name": "shop", "title": "the shop", "url": "sqlite:////nowhere.db"}
    with pytest.raises(InvalidSettings, match="name of its own"):
        parsed({"sql_sources": [source, source]})
