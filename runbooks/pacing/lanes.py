"""The queues there are, one for each class of runs, and each run's place among those of its tenant.

Classes have places of their own, so that no flood of one delays another. Between tenants the engine takes turns;
between the people of a tenant, turns are given here.
"""

from collections import OrderedDict
from collections.abc import Callable

from memory.clock import Clock
from memory.model.people import PrincipalKind
from memory.model.queue import RunClass
from memory.model.run import Run
from runbooks.engine.port import Lane, Queue
from runbooks.pacing.classes import class_of, escalated, queued_at, waits
from runbooks.pacing.fairness import second, turn

QUEUES = (
    Queue(name=RunClass.INCIDENT.value, concurrency=8, per_tenant=8, look_s=0.1),
    Queue(name=RunClass.INTERACTIVE.value, concurrency=8, per_tenant=4, look_s=0.1),
    Queue(name=RunClass.ROUTINE.value, concurrency=4, per_tenant=2, look_s=0.5),
    Queue(name=RunClass.BATCH.value, concurrency=2, per_tenant=1, look_s=1.0),
)
"""How many are carried out at once on one node."""

MOST_KNOWN = 10_000

Kind = Callable[[str, str], PrincipalKind]
"""What sort of principal the requester of a tenant is."""


class Lanes:
    """Gives turns. A run keeps its own as long as it is remembered."""

    def __init__(self, clock: Clock, kind: Kind) -> None:
        self._clock = clock
        self.kind = kind
        self._last: OrderedDict[tuple[str, str, str], int] = OrderedDict()
        self._given: OrderedDict[tuple[str, str], int] = OrderedDict()

    def lane(self, run: Run) -> Lane:
        """Return the queue a run waits in, and its turn there."""
        return Lane(queue=self.run_class(run).value, priority=self._turn(run))

    def run_class(self, run: Run) -> RunClass:
        """Return the class a run is in by now; what waits too long goes into a more urgent one."""
        return escalated(self.own_class(run), queued_at(run), self._clock.now())

    def own_class(self, run: Run) -> RunClass:
        """Return the class a run is put into at first."""
        return class_of(run, self.kind(run.tenant, run.plan.requester))

    def _turn(self, run: Run) -> int:
        name = (run.tenant, run.id)
        if name in self._given:
            return self._given[name]
        whose = (run.tenant, run.plan.requester, self.own_class(run).value)
        given = turn(second(queued_at(run)), self._last.get(whose))
        if waits(run):  # else it takes no turn from anybody
            self._given[name] = self._last[whose] = given
            self._last.move_to_end(whose)
            for known in (self._given, self._last):
                while len(known) > MOST_KNOWN:
                    known.popitem(last=False)
        return given
