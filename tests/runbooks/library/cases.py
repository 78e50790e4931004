"""For each runbook that acts: what is wrong, what is said, what it takes, and what telemetry then says.

Telemetry follows from how the targets stand, as measured there. In a world that is `hopeless` it stays bad.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from memory.model.people import Principal
from memory.model.value import JsonValue
from tests.fakes.people import BOB, CARA
from tests.runbooks.library.stage import World

Holds = Callable[[World], bool]


@dataclass(frozen=True)
class Case:
    """One runbook, as it is used. `steps` are how many effects it has; `back`: what it did can be taken back."""

    runbook: str
    inputs: Mapping[str, JsonValue]
    arrange: Callable[[World], None]
    steps: int = 1
    back: bool = True
    approvers: tuple[Principal, ...] = (BOB,)


def signalled(well: Holds, good: float, bad: float) -> Callable[[World], None]:
    """Let every signal be `good` once things are well, and `bad` until then; whatever should be there is there."""

    def arrange(world: World) -> None:
        def signal(_service: str, name: str, _where: str | None) -> float:
            if name == "availability":
                return 1.0
            return good if well(world) and not world.hopeless else bad

        world.shop.signal = signal

    return arrange


def answered(well: Holds, good: float, bad: float) -> Callable[[World], None]:
    """Let every query bring `good` once things are well, and `bad` until then."""

    def arrange(world: World) -> None:
        world.shop.query = lambda _query: good if well(world) and not world.hopeless else bad

    return arrange


def is_now(name: str, value: JsonValue) -> Holds:
    """Return whether the shop has come to this."""
    return lambda world: world.shop.state[name] == value


def shifted(least: int, *, bad_from: int = 101) -> Callable[[World], None]:
    """Let the place that gets traffic do well; in a hopeless world, badly from `least` percent on."""

    def arrange(world: World) -> None:
        def signal(service: str, name: str, where: str | None) -> float:
            if name == "availability":
                return 1.0
            there = world.operations.share(service, where or "")
            return 0.4 if there >= (least if world.hopeless else bad_from) else 0.001

        world.shop.signal = signal
        world.shop.query = lambda query: signal("checkout", "error_rate", _place(query))

    return arrange


def _place(query: str) -> str | None:
    found = re.search('environment="([^"]+)"', query)
    return found and found[1]


def _limited(name: str) -> Holds:
    return lambda world: world.operations.state[name] > 0


def _queued(world: World) -> None:
    """A queue of 50,000 messages, which fills again at once in a hopeless world."""
    world.operations.state["queue orders"] = 50_000

    def deep(_query: str) -> float:
        return 60_000.0 if world.hopeless else float(world.operations.state["queue orders"])

    world.shop.query = deep


def _flagged(world: World) -> None:
    """A flag whose users fail from 25 % on in a hopeless world."""

    def signal(_service: str, _name: str, _where: str | None) -> float:
        strategies = world.unleash.features["pricing"]["production"]["strategies"]
        share = max((int(each["parameters"]["rollout"]) for each in strategies), default=0)
        return 0.4 if world.hopeless and share >= 25 else 0.001

    world.shop.signal = signal
    world.shop.query = lambda _query: signal("", "", None)


def _idle(world: World) -> None:
    """Nobody uses reports and previews; in a hopeless world checkout needs previews."""

    def signal(service: str, _name: str, _where: str | None) -> float:
        missed = world.hopeless and service == "storefront" and world.shop.state["previews replicas"] == 0
        return 0.5 if missed else 0.001

    world.shop.signal = signal
    world.shop.query = lambda _query: 0.0


def _filled(world: World) -> None:
    world.shop.query = lambda _query: 0.4 if "30.log" not in world.disk and not world.hopeless else 0.03


CASES = (
    Case(
        "roll-back-release",
        {"service": "checkout"},
        signalled(is_now("checkout version", "1.4.1"), 0.001, 0.31),
    ),
    Case(
        "high-error-rate",
        {"service": "checkout"},
        signalled(is_now("checkout version", "1.4.1"), 0.001, 0.31),
    ),
    Case(
        "restart-service",
        {"service": "checkout"},
        signalled(is_now("checkout processes", "second"), 0.001, 0.31),
        back=False,
    ),
    Case(
        "scale-service",
        {"service": "checkout", "replicas": 4},
        signalled(is_now("checkout replicas", 4), 0.2, 3.0),
    ),
    Case(
        "latency-regression",
        {"service": "checkout", "replicas": 5},
        signalled(is_now("checkout replicas", 5), 0.2, 3.0),
    ),
    Case(
        "switch-flag-off",
        {"flag": "new-pricing", "service": "checkout"},
        signalled(is_now("flag new-pricing", value=False), 0.001, 0.9),
    ),
    Case("roll-out-flag", {"flag": "pricing", "service": "checkout"}, _flagged, steps=3),
    Case("canary-release", {"service": "checkout"}, shifted(25), steps=3),
    Case("switch-blue-green", {"service": "checkout", "to": "green"}, shifted(100)),
    Case(
        "fail-over-region",
        {"service": "checkout", "from": "production-eu", "to": "production-us"},
        shifted(100),
        steps=2,
    ),
    Case(
        "limit-attack-traffic",
        {"zone": "shop.example.com", "service": "checkout", "most_traffic": 500},
        signalled(_limited("/zones/shop.example.com/limit"), 80, 9000),
    ),
    Case(
        "limit-noisy-neighbour",
        {"service": "checkout", "customer": "initech", "per_second": 50},
        signalled(_limited("/services/checkout/customers/initech/quota"), 0.2, 3.0),
    ),
    Case(
        "stop-idle-services",
        {"idle": ["reports", "previews"], "needed_by": "storefront"},
        _idle,
        steps=2,
    ),
    Case("clear-queue", {"queue": "orders"}, _queued),
    Case("purge-queue", {"queue": "orders"}, _queued, back=False, approvers=(BOB, CARA)),
    Case(
        "renew-certificate",
        {"host": "shop.example.com"},
        answered(lambda world: world.operations.state["certificate shop.example.com"] > 0, 90, 2),
        back=False,
        approvers=(BOB, CARA),
    ),
    Case("disk-full", {"host": "db1"}, _filled, back=False, approvers=(BOB, CARA)),
)
BY_NAME = {each.runbook: each for each in CASES}
ELSEWHERE = {"drain-node": "test_nodes.py", "check-database-failover": "test_databases.py"}
"""Runbooks whose targets are of another kind, and the tests that carry them out there."""
