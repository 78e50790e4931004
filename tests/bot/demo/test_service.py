"""A replica as a process of its own."""

import http.client
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

SERVICE = (sys.executable, "-m", "bot.demo.service")


@contextmanager
def replica(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a replica without a registry; what it logs on standard output follows the line that says ready."""
    with subprocess.Popen([*SERVICE, *arguments], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            lines = iter(process.stdout.readline, "")
            ready = next(line for line in lines if line.startswith("ready"))
            yield process, ready.split()[1]
        finally:
            process.kill()


def ask(address: str, method: str, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(address, timeout=10)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.005)
    return holds()


def test_a_replica_answers_counts_and_tells_what_it_is() -> None:
    with replica("--name", "payments", "--version", "3.2.0") as (process, address):
        assert ask(address, "POST", "/charges")[0] == 200
        assert ask(address, "GET", "/no-such-page")[0] == 404
        health: dict[str, Any] = json.loads(ask(address, "GET", "/healthz")[1])
        metrics = ask(address, "GET", "/metrics")[1]
    assert (health["service"], health["version"], health["pid"], health["requests"]) == (
        *("payments", "3.2.0", process.pid),
        2,
    )
    counted = 'http_requests_total{code="%s",method="%s",route="%s",service="payments"} %s'
    assert counted % ("200", "POST", "/charges", "1.0") in metrics
    assert counted % ("500", "POST", "/charges", "0.0") in metrics, "an error series begins before the first error"
    assert counted % ("404", "GET", "other", "1.0") in metrics
    assert 'build_info{service="payments",version="3.2.0"} 1.0' in metrics
    assert "process_resident_memory_bytes" in metrics


def test_a_bad_release_fails_three_requests_in_ten_and_says_why() -> None:
    with replica("--name", "checkout", "--version", "1.4.2") as (_, address), ThreadPoolExecutor(10) as visitors:
        answers = list(visitors.map(lambda _: ask(address, "POST", "/orders"), range(10)))
    failed = [body for status, body in answers if status == 500]
    assert len(failed) == 3
    assert "discount_tier" in failed[0]
    assert all("payments has no replica" in body for status, body in answers if status == 502)


def test_a_replica_told_to_stop_finishes_the_request_it_has_begun() -> None:
    with replica("--name", "checkout", "--version", "1.4.2") as (process, address):
        idle = threads(process.pid)
        connection = http.client.HTTPConnection(address, timeout=10)
        connection.request("POST", "/orders")
        assert soon(lambda: threads(process.pid) > idle)
        process.send_signal(signal.SIGTERM)
        assert connection.getresponse().status in {500, 502}
        connection.close()
        assert process.wait(timeout=10) == 0


@pytest.mark.parametrize(
    "arguments", [("--name", "nobody", "--version", "1"), ("--name", "checkout", "--version", "9")]
)
def test_what_it_does_not_know_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    done = subprocess.run([*SERVICE, *arguments], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 2
    assert "1.4.3" in done.stderr or "storefront" in done.stderr


def test_a_replica_loads_nothing_else_of_quarterdeck() -> None:
    code = "import bot.demo.service, sys; print(*sorted(m for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    tops = {module.split(".")[0] for module in done.stdout.split()}
    assert tops.isdisjoint({"memory", "tools", "runbooks", "agents", "pydantic", "httpx", "fastapi"})
