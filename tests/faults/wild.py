"""A target that forgives nothing: told twice, it does it twice, and its own ledger tells of that.

It can be where a process dies: just before an effect, or just after one.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from memory.errors import ConnectorUnreachable
from memory.model.plan import Call, Check, Comparison
from memory.model.run import Change, Outcome, Preview
from tests.fakes.estate import FakeEstate, SignalHand
from tools.capabilities.services import SERVICE_SCALE, Scaling
from tools.contract import Actor, Arguments, CallContext, Reader


class Killed(BaseException):
    """The process ends here."""


class Mishap(StrEnum):
    """What happens at the next call."""

    DIES_BEFORE = "the process dies before the effect"
    DIES_AFTER = "the process dies after the effect"
    AWAY = "the call does not arrive"
    LOST_ANSWER = "the answer is lost"


@dataclass
class WildTarget:
    """`effects` is its ledger: how often each key took effect."""

    effects: Counter[str] = field(default_factory=Counter)
    mishaps: list[Mishap] = field(default_factory=list)
    deaths: int = 0

    def apply(self, key: str) -> None:
        """Do it, once more each time, with whatever happens now."""
        mishap = self.mishaps.pop(0) if self.mishaps else None
        if mishap is Mishap.AWAY:
            raise ConnectorUnreachable("expected the target to answer, found nobody")
        if mishap is Mishap.DIES_BEFORE:
            self.deaths += 1
            raise Killed
        self.effects[key] += 1
        if mishap is Mishap.DIES_AFTER:
            self.deaths += 1
            raise Killed
        if mishap is Mishap.LOST_ANSWER:
            raise ConnectorUnreachable("expected an answer, found none")

    def hands(self) -> list[Reader | Actor]:
        """Return the hand on it, and eyes."""
        return [WildHand(self), SignalHand(FakeEstate())]


class WildHand:
    """Scales. An odd number of replicas is measured afterwards, and found wrong: the step is taken back."""

    capability = SERVICE_SCALE

    def __init__(self, target: WildTarget) -> None:
        self._target = target

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        assert isinstance(arguments, Scaling)
        settled = arguments.model_dump(mode="json")
        return Preview(
            call=Call(tool=SERVICE_SCALE.name, arguments=settled),
            summary=f"{arguments.service} goes to {arguments.replicas}",
            changes=(Change(field="replicas", before="2", after=str(arguments.replicas)),),
            undo=Call(tool=SERVICE_SCALE.name, arguments={**settled, "replicas": 2}),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        assert isinstance(arguments, Scaling)
        if arguments.replicas % 2 == 0:
            return ()
        signal = {"service": arguments.service, "signal": "error_rate", "window": "1m"}
        return (
            Check(
                call=Call(tool="metrics.signal", arguments=dict(signal)),
                comparison=Comparison.BELOW,
                bound=0.02,
                within_s=1,
                says=f"{arguments.service}'s error rate is below 2 %",
            ),
        )

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        self._target.apply(context.key)
        return Outcome(ok=True, summary="Scaled.")

    async def look(self, context: CallContext) -> Outcome | None:
        return Outcome(ok=True, summary="Scaled.") if self._target.effects[context.key] else None
