"""Which policy is in force stands in the log, with its text beside it, from the first start on."""

from memory.clock import Clock
from memory.ids import Ids
from memory.model.bodies import EntryKind, PolicyChanged
from memory.model.record import SYSTEM, Attachment, Record
from memory.store import Store, Unit


async def record_loaded(store: Store, tenant: str, policy_hash: str, text: str, clock: Clock, ids: Ids) -> None:
    """Record the policy that a start found, unless the log says already that it is the one in force."""
    async with store.transaction() as unit:
        before = await _in_force(unit, tenant)
        if before == policy_hash:
            return
        entry = Record(
            tenant=tenant,
            at=clock.now(),
            actor=SYSTEM,
            correlation=ids.new("cor"),
            body=PolicyChanged(change="loaded", policy_hash=policy_hash, previous=before),
            attachments=(Attachment(field="text", kind="policy", content=text.encode()),),
        )
        await unit.ledger.append(entry)


async def _in_force(unit: Unit, tenant: str) -> str | None:
    """Return the hash of the policy that the log says is in force; what was refused never was."""
    cursor = None
    while True:
        page = await unit.ledger.page(tenant, kind=EntryKind.POLICY, cursor=cursor)
        for each in page.items:
            told = each.entry.told()
            if isinstance(told, PolicyChanged) and told.change != "refused":
                return told.policy_hash
        if page.next_cursor is None:
            return None
        cursor = page.next_cursor
