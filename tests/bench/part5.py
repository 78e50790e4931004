"""Measures how Slack is acknowledged: a signed slash command over loopback, beside Bolt that does nothing with it.

Ours writes the command to the database before it answers. Floors are bare Bolt told to process before it responds,
and, as a ceiling, Bolt as it comes, in the same run over the same sockets.
"""

import asyncio
import itertools
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

from rich.console import Console
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.serving import listener, serving, settle
from bot.surfaces.slack.ports import Visit
from bot.telemetry import configure_logging
from tests.bench import report
from tests.bench.report import Figure
from tests.bench.timing import Timing, timed, timing
from tests.bot.surfaces.slack.house import House, house
from tests.bot.surfaces.slack.room import PACE, Node, linked, node, workspace
from tests.fakes.slack.deliveries import SIGNING_SECRET, signature
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.talking import FakeTalking

NAME = "part5"
REQUESTS = 1_500
WARM = 100
MESSAGES = 10_000
TURNS = 50
MODEL_S = 5.0
ASKED = 30
FLOORS = """
A signed `/qd` command over loopback, client and server on one event loop. Floors are bare Bolt with
`process_before_response=True` doing nothing; "as it comes" is Bolt's default path. Ours verifies, writes the
command to SQLite and commits before it answers, and then works on it. The fifty turns compute for 2 ms and read
and write the database, again and again, until the measurement is over.
"""

_numbers = itertools.count(1)


