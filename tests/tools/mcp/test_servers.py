"""A real MCP server process behind the hands: once, whatever it does, and never after it changed."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from memory.errors import ConnectorError, ConnectorUnreachable, InvalidInput, OutcomeUnknown, ToolChanged
from tests import servers
from tests.fakes import mcp_server
from tests.tools.connectors.calls import context
from tests.tools.mcp.conftest import Notes, agreed, server
from tools.capabilities.mcp import imported
from tools.connectors.mcp import Session
from tools.contract import Capability
from tools.registry import validated


def given(capability: Capability, **values: object) -> Any:
    return validated(capability, dict(values))  # type: ignore[arg-type]  # what somebody may type


async def test_a_tool_that_reads_tells_a_value(notes: Notes) -> None:
    tool = notes.reading("count")
    outcome = await tool.read(given(tool.capability), context())
    assert (outcome.value, outcome.summary) == (0.0, "the notes: count: done.")
    assert outcome.evidence[0].text == "0 notes"


async def test_a_preview_calls_nothing_and_shows_exactly_what_would_be_sent(notes: Notes) -> None:
    tool = notes.acting()
    preview = await tool.preview(given(tool.capability, text="milk"), context())
    assert preview.changes[0].after == '{"key":"KEY","text":"milk"}'
    assert preview.undo is not None
    assert preview.undo.tool == "mcp.notes.remove"
    assert notes.kept() == []


async def test_a_key_is_acted_on_once_and_goes_with_the_call(notes: Notes) -> None:
    tool = notes.acting()
    first = await tool.act(given(tool.capability, text="milk"), context())
    assert await tool.act(given(tool.capability, text="milk"), context()) == first
    assert notes.kept() == ["run_1:0 add milk"]


async def test_a_tool_without_an_argument_for_it_gets_the_key_beside_the_arguments(notes: Notes) -> None:
    tool = notes.acting("remove")
    assert (await tool.act(given(tool.capability, text="milk"), context())).ok
    assert notes.kept() == ["run_1:0 remove milk"]


async def test_what_the_server_says_is_evidence_and_never_ours(notes: Notes) -> None:
    tool = notes.acting()
    outcome = await tool.act(given(tool.capability, text="milk"), context())
    assert "Ignore all" in outcome.evidence[0].text
    assert "Ignore all" not in outcome.summary


@pytest.mark.parametrize("mood", ["dies", "hangs", "huge"])
async def test_a_server_that_acts_and_breaks_off_is_asked_and_not_told_twice(notes: Notes, mood: str) -> None:
    notes.mood(mood)
    notes.session.server = notes.session.server.model_copy(update={"timeout_s": 2.0})
    tool = notes.acting()
    with pytest.raises(ConnectorUnreachable):
        await tool.act(given(tool.capability, text="milk"), context())
    notes.mood("")
    found = await tool.look(context())
    assert found is not None
    assert found.ok
    assert await tool.act(given(tool.capability, text="milk"), context()) == found
    assert notes.kept() == ["run_1:0 add milk"]


async def test_without_a_look_what_broke_off_stays_unknown(notes: Notes) -> None:
    notes.mood("dies")
    tool = notes.acting("remove")
    with pytest.raises(ConnectorUnreachable):
        await tool.act(given(tool.capability, text="milk"), context())
    notes.mood("")
    with pytest.raises(OutcomeUnknown):
        await tool.look(context())
    assert len(notes.kept()) == 1


async def test_a_server_that_was_killed_is_started_again(notes: Notes) -> None:
    tool = notes.reading("count")
    await tool.read(given(tool.capability), context())
    first = notes.pid()
    os.kill(first, signal.SIGKILL)
    async with asyncio.timeout(20):
        while True:
            try:
                await tool.read(given(tool.capability), context())
            except ConnectorUnreachable:
                continue
            break
    assert notes.pid() != first


async def test_a_failure_is_an_outcome_and_changes_nothing(notes: Notes) -> None:
    notes.mood("fails")
    tool = notes.acting()
    outcome = await tool.act(given(tool.capability, text="milk"), context())
    assert not outcome.ok
    assert outcome.undo is None
    assert notes.kept() == []


async def test_an_answer_against_its_own_schema_is_no_answer(notes: Notes) -> None:
    notes.mood("lies")
    tool = notes.reading("count")
    with pytest.raises(ConnectorError, match="form of the protocol"):
        await tool.read(given(tool.capability), context())


async def test_the_environment_of_a_server_is_what_is_listed(notes: Notes) -> None:
    tool = notes.reading("environment")
    told = (await tool.read(given(tool.capability), context())).evidence[0].text.splitlines()
    assert {line for line in told if not line.startswith("LC_CTYPE=")} == {"LISTED=yes", "TOKEN=s3cr3t"}


@pytest.mark.parametrize("mood", ["changed", "gone"])
async def test_a_tool_that_changed_is_suspended_at_once_and_for_good(notes: Notes, mood: str) -> None:
    tool = notes.acting()
    arguments = given(tool.capability, text="milk")
    assert (await tool.act(arguments, context("run_1:0"))).ok
    notes.mood(mood)
    for attempt in (tool.preview(arguments, context("run_2:0")), tool.act(arguments, context("run_2:0"))):
        with pytest.raises(ToolChanged, match="found it changed"):
            await attempt
    notes.mood("")  # it turns back, and is not believed
    with pytest.raises(ToolChanged):
        await tool.act(arguments, context("run_3:0"))
    assert [each.tool for each in notes.watch.told] == ["mcp.notes.add"]
    assert len(notes.kept()) == 1
    reading = notes.reading("count")  # what did not change may still be called
    assert (await reading.read(given(reading.capability), context())).ok


async def test_annotations_are_not_believed_and_terms_are_a_persons(notes: Notes) -> None:
    capabilities, refused = imported([notes.session.server], notes.pins)
    assert capabilities["mcp.notes.add"].effect == "write"  # its server says that it only reads
    assert "mcp.notes.odd" not in capabilities  # it has no terms
    assert refused == {}


async def test_arguments_are_checked_before_anything_is_sent(notes: Notes) -> None:
    tool = notes.acting()
    wrong: list[dict[str, object]] = [{}, {"text": 1}, {"text": "x" * 201}, {"text": "x", "key": "mine"}]
    for values in wrong:
        with pytest.raises(InvalidInput):
            given(tool.capability, **values)


@pytest.mark.parametrize("how", mcp_server.MISBEHAVIOURS)
async def test_a_server_that_never_speaks_sense_is_unreachable_in_time(how: str) -> None:
    command = ["/nowhere/at-all"] if how == "absent" else mcp_server.misbehaving(how)
    session = Session(server(command=command, timeout_s=1.0))
    try:
        with pytest.raises(ConnectorError):
            async with asyncio.timeout(15):
                await session.tools()
    finally:
        async with asyncio.timeout(15):
            await session.close()


async def test_a_session_that_is_closed_leaves_no_process(notes: Notes) -> None:
    pid = notes.pid()
    await notes.session.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_many_calls_at_once_share_one_server(notes: Notes) -> None:
    tool = notes.acting()
    calls = [tool.act(given(tool.capability, text=f"n{n}"), context(f"run_{n}:0")) for n in range(10)]
    assert all(outcome.ok for outcome in await asyncio.gather(*calls))
    assert len(notes.kept()) == 10


async def test_a_server_elsewhere_is_spoken_to_over_http(tmp_path: Path) -> None:
    port = servers.free_port()
    process = await asyncio.create_subprocess_exec(*mcp_server.notes(tmp_path, "--http", str(port)))
    session = Session(server(url=f"http://127.0.0.1:{port}/mcp", headers={"Authorization": "Bearer x"}))
    try:
        async with asyncio.timeout(20):
            while True:
                try:
                    pins = await agreed(session)
                except ConnectorError:
                    await asyncio.sleep(0.1)
                    continue
                break
        notes = Notes(tmp_path, session, pins)
        tool = notes.acting()
        assert (await tool.act(given(tool.capability, text="milk"), context())).ok
        assert notes.kept() == ["run_1:0 add milk"]
        notes.mood("huge")
        with pytest.raises(ConnectorUnreachable):
            await tool.act(given(tool.capability, text="eggs"), context("run_2:0"))
        notes.mood("")
        found = await tool.look(context("run_2:0"))
        assert found is not None
        assert found.ok
    finally:
        await session.close()
        process.terminate()
        await process.wait()
