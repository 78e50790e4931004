"""The pacing of a node: it serves `runbooks.engine.hooks.Pacing`. It holds calls back and learns from them.

What others limit comes first, the rate, and what is scarce here last, a place at the target.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from memory.clock import Clock
from memory.errors import ConnectorBusy, ConnectorError, ConnectorUnreachable, OutcomeUnknown, QuarterdeckError
from memory.model.plan import Call, Plan
from memory.model.run import Outcome, Run, RunStatus
from memory.store import Unit
from runbooks.engine.hooks import Told
from runbooks.engine.port import Lane
from runbooks.pacing.adaptive import Sign
from runbooks.pacing.admission import Admission
from runbooks.pacing.budget import Over, Within, judged, used
from runbooks.pacing.endpoint import Endpoint, endpoint
from runbooks.pacing.lanes import Lanes
from runbooks.pacing.outcomes import Recent, Seen, noted
from runbooks.pacing.rating import Rates
from runbooks.pacing.retrying import Again, again, earned, paid
from runbooks.pacing.targets import Targets

MOST_KNOWN = 4096  # endpoints that are remembered
UNAVAILABLE = 503

GaveUp = Callable[[Unit, Run], Awaitable[None]]


class _Heard:
    def __init__(self) -> None:
        self.ok = True

    def outcome(self, outcome: Outcome) -> None:
        """Take note of what came of the call."""
        self.ok = outcome.ok


class Paced:
    """Holds back what is over its budget, too fast, or too much at once; decides what is tried again."""

    def __init__(
        self,
        lanes: Lanes,
        admission: Admission,
        rates: Rates,
        targets: Targets,
        gave_up: GaveUp,
        *,
        clock: Clock,
        timer: Callable[[], float],
        chance: Callable[[], float],
    ) -> None:
        self._lanes = lanes
        self._admission = admission
        self._rates = rates
        self._targets = targets
        self._gave_up = gave_up
        self._clock = clock
        self._timer = timer
        self._chance = chance
        self._recent: OrderedDict[tuple[str, str], Recent] = OrderedDict()

    async def admit(self, plan: Plan) -> None:
        """Return where one more plan may wait for its turn; raises `QueueFull`."""
        await self._admission.admit(plan.tenant, self._lanes.kind(plan.tenant, plan.requester))

    def lane(self, run: Run) -> Lane:
        """Return the queue a run waits in and its place there."""
        return self._lanes.lane(run)

    @asynccontextmanager
    async def permit(self, run: Run, step: int, call: Call) -> AsyncIterator[Told]:
        """Enter when the call may be made; taking back waits as well."""
        del step
        where = endpoint(call)
        await self._rates.take(run.tenant, where)
        async with self._targets.at(run.tenant, where.target or where.tool).place(where.tool) as place:
            heard, began = _Heard(), self._timer()
            try:
                yield heard
            except (ConnectorError, OutcomeUnknown) as error:
                place.sign = _sign(error)
                await self._failed(run.tenant, where, error, self._timer() - began)
                raise
            self._note(run.tenant, where, ok=True, seconds=self._timer() - began)

    def again_after(self, run: Run, step: int, call: Call, tries: int, error: QuarterdeckError) -> float | None:
        """Return how many seconds to wait before trying once more; None: give up."""
        if not isinstance(error, ConnectorError):
            return 0.0  # nothing reached the target
        name = (run.tenant, endpoint(call).key())
        recent = self._recent.get(name, Recent())
        room = self._room(run)
        verdict = again(
            recent,
            attempt=tries,
            most=run.plan.steps[step].attempts,
            now=self._timer(),
            jitter=self._chance(),
            safe=True,  # the runner looks before it repeats
            retry_after_s=error.retry_after_s,
            left_s=room.seconds_left if isinstance(room, Within) else 0.0,
        )
        if isinstance(verdict, Again):
            self._recent[name] = paid(recent)
            return verdict.after_s
        return None

    async def gave_up(self, unit: Unit, run: Run) -> None:
        """Keep a run that ended without success."""
        await self._gave_up(unit, run)

    def _room(self, run: Run) -> Within | Over:
        if run.status is RunStatus.UNDOING:
            return Within()
        return judged(run.plan.budget, used(run, self._clock.now()))

    async def _failed(
        self, tenant: str, where: Endpoint, error: ConnectorError | OutcomeUnknown, seconds: float
    ) -> None:
        answered = _sign(error) is Sign.ANSWERED
        self._note(tenant, where, ok=answered, seconds=seconds)
        if isinstance(error, ConnectorError) and error.retry_after_s:
            await self._rates.push_back(tenant, where, error.retry_after_s)

    def _note(self, tenant: str, where: Endpoint, *, ok: bool, seconds: float) -> None:
        name = (tenant, where.key())
        recent = noted(self._recent.pop(name, Recent()), Seen(at=self._timer(), ok=ok, seconds=seconds))
        self._recent[name] = earned(recent) if ok else recent
        while len(self._recent) > MOST_KNOWN:
            self._recent.popitem(last=False)


def _sign(error: ConnectorError | OutcomeUnknown) -> Sign:
    """Return what an error says of load: a refusal for another reason is an answer."""
    if isinstance(error, OutcomeUnknown):
        return Sign.LOST
    if isinstance(error, ConnectorBusy) or error.status == UNAVAILABLE:
        return Sign.OVERLOADED
    return Sign.LOST if isinstance(error, ConnectorUnreachable) else Sign.ANSWERED
