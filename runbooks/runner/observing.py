"""Looking: a read passes the gate, its evidence is kept, and both yes and no stand in the ledger."""

from memory.canonical import digest
from memory.clock import Clock
from memory.errors import QuarterdeckError
from memory.model.decision import Deny
from memory.model.plan import Call
from memory.model.run import Outcome
from memory.store import Store
from runbooks.proposal import Caller
from runbooks.runner import record
from tools.contract import CallContext
from tools.gate import Gate


class Observing:
    """Reads on behalf of a person. Never raises for what can be said: a no and a failure are outcomes too."""

    def __init__(self, store: Store, gate: Gate, clock: Clock) -> None:
        self._store = store
        self._gate = gate
        self._clock = clock

    async def observe(self, call: Call, caller: Caller) -> Outcome:
        """Return what was seen, or an outcome that is not ok and says why nothing was."""
        decision = self._gate.assess_read(call, caller.principal.id)
        if isinstance(decision, Deny):
            return await self._denied(call, caller, decision)
        seen = await self._look(call, caller)
        if isinstance(seen, Deny):  # the policy changed in between
            return await self._denied(call, caller, seen)
        now = self._clock.now()
        async with self._store.transaction() as unit:
            await unit.evidence.put(caller.principal.tenant, caller.correlation, seen.evidence)
            await unit.ledger.append(record.observed(caller, call, decision, seen, now))
        return seen

    async def _denied(self, call: Call, caller: Caller, denial: Deny) -> Outcome:
        entry = record.denied(caller, digest(call), call.tool, denial, self._clock.now())
        await self._store.ledger.append(entry)
        return Outcome(
            ok=False, summary=f"{denial.because()}. {denial.remedy()}".strip(), error_code="policy.denied"
        )

    async def _look(self, call: Call, caller: Caller) -> Outcome | Deny:
        try:
            return await self._gate.read(call, self._context(call, caller))
        except QuarterdeckError as error:
            return Outcome(ok=False, summary=error.message, missing=(call.tool,), error_code=error.code)

    def _context(self, call: Call, caller: Caller) -> CallContext:
        return CallContext(
            tenant=caller.principal.tenant,
            principal=caller.principal.id,
            correlation=caller.correlation,
            key=f"{caller.correlation}:{digest(call)[:16]}",
            now=self._clock.now(),
        )
