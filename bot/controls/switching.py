"""The switch: an administrator stops every action of the tenant, and lets them go on. Both stand in the log."""

import structlog

from bot.audit.access import administrator, reader
from bot.identity import Directory
from bot.surfaces.controls import SwitchState
from bot.telemetry import Metrics
from memory.bus import Bus
from memory.clock import Clock
from memory.errors import ActionsStopped
from memory.ids import Ids
from memory.model.bodies import Switched
from memory.model.limits import Stop
from memory.model.people import Principal
from memory.model.record import Attachment, Event, Record, Topic
from memory.model.value import JsonValue
from memory.store import Store

EVERYWHERE = "tenant"  # the thread of what happens to no thread in particular

_log = structlog.get_logger(__name__)


class Switching:
    """Serves `bot.surfaces.controls.Switch`. Once a stop is answered, no node mints another grant."""

    def __init__(
        self, store: Store, directory: Directory, bus: Bus, metrics: Metrics, clock: Clock, ids: Ids
    ) -> None:
        self._store = store
        self._directory = directory
        self._bus = bus
        self._metrics = metrics
        self._clock = clock
        self._ids = ids

    async def state(self, principal: Principal) -> SwitchState:
        """Return how the switch stands."""
        stop = await self._store.switches.stopped(reader(principal))
        name = self._directory.name(stop.tenant, stop.by) if stop else ""
        return SwitchState(stopped=stop, name=name)

    async def stop(self, principal: Principal, reason: str) -> Stop:
        """Stop everything above observe, from the moment this returns."""
        stop = Stop(
            id=self._ids.new("stop"),
            tenant=administrator(principal),
            by=principal.id,
            reason=reason.strip(),
            at=self._clock.now(),
        )
        async with self._store.transaction() as unit:
            await unit.switches.alone(stop.tenant)
            await unit.switches.stop(stop)
            await unit.ledger.append(self._record(principal, stop, "stopped", stop.reason))
        self._tell(stop, "stopped", principal)
        return stop

    async def resume(self, principal: Principal, reason: str) -> Stop:
        """Let actions through again. What was paused goes on by itself, after the gate has assessed it anew."""
        tenant = administrator(principal)
        async with self._store.transaction() as unit:
            await unit.switches.alone(tenant)
            stop = await unit.switches.lift(tenant)
            await unit.ledger.append(self._record(principal, stop, "resumed", reason.strip()))
        self._tell(stop, "resumed", principal)
        return stop

    async def watch(self, tenant: str) -> None:
        """Bring the metric to how the switch stands, whichever node threw it."""
        self._metrics.stopped(await self._store.switches.stopped(tenant) is not None)

    async def probe(self, tenant: str) -> str:
        """Return a word for readiness and the doctor; raises `ActionsStopped` with who stopped them, and when."""
        stop = await self._store.switches.stopped(tenant)
        if stop is not None:
            raise ActionsStopped(f"actions are {stop.says()}")
        return "let through"

    def _record(self, principal: Principal, stop: Stop, change: str, reason: str) -> Record:
        return Record(
            tenant=stop.tenant,
            at=self._clock.now(),
            actor=principal.id,
            correlation=stop.id,
            body=Switched.model_validate({"stop": stop.id, "change": change}),
            attachments=(Attachment(field="reason", kind="reason", content=reason.encode()),) if reason else (),
        )

    def _tell(self, stop: Stop, change: str, principal: Principal) -> None:
        body: dict[str, JsonValue] = {"stop": stop.id, "change": change, "by": principal.id}
        self._metrics.stopped(change == "stopped")
        _log.warning("actions.switched", tenant=stop.tenant, **body)
        self._bus.publish(
            Event(
                topic=Topic.SWITCH,
                tenant=stop.tenant,
                thread=EVERYWHERE,
                correlation=stop.id,
                at=self._clock.now(),
                body=body,
            )
        )
