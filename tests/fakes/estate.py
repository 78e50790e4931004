"""An estate in memory behind real hands: it has versions and error rates, and keeps its own count of effects.

It can fail in the ways a network fails: refuse, be away, or take effect and lose the answer.
"""

import asyncio
from collections import Counter
from enum import StrEnum

from memory.errors import ConnectorRejected, ConnectorUnreachable
from memory.model.evidence import Evidence
from memory.model.plan import Call, Check, Comparison
from memory.model.run import Change, Outcome, Preview
from tools.capabilities.deploys import DEPLOY_RELEASE, DEPLOY_ROLLBACK, Release, Rollback
from tools.capabilities.metrics import METRICS_SIGNAL, SignalOverTime
from tools.capabilities.services import SERVICE_SCALE, Scaling
from tools.contract import Actor, Arguments, CallContext, Capability, Reader
from tools.wording import whose

BAD = "1.4.2"
GOOD = "1.4.1"


class Fault(StrEnum):
    """How the next call to the estate goes wrong."""

    AWAY = "away"  # it does not arrive
    LOST_ANSWER = "lost answer"  # it takes effect, and the answer is lost
    REFUSED = "refused"


class FakeEstate:
    """What the hands act on. `effects` is its own ledger: each key and how often it took effect."""

    def __init__(self) -> None:
        self.versions = {"checkout": BAD, "payments": "3.0.1"}
        self.replicas = {"checkout": 2, "payments": 2}
        self.effects: Counter[str] = Counter()
        self.answers: dict[str, Outcome] = {}
        self.faults: list[Fault] = []
        self.reads = 0
        self.away = False
        self.hold: asyncio.Event | None = None  # where given, a call waits for it before it takes effect
        self.held = asyncio.Event()

    def error_rate(self, service: str) -> float:
        return 0.31 if self.versions[service] == BAD else 0.002

    async def apply(self, key: str, service: str, version: str) -> Outcome:
        if self.hold is not None:
            self.held.set()
            await self.hold.wait()
        fault = self.faults.pop(0) if self.faults else None
        if self.away or fault is Fault.AWAY:
            raise ConnectorUnreachable("expected the estate to answer, found nobody")
        if fault is Fault.REFUSED:
            raise ConnectorRejected("expected the estate to deploy, found it refuses")
        if key not in self.answers:
            self.effects[key] += 1
            self.versions[service] = version
            self.answers[key] = Outcome(ok=True, summary=f"{service} runs {version}.")
        if fault is Fault.LOST_ANSWER:
            raise ConnectorUnreachable("expected an answer within 5 s, found none")
        return self.answers[key]

    def hands(self) -> list[Reader | Actor]:
        return [SignalHand(self), RollbackHand(self), ReleaseHand(self), ScaleHand(self)]


class SignalHand:
    """Reads signals."""

    capability = METRICS_SIGNAL

    def __init__(self, estate: FakeEstate) -> None:
        self._estate = estate

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        assert isinstance(arguments, SignalOverTime)
        self._estate.reads += 1
        if self._estate.away:
            raise ConnectorUnreachable("expected Prometheus to answer, found nobody")
        value = self._estate.error_rate(arguments.service)
        evidence = Evidence(
            id=f"ev_{self._estate.reads}",
            source="prometheus",
            query="error_rate",
            summary=f"{value:.1%}",
            observed_at=context.now,
            value=value,
        )
        return Outcome(ok=True, summary=f"{value:.1%}", evidence=(evidence,), value=value)


class _Versioned:
    """What release and rollback share: the same target, the same check, the same memory of keys."""

    capability: Capability

    def __init__(self, estate: FakeEstate) -> None:
        self._estate = estate

    def _preview(self, service: str, environment: str, version: str) -> Preview:
        current = self._estate.versions[service]
        settled = {"service": service, "environment": environment, "version": version}
        changes = (Change(field="version", before=current, after=version),) if current != version else ()
        return Preview(
            call=Call(tool=self.capability.name, arguments=dict(settled)),
            summary=f"{service} runs {version}" if not changes else f"{service} goes to {version}",
            changes=changes,
            undo=Call(tool="deploy.release", arguments={**settled, "version": current}),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        service = getattr(arguments, "service", "")
        signal = {"service": service, "signal": "error_rate", "window": "1m"}
        return (
            Check(
                call=Call(tool="metrics.signal", arguments=dict(signal)),
                comparison=Comparison.BELOW,
                bound=0.02,
                within_s=5,
                says=f"{whose(service)} error rate is below 2 %",
            ),
        )

    async def look(self, context: CallContext) -> Outcome | None:
        if self._estate.away:
            raise ConnectorUnreachable("expected the estate to answer, found nobody")
        return self._estate.answers.get(context.key)


class RollbackHand(_Versioned):
    """Rolls back."""

    capability = DEPLOY_ROLLBACK

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        assert isinstance(arguments, Rollback)
        return self._preview(arguments.service, arguments.environment, arguments.version or GOOD)

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        assert isinstance(arguments, Rollback)
        assert arguments.version is not None
        return await self._estate.apply(context.key, arguments.service, arguments.version)


class ReleaseHand(_Versioned):
    """Releases."""

    capability = DEPLOY_RELEASE

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        assert isinstance(arguments, Release)
        return self._preview(arguments.service, arguments.environment, arguments.version)

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        assert isinstance(arguments, Release)
        return await self._estate.apply(context.key, arguments.service, arguments.version)


class ScaleHand:
    """Scales."""

    capability = SERVICE_SCALE

    def __init__(self, estate: FakeEstate) -> None:
        self._estate = estate

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        assert isinstance(arguments, Scaling)
        before = self._estate.replicas[arguments.service]
        settled = arguments.model_dump(mode="json")
        return Preview(
            call=Call(tool="service.scale", arguments=settled),
            summary=f"{arguments.service} goes to {arguments.replicas}",
            changes=(Change(field="replicas", before=str(before), after=str(arguments.replicas)),),
            undo=Call(tool="service.scale", arguments={**settled, "replicas": before}),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        assert isinstance(arguments, Scaling)
        self._estate.effects[context.key] += 1
        self._estate.replicas[arguments.service] = arguments.replicas
        return Outcome(ok=True, summary=f"{arguments.service} has {arguments.replicas} replicas.")

    async def look(self, context: CallContext) -> Outcome | None:
        return Outcome(ok=True, summary="done") if self._estate.effects[context.key] else None
