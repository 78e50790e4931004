"""How an estate begins and ends: what it remembers, whom it takes along, what it says when it cannot."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.demo import endpoints
from bot.demo.estate import demo_estate
from memory.errors import Conflict, DependencyMissing, InvalidInput, NotFound
from tests.estates import alive, children, eventually, fresh_key, running_estate
from tests.servers import require

SERVICES = 4  # processes behind the three services of a new estate
PROGRAMS = 2


async def gone(pids: set[int]) -> bool:
    return not any(alive(pid) for pid in pids)


async def test_an_estate_that_is_stopped_leaves_no_process_and_goes_on_where_it_was(tmp_path: Path) -> None:
    key = fresh_key()
    async with running_estate(tmp_path) as running:
        await running.post("/v1/services/checkout/deploy", key, version="1.4.3")
        await running.post("/v1/services/checkout/scale", replicas=1)
        await running.post("/v1/flags/express-checkout", enabled=True)
        effect = await running.get(f"/v1/effects/{key}")
        pids = children(running.estate.endpoints.supervisor_pid)
        assert len(pids) == SERVICES - 1 + PROGRAMS
        left = tmp_path / "endpoints.json"
        assert stat.S_IMODE(left.stat().st_mode) == 0o600
        assert endpoints.find(tmp_path) == running.estate.endpoints
    assert await gone(pids)
    with pytest.raises(NotFound):
        endpoints.find(tmp_path)
    async with running_estate(tmp_path) as again:
        checkout = await again.service("checkout")
        assert (checkout["version"], checkout["replicas"], checkout["flags"]["express-checkout"]) == (
            "1.4.3",
            1,
            True,
        )
        assert await again.get(f"/v1/effects/{key}") == effect


async def test_a_supervisor_that_is_killed_leaves_no_orphan(tmp_path: Path) -> None:
    async with running_estate(tmp_path) as running:
        supervisor = running.estate.endpoints.supervisor_pid
        pids = children(supervisor)
        assert len(pids) == SERVICES + PROGRAMS
        os.kill(supervisor, signal.SIGKILL)
        assert await eventually(lambda: gone(pids))


HOLDER = """
import asyncio, pathlib, sys
from bot.demo.estate import demo_estate

async def hold():
    async with demo_estate(pathlib.Path(sys.argv[1])) as estate:
        print(estate.endpoints.supervisor_pid, flush=True)
        await asyncio.sleep(60)

asyncio.run(hold())
"""


async def test_an_estate_ends_with_whoever_started_it_even_if_that_one_is_killed(tmp_path: Path) -> None:
    require("prometheus")
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, str(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert holder.stdout is not None
    supervisor = int(await holder.stdout.readline())
    pids = {supervisor, *children(supervisor)}
    holder.kill()
    await holder.wait()
    assert await eventually(lambda: gone(pids))


async def test_a_second_estate_in_the_same_directory_is_refused_and_the_first_one_goes_on(tmp_path: Path) -> None:
    async with running_estate(tmp_path) as running:
        with pytest.raises(Conflict, match="running in it"):
            async with demo_estate(tmp_path):
                pytest.fail("two estates in one directory")
        assert endpoints.find(tmp_path) == running.estate.endpoints
        assert (await running.service("checkout"))["health"] == "up"


async def test_a_start_tells_what_it_does(tmp_path: Path) -> None:
    require("prometheus")
    told: list[str] = []
    async with demo_estate(tmp_path, progress=told.append):
        assert told == [
            "Starting the services",
            "Starting Prometheus and Alertmanager",
            "Sending traffic to the storefront",
        ]


async def test_a_damaged_state_is_an_error_in_words_and_starts_nothing(tmp_path: Path) -> None:
    require("prometheus")
    (tmp_path / "state.json").write_text("{")
    with pytest.raises(InvalidInput, match="state of a demo estate") as error:
        async with demo_estate(tmp_path):
            pytest.fail("an estate without a state")
    assert "remove" in error.value.hint
    assert (tmp_path / "state.json").read_text() == "{"


async def test_without_prometheus_nothing_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DependencyMissing):
        async with demo_estate(tmp_path / "estate"):
            pytest.fail("an estate without Prometheus")
    assert not (tmp_path / "estate").exists()
