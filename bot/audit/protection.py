"""What may not be erased now: what a legal hold covers, and what belongs to a run that can still change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from memory.errors import Conflict, UnderHold
from memory.model.record import BlobState, Hold, LogFilter
from memory.model.run import Run
from memory.store import Unit


@dataclass(frozen=True)
class Protection:
    """The holds in force, by what they cover, and the open runs, by their turns."""

    tenant: Hold | None
    kinds: Mapping[str, Hold]
    turns: Mapping[str, Hold]
    people: Mapping[str, Hold]  # by pseudonym; their turns are among `turns`
    open: Mapping[str, Run]

    def hold_on(self, blob: BlobState) -> Hold | None:
        """Return the hold that keeps a blob from being erased, None where none does."""
        return self.tenant or self.turns.get(blob.correlation) or self.kinds.get(blob.kind)

    def check(self, turns: Iterable[str], blobs: Iterable[BlobState]) -> None:
        """Return when all of this may be erased; raises `UnderHold`, or `Conflict` while a run of it is open."""
        for turn in turns:
            _refuse(self.tenant or self.turns.get(turn), f"turn {turn}")
            if turn in self.open:
                run = self.open[turn]
                raise Conflict(
                    f"expected turn {turn} to be over, found its plan {run.id} {run.status.value}",
                    hint="Withdraw the plan or let it end, then erase.",
                )
        for blob in blobs:
            _refuse(self.hold_on(blob), f"the {blob.kind} of turn {blob.correlation}")

    def check_person(self, person: str, pseudonym: str) -> None:
        """Return when nothing keeps who this is; raises `UnderHold` or `Conflict`."""
        _refuse(self.tenant or self.people.get(pseudonym), f"{person}")
        for run in self.open.values():
            if person in {run.plan.requester, *(approval.approver for approval in run.approvals)}:
                raise Conflict(
                    f"expected nothing of {person} to be going on, found plan {run.id} {run.status.value}",
                    hint="Withdraw the plan or let it end, then erase.",
                )


async def protection(unit: Unit, tenant: str) -> Protection:
    """Return what may not be erased now, and keep others from holding or erasing until the transaction ends."""
    await unit.holds.alone(tenant)
    standing = await unit.holds.all(tenant, standing=True)
    people = {hold.value: hold for hold in standing if hold.scope == "person"}
    turns = {hold.value: hold for hold in standing if hold.scope == "correlation"}
    for pseudonym, hold in people.items():
        turns |= dict.fromkeys(await unit.ledger.correlations(tenant, LogFilter(actor=pseudonym)), hold)
    return Protection(
        tenant=next((hold for hold in standing if hold.scope == "tenant"), None),
        kinds={hold.value: hold for hold in standing if hold.scope == "kind"},
        turns=turns,
        people=people,
        open={run.correlation: run for run in await unit.runs.unfinished() if run.tenant == tenant},
    )


def _refuse(hold: Hold | None, what: str) -> None:
    if hold is not None:
        covers = hold.scope if hold.scope == "tenant" else f"{hold.scope} {hold.value}"
        raise UnderHold(
            f"expected that {what} may be erased, found it under the legal hold {hold.id} on {covers}",
            hint=f"Nothing was erased. Once the hold may end: quarterdeck log hold lift {hold.id}",
        )
