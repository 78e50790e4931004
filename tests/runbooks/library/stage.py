"""Where the library's runbooks are carried out: the real runner, gate and policy, over targets that keep count.

The shop is in memory; what the example settings declare is spoken to over real HTTP and run as a real program.
"""

import stat
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from memory.model.catalogue import Catalogue, Service
from memory.model.people import Principal
from memory.model.run import Outcome, Run
from memory.model.value import JsonValue
from memory.store import Store
from runbooks.format import Compiled
from runbooks.proposal import Caller
from runbooks.runner import Drive, Runner, Terms
from runbooks.simulation import Simulation
from tests.fakes.operations import FakeOperations
from tests.fakes.people import ALICE, policy
from tests.fakes.shop import FakeShop
from tests.fakes.time import FakeClock
from tests.fakes.unleash import TOKEN, FakeUnleash
from tests.keys import LOG_KEY
from tests.runbooks.conftest import Bench
from tests.runbooks.library.shelf import COMMANDS, ENDPOINTS, KNOWN, made
from tools.approvals.signing import Attester
from tools.connectors.commands import Running
from tools.connectors.commands import hand as program
from tools.connectors.unleash.api import Unleash
from tools.connectors.unleash.hands import FlagRestore, FlagRollout
from tools.connectors.web import Asking
from tools.connectors.web import hand as request
from tools.contract import Tool
from tools.declared.command import Command
from tools.declared.endpoint import Endpoint, origin_and_rest
from tools.gate import Gate
from tools.http import HttpClient
from tools.registry import Registry

HERE = ("127.0.0.0/8",)
PLACES = ("production", "staging", "canary", "blue", "green", "production-eu", "production-us")
SERVICES = Catalogue(
    services=(
        Service(name="checkout", environments=PLACES, criticality=2, depends_on=("payments",)),
        Service(name="payments", environments=("production",), criticality=1),
        Service(name="storefront", environments=("production", "staging"), depends_on=("checkout",)),
        Service(name="reports", environments=("staging",)),
        Service(name="previews", environments=("staging",)),
    )
)
VACUUM = """#!/bin/sh
old() { for each in "$DISK"/*; do [ "$(basename "$each" .log)" -gt "$1" ] && echo "$each"; done; }
case "$1" in
  seen) grep -qx "$2" "$LEDGER" ;;
  list) old "$3" || true ;;
  delete) echo "$4" >> "$LEDGER"; old "$3" | while read -r each; do rm "$each"; done ;;
esac
"""


@dataclass
class World:
    """Everything that the runbooks act on. `hopeless`: whatever is done, it stays as bad as it was."""

    shop: FakeShop
    operations: FakeOperations
    unleash: FakeUnleash
    folder: Path
    hopeless: bool = False

    @property
    def disk(self) -> tuple[str, ...]:
        """The files of the host whose disk is full, each named by its age in days."""
        return tuple(sorted(each.name for each in (self.folder / "disk").iterdir()))

    def effects(self) -> Counter[str]:
        """Return what the targets' own ledgers say: each key, and how often it took effect."""
        return self.shop.effects + self.operations.effects + Counter(self._ledger().split())

    def state(self) -> object:
        """Return how everything stands."""
        operations = {name: each for name, each in self.operations.state.items() if each}
        pricing = self.unleash.features["pricing"]["production"]
        told = [(each["name"], each.get("parameters")) for each in pricing["strategies"]]
        return dict(self.shop.state), operations, self.disk, (pricing["enabled"], told)

    def _ledger(self) -> str:
        return (self.folder / "ledger").read_text()


