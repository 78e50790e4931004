"""What happens when an imported tool is not what people agreed to: it is suspended, logged and announced."""

from collections.abc import Callable

import structlog

from memory.clock import Clock
from memory.ids import Ids
from memory.model.attempt import Suspension
from memory.model.bodies import ToolTrust
from memory.model.record import SYSTEM, Event, Record, Topic
from memory.store import Store

_log = structlog.get_logger(__name__)

Announce = Callable[[Event], None]


class ToolWatch:
    """Remembers in the store; what it tells stands in the ledger, in the log, and goes to whoever listens."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, announce: Announce) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._announce = announce

    async def suspended(self, tenant: str) -> tuple[Suspension, ...]:
        """Return the tools that nobody may call."""
        return await self._store.suspensions.of(tenant)

    async def changed(self, suspension: Suspension) -> None:
        """Suspend a tool and say so, once for each thing that was agreed to."""
        now, correlation = self._clock.now(), self._ids.new("cor")
        body = ToolTrust(
            change="suspended", tool=suspension.tool, pinned=suspension.pinned, found=suspension.found
        )
        record = Record(tenant=suspension.tenant, at=now, actor=SYSTEM, correlation=correlation, body=body)
        async with self._store.transaction() as unit:
            if not await unit.suspensions.suspend(suspension):
                return
            await unit.ledger.append(record)
        _log.error("mcp.tool_changed", tool=suspension.tool, pinned=suspension.pinned, found=suspension.found)
        self._announce(
            Event(
                topic=Topic.TOOL,
                tenant=suspension.tenant,
                thread="tools",
                correlation=correlation,
                at=now,
                body={"tool": suspension.tool, "change": "suspended"},
            )
        )

    async def agreed(self, tenant: str, tool: str, digest: str, person: str) -> None:
        """Record that a person agreed to a tool as it is, and let it be called again."""
        body = ToolTrust(change="agreed", tool=tool, pinned=digest)
        record = Record(
            tenant=tenant, at=self._clock.now(), actor=person, correlation=self._ids.new("cor"), body=body
        )
        async with self._store.transaction() as unit:
            await unit.suspensions.lift(tenant, tool)
            await unit.ledger.append(record)
