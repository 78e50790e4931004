"""Incidents of the house: what changes them, what follows the ledger, and what people speak to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.identity import Directory
from bot.incidents import Incidents
from bot.incidents.changes_read import ChangesRead
from bot.incidents.projecting import Projection
from bot.incidents.room import IncidentRoom
from bot.surfaces.incidents import Summarising
from memory.clock import Clock
from memory.errors import AuthenticationFailed
from memory.ids import Ids
from memory.model.record import Event
from memory.store import Store
from tools.contract import Capability
from tools.in_force import PolicyInForce


@dataclass(frozen=True)
class Care:
    """What was built: the service for the house, the room for people, and what follows the ledger."""

    service: Incidents
    room: IncidentRoom
    projection: Projection


def known_to(directory: Directory) -> Callable[[str, str], bool]:
    """Return what says whether somebody is known now."""

    def known(tenant: str, person: str) -> bool:
        try:
            directory.person(tenant, person)
        except AuthenticationFailed:
            return False
        return True

    return known


def changes_read(store: Store, publish: Callable[[Event], None], clock: Clock, ids: Ids) -> ChangesRead:
    """Build what keeps the changes that looks bring to light."""
    return ChangesRead(Incidents(store, publish, clock, ids))


def incident_care(
    store: Store,
    publish: Callable[[Event], None],
    directory: Directory,
    policy: PolicyInForce,
    capabilities: Sequence[Capability],
    *,
    clock: Clock,
    ids: Ids,
    summaries: Summarising | None = None,
) -> Care:
    """Build what cares for incidents."""
    service = Incidents(store, publish, clock, ids, known_to(directory))
    projection = Projection(store, publish, clock, capabilities)
    return Care(service, IncidentRoom(service, policy, clock, projection, summaries), projection)
