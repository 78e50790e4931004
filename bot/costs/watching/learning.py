"""What people say is expected of findings, learnt and taken back; who said so stands in the log.

However somebody says it (a command, the API, the console or a conversation), it is learnt here. Who may say it is
decided before: by roles where people ask themselves, by policy where a plan does.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from agents.radar.expected import expectation, silenced
from memory.clock import Clock
from memory.errors import InvalidInput, NotFound
from memory.model.bodies import CostWatchChanged
from memory.model.record import Attachment, Record
from memory.model.watching import Again, CostFinding, Expectation
from memory.store import Store, Unit

SHOWN: Final = timedelta(days=90)
LONGEST: Final = 500
Change = Literal["budget_set", "budget_removed", "expected", "unexpected"]


@dataclass(frozen=True)
class By:
    """Who changes something: `note` is the id it has in the log, `correlation` the turn it belongs to."""

    tenant: str
    person: str
    note: str
    correlation: str


class Learning:
    """Learns what one house expects of its costs."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def expect(self, by: By, finding: str, again: Again, reason: str) -> Expectation:
        """Learn that a finding is expected, and silence what is alike; raises `NotFound` or `InvalidInput`."""
        if len(reason) > LONGEST:
            raise InvalidInput(f"expected a reason of at most {LONGEST} characters, found {len(reason)}")
        told = await self._store.cost_watch.get(by.tenant, CostFinding, finding)
        if told is None:
            raise NotFound(f"expected the id of a finding, found {finding[:60]!r}, which is none")
        now = self._clock.now()
        taught = expectation(told, again, reason.strip(), by.person, now)
        async with self._store.transaction() as unit:
            await unit.cost_watch.put(taught)
            for each in await unit.cost_watch.of(by.tenant, CostFinding, now.date() - SHOWN):
                covered = silenced(each, (taught,))
                if covered.silenced and each.silenced is None:
                    await unit.cost_watch.put(covered)
            await self.note(unit, by, "expected", finding, taught.model_dump_json())
        return taught

    async def unexpect(self, by: By, finding: str) -> None:
        """Take that back: what it silenced is told again; raises `NotFound` where nobody expects it."""
        async with self._store.transaction() as unit:
            known = await unit.cost_watch.of(by.tenant, Expectation)
            taught = [each for each in known if each.finding == finding]
            if not taught:
                raise NotFound(f"expected a finding somebody expects, found {finding[:60]!r}, which nobody does")
            for each in taught:
                await unit.cost_watch.remove(by.tenant, Expectation, each.id)
            gone = {each.id for each in taught}
            left = [each for each in known if each.id not in gone]
            for told in await unit.cost_watch.of(by.tenant, CostFinding):
                if told.silenced in gone:
                    await unit.cost_watch.put(silenced(told, left))
            await self.note(unit, by, "unexpected", finding, "")

    async def note(self, unit: Unit, by: By, change: Change, name: str, text: str) -> None:
        """Write into the log what was changed, with its text beside it."""
        beside = (Attachment(field="text", kind="reason", content=text.encode()),) if text else ()
        await unit.ledger.append(
            Record(
                tenant=by.tenant,
                at=self._clock.now(),
                actor=by.person,
                correlation=by.correlation,
                body=CostWatchChanged(change=change, name=name, id=by.note),
                attachments=beside,
            )
        )
