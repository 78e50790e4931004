"""Legal holds: placed and lifted by administrators, each time with an entry in the same transaction."""

from bot.audit.access import administrator, auditor
from bot.surfaces.archive import HoldRequest
from memory.clock import Clock
from memory.errors import InvalidInput, NotFound
from memory.ids import Ids
from memory.model.bodies import HoldChanged
from memory.model.people import Principal
from memory.model.record import Attachment, Hold, LogFilter, Record
from memory.scrubbing import KINDS
from memory.store import Store, Unit


class Holding:
    """Places and lifts legal holds."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def place(self, principal: Principal, asked: HoldRequest) -> Hold:
        """Place a hold and return it; raises `NotFound` or `InvalidInput` for what cannot be held."""
        tenant = administrator(principal)
        async with self._store.transaction() as unit:
            await unit.holds.alone(tenant)
            hold = Hold(
                id=self._ids.new("hold"),
                tenant=tenant,
                scope=asked.scope,
                value=await _covered(unit, tenant, asked),
                placed_at=self._clock.now(),
            )
            await unit.holds.place(hold)
            reason = Attachment(field="reason", kind="hold", content=asked.reason.encode())
            await unit.ledger.append(self._record(principal, hold, "placed", (reason,)))
        return hold

    async def lift(self, principal: Principal, hold: str) -> Hold:
        """Lift a hold and return it; raises `NotFound` or `Conflict`."""
        tenant = administrator(principal)
        async with self._store.transaction() as unit:
            await unit.holds.alone(tenant)
            lifted = await unit.holds.lift(tenant, hold, self._clock.now())
            await unit.ledger.append(self._record(principal, lifted, "lifted"))
        return lifted

    async def holds(self, principal: Principal) -> tuple[Hold, ...]:
        """Return every hold, those that were lifted too."""
        return await self._store.holds.all(auditor(principal))

    def _record(
        self, principal: Principal, hold: Hold, change: str, attachments: tuple[Attachment, ...] = ()
    ) -> Record:
        told = {"hold": hold.id, "change": change, "scope": hold.scope, "value": hold.value}
        return Record(
            tenant=hold.tenant,
            at=self._clock.now(),
            actor=principal.id,
            correlation=self._ids.new("cor"),
            body=HoldChanged.model_validate(told),
            attachments=attachments,
        )


async def _covered(unit: Unit, tenant: str, asked: HoldRequest) -> str:
    """Return what a hold covers as the log may say it: a person stands there under their pseudonym."""
    if asked.scope == "tenant":
        if asked.value:
            raise InvalidInput(f"expected nothing beside the tenant, found {asked.value!r}")
        return ""
    if asked.scope == "kind":
        if asked.value not in KINDS:
            raise InvalidInput(f"expected one of {', '.join(KINDS)}, found {asked.value!r}")
        return asked.value
    if asked.scope == "correlation":
        if not await unit.ledger.count(tenant, LogFilter(correlation=asked.value)):
            raise NotFound(f"expected the correlation id of a turn, found {asked.value!r}, which is none")
        return asked.value
    pseudonym = await unit.pseudonyms.find(tenant, asked.value)
    if pseudonym is None:
        raise NotFound(f"expected somebody the log knows, found {asked.value!r}")
    return pseudonym
