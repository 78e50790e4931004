"""What nobody does to another tenant's incidents and timeline: as in `tests/memory/test_tenants.py`."""

from collections.abc import Awaitable, Callable

from memory.errors import Conflict, NotFound, QuarterdeckError
from memory.model.incident import Happening, Incident, TimelineEntry, TimelineWindow
from memory.model.value import Value
from memory.page import Page
from memory.store import Unit
from memory.store.incidents import Tie
from tests.fakes.time import MIDNIGHT

Call = Callable[[Unit, str], Awaitable[object]]
EVERYTHING = TimelineWindow()


def incident(tenant: str = "acme", **changes: object) -> Incident:
    """Return an incident."""
    known: dict[str, object] = {
        "id": "inc_1",
        "tenant": tenant,
        "number": 1,
        "title": "checkout is failing",
        "severity": 2,
        "declared_by": "alice",
        "started_at": MIDNIGHT,
        "detected_at": MIDNIGHT,
    }
    return Incident.model_validate(known | changes)


def entry(tenant: str = "acme", **changes: object) -> TimelineEntry:
    """Return a timeline entry of that incident."""
    known: dict[str, object] = {
        "id": "tl_1",
        "tenant": tenant,
        "incident": "inc_1",
        "at": MIDNIGHT,
        "recorded_at": MIDNIGHT,
        "kind": Happening.NOTE,
        "text": "we saw timeouts",
        "author": "alice",
        "source": "cli",
        "subject": "incident:inc_1/tl_1",
        "correlation": "cor_1",
    }
    return TimelineEntry.model_validate(known | changes)


async def no_page(unit: Unit, tenant: str) -> Value:
    return await unit.timeline.page(tenant, "inc_1", EVERYTHING)


FINDS_NOTHING: dict[str, tuple[Call, object]] = {
    "incidents.alone": (lambda unit, tenant: unit.incidents.alone(tenant), None),
    "incidents.next_number": (lambda unit, tenant: unit.incidents.next_number(tenant), 1),
    "incidents.find": (lambda unit, tenant: unit.incidents.find(tenant, "inc_1"), None),
    "incidents.page": (lambda unit, tenant: unit.incidents.page(tenant), Page(items=())),
    "incidents.under_way": (lambda unit, tenant: unit.incidents.under_way(tenant), ()),
    "incidents.untie": (lambda unit, tenant: unit.incidents.untie(tenant, "inc_1", Tie.THREAD, ["t1"]), None),
    "incidents.tied": (lambda unit, tenant: unit.incidents.tied(tenant, "inc_1", Tie.THREAD), ()),
    "incidents.of": (lambda unit, tenant: unit.incidents.of(tenant, Tie.THREAD, ["t1"]), {}),
    "timeline.known": (lambda unit, tenant: unit.timeline.known(tenant, ["tl_1"]), frozenset()),
    "timeline.page": (no_page, Page(items=())),
    "timeline.documents": (lambda unit, tenant: unit.timeline.documents(tenant, "inc_1", EVERYTHING), []),
    "timeline.mark": (lambda unit, tenant: unit.timeline.mark(tenant, "inc_1", EVERYTHING), "0/0/"),
    "timeline.pin": (lambda unit, tenant: unit.timeline.pin(tenant, "tl_1", pinned=True, at=MIDNIGHT), False),
    "timeline.merge": (lambda unit, tenant: unit.timeline.merge(tenant, "inc_1", "inc_2", MIDNIGHT), 0),
    "timeline.separate": (lambda unit, tenant: unit.timeline.separate(tenant, "inc_1", "inc_1", MIDNIGHT), 0),
    "timeline.split": (lambda unit, tenant: unit.timeline.split(tenant, "inc_1", "inc_2", MIDNIGHT, ["tl_1"]), 0),
    "timeline.adopt": (lambda unit, tenant: unit.timeline.adopt(tenant, "cor_1", "inc_9", MIDNIGHT), 0),
    "timeline.about": (lambda unit, tenant: unit.timeline.about(tenant, "inc_1", ["incident:inc_1/tl_1"]), ()),
    "timeline.named": (lambda unit, tenant: unit.timeline.named(tenant, ["incident:inc_1/tl_1"]), {}),
    "timeline.last_by": (lambda unit, tenant: unit.timeline.last_by(tenant, "inc_1", "alice"), None),
    "timeline.told": (lambda unit, tenant: unit.timeline.told(tenant), 0),
}
IS_REFUSED: dict[str, tuple[Call, type[QuarterdeckError]]] = {
    "incidents.get": (lambda unit, tenant: unit.incidents.get(tenant, "inc_1"), NotFound),
    "incidents.numbered": (lambda unit, tenant: unit.incidents.numbered(tenant, 1), NotFound),
    "incidents.replace": (
        lambda unit, tenant: unit.incidents.replace(incident(tenant), expected_version=0),
        Conflict,
    ),
    "timeline.get": (lambda unit, tenant: unit.timeline.get(tenant, "tl_1"), NotFound),
}
WRITES_ITS_OWN: dict[str, Call] = {
    "incidents.add": lambda unit, tenant: unit.incidents.add(incident(tenant, title="theirs"), "cor_1"),
    "incidents.tie": lambda unit, tenant: unit.incidents.tie(tenant, "inc_1", Tie.THREAD, ["t1"], MIDNIGHT),
    "timeline.add": lambda unit, tenant: unit.timeline.add([entry(tenant, text="theirs")]),
    "timeline.tell": lambda unit, tenant: unit.timeline.tell(tenant, 0, 7),
}


async def fill(unit: Unit, tenant: str = "acme") -> None:
    """Put one of each into the tenant."""
    await unit.incidents.add(incident(tenant), "cor_1")
    await unit.incidents.tie(tenant, "inc_1", Tie.THREAD, ["t1"], MIDNIGHT)
    await unit.timeline.add([entry(tenant)])
    await unit.timeline.tell(tenant, 0, 1)
