"""Signing in at a provider that others wrote (`oidc-provider-mock`), run as a program of its own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from memory.model.people import Role
from tests.bot.identity.room import node
from tests.fakes.oidc import FakeProvider
from tests.fakes.time import FakeClock
from tests.servers import free_port

CLAIMS = '{"sub": "u-olga", "preferred_username": "olga", "groups": ["sre"]}'
STARTING_S = 30.0


@contextmanager
def running(log: Path) -> Iterator[str]:
    """Run the provider until the block ends, and return its issuer."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--user-claims", CLAIMS]
    with log.open("w") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
    try:
        end = time.monotonic() + STARTING_S
        issuer = f"http://localhost:{port}"
        while not _answers(issuer):
            if process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"the provider did not start: {log.read_text()}")
            time.sleep(0.05)
        yield issuer
    finally:
        process.terminate()
        process.wait()


def _answers(issuer: str) -> bool:
    try:
        return httpx.get(f"{issuer}/.well-known/openid-configuration").is_success
    except httpx.TransportError:
        return False


async def test_somebody_signs_in_at_it_and_an_answer_is_taken_once(tmp_path: Path) -> None:
    clock = FakeClock(datetime.now(UTC))  # the provider's is the machine's
    with running(tmp_path / "provider.log") as issuer:
        async with node(tmp_path, clock, FakeProvider(clock, {}, issuer=issuer)) as room:
            browser = room.client()
            left = await browser.get("/console/oidc/leave")
            async with httpx.AsyncClient() as there:
                chosen = await there.post(left.headers["Location"], data={"sub": "u-olga"})
            back = urlsplit(chosen.headers["Location"])
            query = dict(parse_qsl(back.query))
            assert (await browser.get(back.path, params=query)).status_code == 200
            assert room.person("olga").roles == (Role.OPERATOR,)
            assert (await browser.get("/console/accounts")).status_code == 200
            assert (await room.client().get(back.path, params=query)).status_code == 401
