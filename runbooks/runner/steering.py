"""People's hands on a run that is under way: pause, go on, cancel. Each is granted at the next safe point.

A wish stands in the run's document and in the ledger, in one transaction; whoever carries the run out reads it
between two calls.
"""

from collections.abc import Callable

from memory.clock import Clock
from memory.errors import Conflict, PolicyDenied
from memory.ids import Ids
from memory.model.run import Run, RunStatus, Wanted, Wish
from memory.store import Store
from runbooks.runner import record
from runbooks.runner.legs import cancelled, paused

_TRIES = 20  # whoever carries the run out writes all the time

_UNDER_WAY = {RunStatus.RUNNING, RunStatus.UNDOING}


class Steering:
    """Writes wishes. Its requester may steer a run, and whoever may approve it."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        *,
        may_approve: Callable[[Run, str], bool],
        changed: Callable[[Run], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._may_approve = may_approve
        self._changed = changed

    async def pause(self, tenant: str, run_id: str, person: str, reason: str = "") -> Run:
        """Let a run stand still from the next safe point on.

        Raises `NotFound`, `PolicyDenied`, or `Conflict` where it is not under way or is to end anyway.
        """

        def wished(run: Run) -> Wish | None:
            if run.wish is not None:
                raise Conflict(f"expected a run that goes on, found {_already(run)}")
            return Wish(wanted=Wanted.PAUSE, by=person, at=self._clock.now(), reason=reason)

        return await self._steer(tenant, run_id, person, reason, wished)

    async def resume(self, tenant: str, run_id: str, person: str, reason: str = "") -> Run:
        """Let a paused run go on; raises as `pause`."""

        def wished(run: Run) -> Wish | None:
            if not paused(run):
                raise Conflict(f"expected a run that somebody paused, found {_already(run)}")
            return None

        return await self._steer(tenant, run_id, person, reason, wished)

    async def cancel(self, tenant: str, run_id: str, person: str, reason: str = "", *, leave: bool = False) -> Run:
        """End a run: what was done is taken back in reverse, unless it is to be left; raises as `pause`."""

        def wished(run: Run) -> Wish | None:
            if cancelled(run):
                raise Conflict(f"expected a run that goes on, found {_already(run)}")
            if run.status is RunStatus.UNDOING:
                raise Conflict("expected a run that goes forward, found one that takes back what it did already")
            return Wish(wanted=Wanted.CANCEL, by=person, at=self._clock.now(), leave=leave, reason=reason)

        return await self._steer(tenant, run_id, person, reason, wished)

    async def _steer(
        self, tenant: str, run_id: str, person: str, reason: str, wished: Callable[[Run], Wish | None]
    ) -> Run:
        for _ in range(_TRIES):
            run = await self._store.runs.get(tenant, run_id)
            await self._require_may(run, person)
            try:
                return await self._write(run, wished(_under_way(run)), person, reason)
            except _Overtaken:
                continue
        raise Conflict(f"expected run {run_id} to hold still for a moment, found it changed {_TRIES} times")

    async def _write(self, run: Run, wish: Wish | None, person: str, reason: str) -> Run:
        changes: dict[str, object] = {"wish": wish}
        if run.lease is None:  # nobody is at it who would tell
            changes |= {"again_at": None, "summary": _says(wish, person)}
        entry = record.steered(run, wish, self._ids.new("steering"), person, reason, self._clock.now())
        try:
            async with self._store.transaction() as unit:
                saved = await unit.runs.replace(run.model_copy(update=changes), expected_version=run.version)
                await unit.ledger.append(entry)
        except Conflict as error:
            raise _Overtaken from error
        self._changed(saved)
        return saved

    async def _require_may(self, run: Run, person: str) -> None:
        if person == run.plan.requester or self._may_approve(run, person):
            return
        error = PolicyDenied(f"expected {run.plan.requester} or somebody who may approve this, found {person}")
        await self._store.ledger.append(record.refused(run, person, error.code, self._clock.now()))
        error.recorded = True
        raise error


class _Overtaken(Exception):
    """Somebody wrote first: read again."""


def _under_way(run: Run) -> Run:
    if run.status not in _UNDER_WAY:
        raise Conflict(f"expected a run that is under way, found it {run.status}")
    return run


def _already(run: Run) -> str:
    if run.wish is None:
        return "one that goes on"
    return f"one that {run.wish.by} {'paused' if paused(run) else 'cancelled'} already"


def _says(wish: Wish | None, person: str) -> str:
    if wish is None:
        return ""
    return f"{'Paused' if wish.wanted is Wanted.PAUSE else 'Cancelled'} by {person}."
