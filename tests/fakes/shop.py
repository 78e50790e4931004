"""A shop in memory behind real hands: versions, replicas, processes, flags, and telemetry that follows from them.

What is measured is said by the test, as functions of how things stand. `effects` is its own ledger: it does as
often as it is told, and counts under which key.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from memory.model.evidence import Evidence
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from memory.model.value import JsonValue
from tools.capabilities import deploys, flags, metrics, services
from tools.contract import Arguments, CallContext, Capability, Tool

Measured = float | None
READS = (
    *(deploys.DEPLOYS_LIST, flags.FLAGS_LIST, services.LOGS_SEARCH),
    *(services.SERVICE_HEALTH, services.SERVICE_DESCRIBE),
)


class Move(NamedTuple):
    """What a call changes: one value, under its name, from what to what, and the call that takes it back."""

    name: str
    before: JsonValue
    after: JsonValue
    undo: Call | None = None
    settled: dict[str, JsonValue] | None = None


class FakeShop:
    """`state` is all that can be changed; `signal` and `query` say what is measured."""

    def __init__(self) -> None:
        self.state: dict[str, JsonValue] = {
            "checkout version": "1.4.2",
            "checkout replicas": 2,
            "checkout processes": "first",
            "reports replicas": 1,
            "previews replicas": 3,
            "flag new-pricing": True,
        }
        self.previous = {"checkout": "1.4.1"}
        self.effects: Counter[str] = Counter()
        self.signal: Callable[[str, str, str | None], Measured] = lambda _service, _signal, _where: None
        self.query: Callable[[str], Measured] = lambda _query: None

    def hands(self) -> list[Tool]:
        """Return every hand it has."""
        return [
            *(ShopRead(self, each) for each in READS),
            *(ShopRead(self, each) for each in (metrics.METRICS_SIGNAL, metrics.METRICS_QUERY)),
            *(ShopAct(self, capability, move) for capability, move in MOVES.items()),
        ]

    def measured(self, arguments: Arguments) -> Measured:
        """Return what a reading shows: the signal, the query, or for anything else that it was looked at."""
        if isinstance(arguments, metrics.SignalOverTime):
            return self.signal(arguments.service, arguments.signal.value, arguments.environment)
        return self.query(arguments.query) if isinstance(arguments, metrics.PromQL) else 1.0


class ShopRead:
    """Looks."""

    def __init__(self, shop: FakeShop, capability: Capability) -> None:
        self.capability = capability
        self._shop = shop

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        value = self._shop.measured(arguments)
        told = f"{self.capability.name}: {value}"
        fact = Evidence(
            id=f"ev_{self.capability.name}_{context.key}",
            source="shop",
            query=self.capability.name,
            summary=told,
            observed_at=context.now,
            value=value,
        )
        return Outcome(ok=True, summary=told, evidence=(fact,), value=value)


class ShopAct:
    """Acts: one value becomes another."""

    def __init__(self, shop: FakeShop, capability: Capability, move: Callable[[FakeShop, Any], Move]) -> None:
        self.capability = capability
        self._shop = shop
        self._move = move

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        move = self._move(self._shop, arguments)
        given = arguments.model_dump(mode="json", exclude_none=True)
        moves = move.before != move.after
        return Preview(
            call=Call(tool=self.capability.name, arguments={**given, **(move.settled or {})}),
            summary=f"{move.name} would go from {move.before} to {move.after}.",
            changes=(Change(field=move.name, before=str(move.before), after=str(move.after)),) if moves else (),
            undo=move.undo,
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        move = self._move(self._shop, arguments)
        self._shop.effects[context.key] += 1
        self._shop.state[move.name] = move.after
        return Outcome(ok=True, summary=f"{move.name} went from {move.before} to {move.after}.", undo=move.undo)

    async def look(self, context: CallContext) -> Outcome | None:
        return Outcome(ok=True, summary="Done.") if self._shop.effects[context.key] else None


def _scale(shop: FakeShop, asked: services.Scaling) -> Move:
    name = f"{asked.service} replicas"
    before = shop.state[name]
    back = {"service": asked.service, "environment": asked.environment, "replicas": before}
    return Move(name, before, asked.replicas, Call(tool="service.scale", arguments=back))


def _restart(shop: FakeShop, asked: services.ServiceHere) -> Move:
    name = f"{asked.service} processes"
    return Move(name, shop.state[name], "second")


def _flag(shop: FakeShop, asked: flags.FlagSetting) -> Move:
    name = f"flag {asked.flag}"
    before = shop.state[name]
    return Move(
        name, before, asked.enabled, Call(tool="flag.set", arguments={"flag": asked.flag, "enabled": before})
    )


def _version(shop: FakeShop, asked: deploys.Release | deploys.Rollback) -> Move:
    name, version = f"{asked.service} version", asked.version or shop.previous[asked.service]
    before = shop.state[name]
    back = {"service": asked.service, "environment": asked.environment, "version": before}
    return Move(name, before, version, Call(tool="deploy.release", arguments=back), {"version": version})


MOVES: dict[Capability, Callable[[FakeShop, Any], Move]] = {
    services.SERVICE_SCALE: _scale,
    services.SERVICE_RESTART: _restart,
    flags.FLAG_SET: _flag,
    deploys.DEPLOY_RELEASE: _version,
    deploys.DEPLOY_ROLLBACK: _version,
}
