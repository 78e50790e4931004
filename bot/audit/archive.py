"""The archive of one house: what `bot.surfaces.archive.Archive` promises, put together."""

from collections.abc import Collection, Mapping
from contextlib import AbstractAsyncContextManager

from bot.audit.access import reader
from bot.audit.eraser import Eraser, Forget
from bot.audit.erasing import Erasing, addresses
from bot.audit.exporting import Exporting
from bot.audit.holding import Holding
from bot.audit.packing import Packing, Published
from bot.audit.retention import Retention
from bot.identity import Directory
from bot.surfaces.archive import Beside, Erasure, HoldRequest, Parcel
from bot.surfaces.desk import LogQuery
from memory.clock import Clock
from memory.exports.export import Form
from memory.ids import Ids
from memory.model.bodies import EntryKind
from memory.model.people import Principal
from memory.model.record import Hold, LogFilter
from memory.store import Store


class RecordArchive:
    """Serves `bot.surfaces.archive.Archive`. `days` is how long each kind of blob is kept."""

    def __init__(
        self,
        store: Store,
        directory: Directory,
        *,
        clock: Clock,
        ids: Ids,
        forget: Forget,
        published: Published,
        days: Mapping[str, int],
    ) -> None:
        eraser = Eraser(store, clock, ids, forget)
        self._store = store
        self._exporting = Exporting(store, clock, ids)
        self._packing = Packing(store, directory, published, clock, ids)
        self._erasing = Erasing(eraser)
        self._holding = Holding(store, clock, ids)
        self.retention = Retention(eraser, clock, days)

    def export(self, principal: Principal, asked: LogQuery, form: Form) -> AbstractAsyncContextManager[Parcel]:
        """Give part of the log as a file."""
        return self._exporting.export(principal, asked, form)

    def pack(self, principal: Principal, subject: str) -> AbstractAsyncContextManager[Parcel]:
        """Give the evidence of a run, turn, message or incident as a file."""
        return self._packing.pack(principal, subject)

    async def beside(self, principal: Principal, entry: str) -> Beside:
        """Return an entry and the state of what is beside it."""
        tenant = reader(principal)
        recorded = await self._store.ledger.find(tenant, entry)
        states = await self._store.blobs.states(tenant, set(addresses(recorded.entry.body)))
        erased = {digest: state.erasure for digest, state in states.items() if state.erasure}
        return Beside(
            recorded=recorded,
            blobs=tuple(states[digest] for digest in sorted(states)),
            erased_in={digest: await self._told(tenant, erasure) for digest, erasure in erased.items()},
        )

    async def erase(self, principal: Principal, *, correlations: Collection[str], person: str | None) -> Erasure:
        """Erase turns, or a person, for good."""
        return await self._erasing.erase(principal, correlations=correlations, person=person)

    async def retain(self, principal: Principal, *, dry_run: bool) -> Erasure:
        """Erase what is older than its kind is kept."""
        return await self.retention.retain(principal, dry_run=dry_run)

    async def place(self, principal: Principal, hold: HoldRequest) -> Hold:
        """Place a legal hold."""
        return await self._holding.place(principal, hold)

    async def lift(self, principal: Principal, hold: str) -> Hold:
        """Lift a legal hold."""
        return await self._holding.lift(principal, hold)

    async def holds(self, principal: Principal) -> tuple[Hold, ...]:
        """Return every legal hold."""
        return await self._holding.holds(principal)

    async def _told(self, tenant: str, erasure: str) -> int:
        """Return the index of the entry that tells of an erasure."""
        asked = LogFilter(kinds=(EntryKind.ERASURE,), subject=f"erasure:{erasure}")
        (found,) = await self._store.ledger.matching(tenant, asked, 0, 1)
        return found.receipt.index