def request() -> bytes:
    """Return one signed command, as the bytes of an HTTP request."""
    form = {
        "team_id": "T0ACME",
        "channel_id": "C1",
        "user_id": "UALICE",
        "command": "/qd",
        "text": "status",
        "trigger_id": f"{next(_numbers)}.1.bench",
    }
    body, stamp = urlencode(form).encode(), str(int(time.time()))
    head = (
        "POST /slack/events HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: {signature(SIGNING_SECRET, stamp, body)}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def hammered(port: int, connections: int, count: int) -> tuple[Timing, float]:
    """Send so many over so many connections; return how long each took, and how many were answered a second."""
    taken: list[float] = []

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in range(WARM // connections + count // connections):
            asked = request()
            began = time.perf_counter()
            writer.write(asked)
            head = await reader.readuntil(b"\r\n\r\n")
            if number >= WARM // connections:
                taken.append((time.perf_counter() - began) * 1000)
            assert head.startswith(b"HTTP/1.1 200"), head
        writer.close()
        await writer.wait_closed()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    return timing(taken), len(taken) / (time.perf_counter() - began)


def bare(*, before_response: bool) -> ASGIApp:
    """Return Bolt, doing nothing."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T0ACME", bot_id="B", bot_user_id="U")

    async def nothing(ack: AsyncAck) -> None:
        await ack()

    app = AsyncApp(signing_secret=SIGNING_SECRET, authorize=authorize, process_before_response=before_response)
    app.command("/qd")(nothing)
    handler = AsyncSlackRequestHandler(app)
    return Starlette(routes=[Route("/slack/events", handler.handle, methods=["POST"])])


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[int]:
    """Serve on a free port."""
    bound = listener("127.0.0.1", 0)
    async with serving(app, bound, asyncio.Event()):
        yield bound.getsockname()[1]


@asynccontextmanager
async def ours() -> AsyncIterator[Node]:
    """Have a process of ours, with somebody who may ask it."""
    with tempfile.TemporaryDirectory(prefix="qd-bench-") as folder:
        address = f"sqlite:///{folder}/quarterdeck.db"
        async with (
            SlackServer(workspace(), pace=PACE).serving() as slack,
            node(address, Path(folder), slack, talking=Forgetful()) as made,
        ):
            await linked(made.store, "UALICE", "alice")
            yield made


class Forgetful(FakeTalking):
    """Does nothing, and remembers nothing."""

    async def work(self, visit: Visit) -> None:
        del visit


async def acknowledged() -> list[Figure]:
    """Measure one connection and sixteen, ours and Bolt's, one after the other."""
    figures = []
    for connections in (1, 16):
        async with served(bare(before_response=True)) as port:
            floor, floor_rate = await hammered(port, connections, REQUESTS)
        async with served(bare(before_response=False)) as port:
            usual, _ = await hammered(port, connections, REQUESTS)
        async with ours() as made, served(made.app) as port:
            took, rate = await hammered(port, connections, REQUESTS)
        aim = "p99 ≤ 2 x the floor's" if connections > 1 else ""
        of = f"{connections} connection{'s' * (connections > 1)}"
        figures += [
            report.of_timing(f"acknowledged, {of}", took, floor, aim),
            report.of_timing(f"bare Bolt, {of}", floor, None),
            report.of_timing(f"Bolt as it comes, {of}", usual, None),
            Figure(
                name=f"p99 over the floor's, {of}", unit="x", value=round(took.p99_ms / floor.p99_ms, 2), aim=aim
            ),
            Figure(name=f"requests, {of}", unit="/s", value=round(rate), floor=round(floor_rate)),
        ]
    return figures


async def under_way() -> list[Figure]:
    """Measure while turns are taken."""
    async with ours() as made, served(made.app) as port:
        turns = [asyncio.create_task(_turn(made)) for _ in range(TURNS)]
        took, _ = await hammered(port, 16, REQUESTS // 3)
        for turn in turns:
            turn.cancel()
        await asyncio.gather(*turns, return_exceptions=True)
    return [report.of_timing(f"acknowledged while {TURNS} turns run", took, None, "p99 ≤ 1500 ms")]


async def _turn(made: Node) -> None:
    while True:
        end = time.perf_counter() + 0.002
        while time.perf_counter() < end:
            pass
        await made.store.arrivals.waiting("acme")
        await made.store.leaders.lead("acme", "bench", "bench", 1.0)
        await asyncio.sleep(0.02)


async def seen() -> list[Figure]:
    """Measure how soon somebody who asked sees that they were heard, while a model thinks for five seconds."""
    with tempfile.TemporaryDirectory(prefix="qd-bench-") as folder:
        async with (
            SlackServer(workspace(), pace=PACE).serving() as slack,
            house(Path(folder), slack) as made,
        ):
            await linked(made.store, "UALICE", "alice")
            made.thinking.delay_s = MODEL_S
            took = await timed(lambda _: _heard(made), warm=2, count=ASKED)
            await made.until(made.settled, 3 * MODEL_S)
    return [report.of_timing(f"first visible feedback, a model of {MODEL_S:g} s", took, None, "≤ 300 ms")]


async def _heard(made: House) -> None:
    before = len(made.workspace.statuses)
    await made.deliveries.direct("DALICE", "UALICE", "what is wrong with checkout?")
    async with asyncio.timeout(MODEL_S):
        while len(made.workspace.statuses) == before:  # noqa: ASYNC110 - the fake tells nobody
            await asyncio.sleep(0.002)


async def memory() -> list[Figure]:
    """Measure what is resident after a tenth of the messages, and after all of them."""
    async with ours() as made, served(made.app) as port:
        await hammered(port, 16, MESSAGES // 10)
        before = _resident_mb()
        await hammered(port, 16, MESSAGES * 9 // 10)
        async with asyncio.timeout(120):
            while await made.store.arrivals.waiting("acme"):  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0.1)
        after = _resident_mb()
    return [Figure(name=f"memory after {MESSAGES} messages", unit="MB", value=after, floor=before, aim="flat")]


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


async def measured() -> list[Figure]:
    """Measure everything, one after another."""
    return [*await acknowledged(), *await under_way(), *await seen(), *await memory()]


def main() -> None:
    """Measure, print, write."""
    configure_logging("error")
    settle()  # as `quarterdeck serve` does, once it is built
    console = Console()
    figures = asyncio.run(measured())
    console.print(report.table(figures))
    report.write(figures, Path(__file__).parents[2] / "docs" / "bench", NAME, FLOORS)
