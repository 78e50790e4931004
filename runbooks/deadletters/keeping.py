"""Keeping what could not be finished: a letter and its ledger entry, in the transaction that ends the run."""

from datetime import timedelta

import structlog

from memory.clock import Clock
from memory.ids import derived
from memory.model.bodies import DeadLettered
from memory.model.dead_letter import DeadLetter
from memory.model.record import SYSTEM, Record
from memory.model.run import Run
from memory.store import Unit
from runbooks.deadletters.death import Death, death
from runbooks.deadletters.provenance import origin

KEPT = timedelta(days=90)

_log = structlog.get_logger(__name__)


class Keeping:
    """Keeps each run at most once. What is kept leads to the message that began it."""

    def __init__(self, clock: Clock, kept: timedelta = KEPT) -> None:
        self._clock = clock
        self._kept = kept

    async def gave_up(self, unit: Unit, run: Run) -> None:
        """Keep a run that ended, if something of it is left to look at."""
        found = death(run)
        if found is not None:
            await self.keep(unit, run, found)

    async def keep(self, unit: Unit, run: Run, found: Death) -> DeadLetter:
        """Keep a run as a dead letter and return it."""
        now = self._clock.now()
        entries = await unit.ledger.trace(run.tenant, run.correlation)
        before = await unit.dead_letters.replayed_as(run.tenant, run.id)
        letter = DeadLetter(
            id=derived("letter", run.tenant, run.id),
            tenant=run.tenant,
            died_of=found.reason,
            code=found.code,
            says=found.says,
            origin=origin(run, found.step, entries),
            at=now,
            keep_until=now + self._kept,
            replay_of=None if before is None else before.id,
        )
        if await unit.dead_letters.keep(letter):
            body = DeadLettered(letter=letter.id, run=run.id, step=found.step, code=found.code)
            await unit.ledger.append(
                Record(tenant=run.tenant, at=now, actor=SYSTEM, correlation=run.correlation, body=body)
            )
            _log.warning(
                "run.dead_letter",
                letter=letter.id,
                run=run.id,
                reason=found.reason.value,
                code=found.code,
                correlation=run.correlation,
            )
        return letter
