"""The controls of the house: the switch, the limits and standing approvals, over one store."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.controls.policies import PolicyBoard
from bot.controls.quotas import QuotaBook
from bot.controls.standing import StandingBook
from bot.controls.switching import Switching
from bot.conversation import Probe
from bot.identity import Directory
from bot.policies import facts
from bot.policy_watch import PolicyWatch
from bot.sessions import LONGEST
from bot.settings import Settings
from bot.surfaces.controls import Controls
from bot.surfaces.links import origin
from bot.telemetry import Metrics
from bot.wiring.log import OpenLog
from memory.bus import Bus
from memory.clock import Clock
from memory.ids import Ids
from memory.store import Store
from runbooks.runner import Runner
from tools.approvals.signing import Attester
from tools.in_force import PolicyInForce
from tools.limits import WINDOWS
from tools.policy import Policy

PRUNE_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class Levers:
    """What surfaces are given, and the switch itself, which is watched in the background."""

    controls: Controls
    switching: Switching
    policies: PolicyWatch
    tenant: str
    store: Store
    clock: Clock
    pruned: list[datetime] = field(default_factory=list)  # when that was done last

    async def watch(self) -> None:
        """Bring the metrics to what other nodes did, and now and then forget what counts no more."""
        await self.switching.watch(self.tenant)
        now = self.clock.now()
        if not self.pruned or now - self.pruned[-1] > PRUNE_EVERY:
            self.pruned[:] = [now]
            await self.store.uses.prune(now - max(WINDOWS.values()) - PRUNE_EVERY)
            await self.store.grants.prune(now - PRUNE_EVERY)
            await self.store.challenges.prune(now - PRUNE_EVERY)
            await self.store.codes.prune(now)
            await self.store.links.prune(now)
            await self.store.sign_ins.prune(now - LONGEST)

    def probes(self) -> dict[str, Probe]:
        """Return what readiness and the doctor tell: neither stops anybody from being answered."""
        return {
            "actions": Probe(lambda: self.switching.probe(self.tenant), vital=False),
            "policy in force": Probe(self.policies.probe, vital=False),
        }


def levers(
    settings: Settings,
    log: OpenLog,
    runner: Runner,
    in_force: PolicyInForce,
    directory: Directory,
    *,
    bus: Bus,
    metrics: Metrics,
    clock: Clock,
    ids: Ids,
) -> Levers:
    """Return the controls over an open store."""
    known, store = facts(settings), log.store

    def made(text: str) -> Policy:
        return Policy(text, known.model_copy(update={"people": directory.people()}))

    watch = PolicyWatch(store, in_force, made, bus=bus, metrics=metrics, clock=clock, ids=ids)
    switching = Switching(store, directory, bus, metrics, clock, ids)
    controls = Controls(
        switch=switching,
        quotas=QuotaBook(store, settings.limits, clock),
        standing=StandingBook(store, runner.standing, clock),
        policies=PolicyBoard(
            store,
            in_force,
            watch.look,
            attester=Attester(log.signing.key),
            site=origin(settings.url()),
            clock=clock,
            ids=ids,
        ),
    )
    return Levers(controls, switching, watch, settings.tenant, store, clock)
