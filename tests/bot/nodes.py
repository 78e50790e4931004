"""Nodes of one house in processes of their own, on one database: they act, or decide without a pause, until told.

Each says on its standard output what came of it, a line of JSON at a time.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.policy_watch import PolicyWatch
from bot.telemetry import Metrics, configure_logging
from memory.bus import LocalBus
from memory.clock import SystemClock
from memory.errors import QuarterdeckError
from memory.ids import RandomIds
from memory.model.decision import Deny
from memory.model.plan import Call, Effect, Plan, Step
from memory.store import Store
from tests.fakes.estate import FakeEstate
from tests.fakes.people import ALICE, BOB, TENANT, default_text, facts, policy
from tests.keys import LOG_KEY
from tests.runbooks.conftest import Bench
from tools.gate import Gate
from tools.in_force import PolicyInForce
from tools.policy import Policy
from tools.registry import Registry

ROOT = Path(__file__).parents[2]
PROGRAM = "tests.bot.nodes"


def forbidding(name: str, tool: str) -> str:
    """Return the shipped policies, and one that forbids a tool."""
    return (
        default_text()
        + f'\n@id("{name}") @reason("{name}") forbid (principal, action == Action::"{tool}", resource);\n'
    )


# Under the one, the first step of the plan is forbidden, under the other the second: what is neither is mixed.
FIRST, SECOND = forbidding("first", "service.scale"), forbidding("second", "deploy.rollback")
SCALE = Call(tool="service.scale", arguments={"service": "checkout", "environment": "production", "replicas": 4})
ROLLBACK = Call(
    tool="deploy.rollback", arguments={"service": "checkout", "environment": "production", "version": "1.4.1"}
)
PLAN = Plan(
    tenant=TENANT,
    thread="t",
    message="m",
    requester=ALICE.id,
    goal="g",
    steps=tuple(Step(call=call, effect=Effect.WRITE, says="do it") for call in (SCALE, ROLLBACK)),
)


class Node:
    """A program that runs beside the test."""

    def __init__(self, program: str, address: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", PROGRAM, program, address],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    async def heard(self) -> dict[str, object]:
        """Return the next thing it says."""
        assert self._process.stdout is not None
        line = await asyncio.to_thread(self._process.stdout.readline)
        found: dict[str, object] = json.loads(line)
        return found

    def end(self) -> None:
        """Let it come to its end and say what came of everything."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        with suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()


@contextmanager
def nodes(program: str, address: str, count: int = 2) -> Iterator[list[Node]]:
    """Run several nodes until the end of the block at the latest."""
    started = [Node(program, address) for _ in range(count)]
    try:
        yield started
    finally:
        for node in started:
            node.kill()


class RealClock(SystemClock):
    """The time, with pauses that pass."""

    async def pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def _decide(address: str) -> None:
    """Assess plans without a pause, and say when another policy first decided, and at the end what was counted."""
    store = await Store.open(address, SystemClock(), LOG_KEY)
    in_force = PolicyInForce(policy(FIRST))
    clock, ids = SystemClock(), RandomIds()
    watch = PolicyWatch(
        store,
        in_force,
        lambda text: Policy(text, facts()),
        bus=LocalBus(),
        metrics=Metrics(),
        clock=clock,
        ids=ids,
    )
    gate = Gate(Registry(FakeEstate().hands()), in_force, clock=clock, ids=ids)
    keeping = asyncio.create_task(watch.keep())
    told = _told()
    counted = {"requests": 0, "dropped": 0, "mixed": 0, "first": 0, "second": 0}
    seen = in_force.now().hash
    _say({"ready": seen})
    while not told.done():
        counted["requests"] += 1
        try:
            decision = gate.assess_plan(PLAN)
        except QuarterdeckError:
            counted["dropped"] += 1
            continue
        by = decision.basis.policies[0] if isinstance(decision, Deny) else ""
        counted[by if by in {"first", "second"} else "mixed"] += 1
        if decision.basis.policy_hash != seen:
            seen = decision.basis.policy_hash
            _say({"hash": seen, "at": time.time()})
        await asyncio.sleep(0)
    _say(counted)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    await store.close()


async def _act(address: str) -> None:
    """Propose, approve and carry out plans one after the other until they are refused; say why they are."""
    store = await Store.open(address, SystemClock(), LOG_KEY)
    bench = Bench(store)
    bench.ids = RandomIds()  # type: ignore[assignment]  # two nodes must not count alike
    bench.clock = RealClock()  # type: ignore[assignment]  # and live at one time
    bench.runner = bench.another()
    ran, name = 0, bench.ids.new("m")
    _say({"ready": name})
    while True:
        submission = await bench.submit(SCALE, message=f"{name}_{ran}")
        if submission.run is None:
            _say({"ran": ran, "code": submission.code, "says": submission.refusal})
            break
        try:
            ended = await bench.approve(submission.run, BOB)
        except QuarterdeckError as error:
            _say({"ran": ran, "code": error.code, "says": error.message})
            break
        if ended.paused is not None:
            _say({"ran": ran, "code": "paused", "says": ended.summary})
            break
        ran += 1
        _say({"run": ended.status.value})
    await bench.runner.close()
    await store.close()


def _told() -> asyncio.Task[str]:
    """Return what is done once this process is told to come to its end."""
    return asyncio.create_task(asyncio.to_thread(sys.stdin.read))


def _say(what: object) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201 - the test listens


if __name__ == "__main__":
    configure_logging("error")  # to standard error
    asyncio.run({"decide": _decide, "act": _act}[sys.argv[1]](sys.argv[2]))
