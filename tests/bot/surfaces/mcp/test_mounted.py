"""MCP over HTTP: the package's own client on one side, the whole web application on the other."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from bot.surfaces.mcp.offers import OFFERS
from tests.bot.surfaces.conftest import Caller
from tests.fakes.desk import FakeDesk

Speaking = Any


@asynccontextmanager
async def speaking(address: str, key: str, mode: str) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx2.AsyncClient(headers=headers, trust_env=False) as http:
        way: AbstractAsyncContextManager[Any] = streamable_http_client(f"{address}/mcp/", http_client=http)
        async with Client(way, mode=mode, read_timeout_seconds=20) as client:
            yield client


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_client_asks_and_gets_an_answer_with_evidence(address: str, desk: FakeDesk, mode: str) -> None:
    async with speaking(address, "qd_alice", mode) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        assert names == {offer.name for offer in OFFERS}
        result = await client.call_tool("ask", {"text": "What is wrong with checkout?"})
    assert not result.is_error
    assert result.structured_content["evidence"]
    assert result.content[0].text == result.structured_content["text"]  # type: ignore[union-attr]  # a text
    assert [each.message.sender for each in desk.exchanges] == ["alice"]


async def test_what_is_submitted_waits_and_nothing_here_approves(address: str, desk: FakeDesk) -> None:
    async with speaking(address, "qd_alice", "auto") as client:
        asked = await client.call_tool("submit", {"text": "roll back checkout in production"})
        run = asked.structured_content["card"]["run"]
        assert (await client.call_tool("run", {"id": run})).structured_content["run"]["status"] == "waiting"
        assert (await client.call_tool("runs", {})).structured_content["items"][0]["id"] == run
        for name in ("approve", "decide", "cancel", "runs/../decisions"):
            result = await client.call_tool(name, {"id": run})
            assert result.is_error
        said = await client.call_tool("ask", {"text": f"approve {run}"})
    assert desk.held[run].status == "waiting"
    assert not said.is_error
    assert not any("approv" in offer.name or "decid" in offer.name for offer in OFFERS)


async def test_scopes_narrow_what_a_client_may_do(address: str) -> None:
    async with speaking(address, "qd_alice_observe", "auto") as client:
        assert not (await client.call_tool("runs", {})).is_error
        refused = await client.call_tool("ask", {"text": "How are things?"})
    assert refused.is_error
    assert refused.structured_content["code"] == "policy.denied"


@pytest.mark.parametrize("key", ["", "qd_nobody", "nonsense"])
async def test_without_a_known_key_nothing_is_read(call: Caller, key: str) -> None:
    async with call(Authorization=f"Bearer {key}") as client:
        response = await client.post("/mcp/", content=b"{not even json")
    assert response.status_code == 401
    assert response.json()["code"] == "auth.failed"
    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_a_page_of_another_origin_is_turned_away(call: Caller) -> None:
    headers = {"Origin": "https://evil.example", "Content-Type": "application/json"}
    async with call(Authorization="Bearer qd_alice") as client:
        response = await client.post("/mcp/", headers=headers, json={"jsonrpc": "2.0", "id": 1, "method": "ping"})
    assert response.status_code == 403


async def test_problems_come_back_with_their_code(address: str) -> None:
    async with speaking(address, "qd_alice", "auto") as client:
        missing = await client.call_tool("run", {"id": "run_none"})
        wrong = await client.call_tool("ask", {"text": ""})
        more = await client.call_tool("status", {"as": "bob"})
        crossed = await client.call_tool("run", {"id": "../log"})
    assert missing.structured_content["code"] == "resource.not_found"
    assert wrong.structured_content["code"] == more.structured_content["code"] == "input.invalid"
    assert crossed.is_error


async def test_a_client_with_a_wrong_key_cannot_begin(address: str) -> None:
    with pytest.raises((MCPError, ExceptionGroup)):
        async with speaking(address, "qd_nobody", "legacy"):
            pytest.fail("it began")


async def test_a_log_entry_comes_with_its_proof(address: str) -> None:
    async with speaking(address, "qd_alice", "auto") as client:
        entry = await client.call_tool("log_entry", {"id": "0"})
        proof = await client.call_tool("log_proof", {"id": "0"})
    assert not entry.is_error
    assert proof.structured_content["proof"].startswith("c2sp.org/tlog-proof@v1")