class Stage:
    """A bench over the world, with the library on it."""

    def __init__(self, bench: Bench, world: World, catalogue: Catalogue = SERVICES) -> None:
        self.bench = bench
        self.world = world
        self.catalogue = catalogue

    def compiled(self, runbook: str, inputs: Mapping[str, JsonValue]) -> Compiled:
        """Return what a runbook looks at and proposes for what a person said."""
        return made(runbook, inputs, self.catalogue)

    async def simulated(self, runbook: str, inputs: Mapping[str, JsonValue]) -> Simulation:
        """Return what carrying it out would mean."""
        proposal = self.compiled(runbook, inputs).proposal
        return await self.bench.runner.simulate(proposal, await self.caller("dry"))

    async def looked(self, runbook: str, inputs: Mapping[str, JsonValue]) -> list[Outcome]:
        """Return what its looks show."""
        who = await self.caller("looks")
        return [await self.bench.runner.observe(look.call, who) for look in self.compiled(runbook, inputs).looks]

    async def proposed(self, runbook: str, inputs: Mapping[str, JsonValue]) -> Run:
        """Submit it and return the run that waits."""
        proposal = self.compiled(runbook, inputs).proposal
        submission = await self.bench.runner.propose(proposal, await self.caller("m1"))
        assert submission.run is not None, submission
        return submission.run

    async def carried_out(
        self, runbook: str, inputs: Mapping[str, JsonValue], approvers: Sequence[Principal]
    ) -> Run:
        """Submit it, have people approve it, and return the run at its end."""
        return await self.bench.approve(await self.proposed(runbook, inputs), *approvers)

    async def caller(self, message: str) -> Caller:
        """Return alice, who said something."""
        turn = await self.bench.heard_from(ALICE, message)
        return Caller(principal=ALICE, thread="t1", message=message, correlation=turn.correlation)


def there(endpoint: Endpoint, url: str) -> Endpoint:
    """Return an example as somebody would adapt it: the same request to another address."""

    def moved(address: str) -> str:
        return f"{url}{origin_and_rest(address)[1]}"

    look = endpoint.look and endpoint.look.model_copy(update={"url": moved(endpoint.look.url)})
    state = endpoint.state and endpoint.state.model_copy(update={"url": moved(endpoint.state.url)})
    here = {"url": moved(endpoint.url), "look": look, "state": state, "networks": HERE}
    return Endpoint.model_validate({**endpoint.model_dump(), **here})


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    """Open a stage whose files are in a folder."""
    clock = FakeClock()
    async with AsyncExitStack() as stack:
        operations = await stack.enter_async_context(FakeOperations())
        store = await Store.open(f"sqlite:///{folder / 'q.db'}", clock, LOG_KEY)
        stack.push_async_callback(store.close)
        world = World(FakeShop(), operations, FakeUnleash(), folder)
        bench = Bench(store)
        await bench.runner.close()
        bench.clock = clock
        registry = Registry([*world.shop.hands(), *await _declared(world, store, stack)])
        rules = policy(capabilities=KNOWN, catalogue=SERVICES)
        bench.runner = Runner(
            store,
            Gate(registry, rules, clock=clock, ids=bench.ids),
            bench.heard.publish,
            KNOWN,
            clock=clock,
            ids=bench.ids,
            terms=Terms(Attester(LOG_KEY)),
            drive=Drive(pause=clock.pause),
        )
        stack.push_async_callback(bench.runner.close)
        yield Stage(bench, world)


async def _declared(world: World, store: Store, stack: AsyncExitStack) -> list[Tool]:
    """Return the hands of the examples, and those of the flags."""
    hands: list[Tool] = []
    for endpoint in ENDPOINTS.values():
        asking = Asking(there(endpoint, world.operations.url))
        stack.push_async_callback(asking.close)
        hands.append(request(asking, store.attempts))
    hands.append(program(Running(_vacuum(world)), store.attempts))
    world.unleash.flag("pricing")
    http = HttpClient(
        "https://flags.example.com", source="unleash", headers={"Authorization": TOKEN}, transport=world.unleash
    )
    stack.push_async_callback(http.close)
    unleash = Unleash(http, "shop", "production")
    return [*hands, FlagRollout(unleash), FlagRestore(unleash)]


def _vacuum(world: World) -> Command:
    path, disk, ledger = (world.folder / name for name in ("disk-vacuum", "disk", "ledger"))
    path.write_text(VACUUM)
    path.chmod(stat.S_IRWXU)
    disk.mkdir()
    ledger.touch()
    for days in (1, 3, 9, 30, 31):
        (disk / f"{days}.log").touch()
    told = {"PATH": "/usr/bin:/bin", "DISK": str(disk), "LEDGER": str(ledger)}
    return COMMANDS["disk-vacuum"].model_copy(update={"program": str(path), "environment": told})
