"""A real server: its key is rotated while it runs, it publishes, and who trusts the first key can verify all."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.doctor import examined
from bot.settings import parsed
from bot.signing.pem import written
from memory.clock import SystemClock
from memory.ledger.verify import trust_in
from memory.log.keys import VerifierKey
from memory.log.merkle import leaf_hash
from memory.log.proof import TlogProof
from memory.model.access import ApiKey
from memory.store.keys import secret_hash
from tests.bot.signing.keys import OLD, put
from tests.bot.signing.rotating import opened, verify
from tests.servers import eventually

ROOT = Path(__file__).parents[3]
CONFIG = """
profile = "development"
log_level = "error"
[[people]]
id = "alice"
roles = ["admin"]
"""
WITHIN_S = 60.0
SECRET = "qd_0123456789abcdef"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "quarterdeck.toml").write_text(CONFIG)
    (tmp_path / "home").mkdir()
    settings = {"QUARTERDECK_CONFIG": tmp_path / "quarterdeck.toml", "QUARTERDECK_HOME": tmp_path / "home"}
    return {name: str(value) for name, value in settings.items()}


async def _started(environment: Mapping[str, str], *words: str) -> Process:
    command = [sys.executable, "-m", "bot", *words, "--json"]
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, env=os.environ | environment)


async def quarterdeck(environment: Mapping[str, str], *words: str) -> Any:
    """Carry out a command in a process of its own, and return what it prints."""
    process = await _started(environment, *words)
    out, _ = await asyncio.wait_for(process.communicate(), WITHIN_S)
    assert process.returncode == 0, out
    return json.loads(out)


async def _admit(home: Path) -> None:
    """Give Alice a key."""
    now = SystemClock().now()
    key = ApiKey(id="key_1", tenant="default", principal="alice", label="", scopes=("admin",), created_at=now)
    async with opened(home, tenant="default") as log:
        await log.store.keys.add(key, secret_hash(SECRET))


@asynccontextmanager
async def server(environment: Mapping[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    """Serve, and give a client with a key; at the end it is told to stop, and stops well."""
    await _admit(Path(environment["QUARTERDECK_HOME"]))
    process = await _started(environment, "serve", "--port", "0")
    assert process.stdout is not None
    try:
        url = json.loads(await asyncio.wait_for(process.stdout.readuntil(b"}"), WITHIN_S))["url"]
        headers = {"Authorization": f"Bearer {SECRET}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30, trust_env=False) as http:
            yield http
    finally:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), WITHIN_S) == 0


async def test_a_server_goes_on_through_a_rotation_and_all_of_its_log_verifies(
    environment: dict[str, str], tmp_path: Path
) -> None:
    async with server(environment) as http:
        first = (await http.get("/v1/log/checkpoint")).json()
        rotated = await quarterdeck(environment, "log", "key", "rotate", "--yes")
        answer = await http.post("/v1/messages", json={"text": "how are things"})
        assert answer.is_success, answer.text
        now = (await http.get("/v1/log/checkpoint")).json()
        assert (first["key"] != now["key"], now["key"]) == (True, rotated["key"])
        newest = str(now["size"] - 1)
        proof = TlogProof.parse((await http.get(f"/v1/log/{newest}/receipt")).content)
        proof.verify(leaf_hash(proof.extra), trust_in([VerifierKey.parse(now["key"])]))

        async def published() -> int:
            return int((await http.get("/v1/log/checkpoint")).json()["published_size"])

        await eventually(published, lambda size: size >= now["size"], "the publication of the log")
        served = await http.get("/log/default/checkpoint")
        assert served.text.startswith("quarterdeck/default\n")
        health = {part["name"]: part["ok"] for part in (await http.get("/readyz")).json()["parts"]}
        assert health["log"]
        assert health["log published"]
        found = {each.check: each.found async for each in examined(parsed(_at(http)))}
        assert found["log key"].startswith(rotated["key"])
    verified = verify(tmp_path / "home" / "log" / "default", VerifierKey.parse(first["key"]))
    assert verified.size >= now["size"]


@pytest.mark.slow
async def test_a_server_that_was_given_the_old_key_refuses_and_says_so(environment: dict[str, str]) -> None:
    file = put(Path(environment["QUARTERDECK_HOME"]) / "log.key")
    async with server(environment | {"QUARTERDECK_LOG_KEY": written(OLD).decode()}) as http:
        await quarterdeck(environment, "log", "key", "rotate", "--yes")
        answer = await http.post("/v1/messages", json={"text": "how are things"})
        assert answer.json()["code"] == "log.key_wrong"
        assert "start it again" in answer.json()["hint"]
        assert (await http.get("/readyz")).status_code == 503
    assert file.read_bytes() != written(OLD)


def _at(http: httpx.AsyncClient) -> dict[str, str]:
    """Return the settings of somebody who talks to this server."""
    secret = http.headers["Authorization"].removeprefix("Bearer ")
    return {"server_url": str(http.base_url), "api_key": secret}
