"""What nobody does to another tenant's lessons: as in `tests/memory/test_tenants.py`, which tries these too."""

from collections.abc import Awaitable, Callable

from memory.errors import Conflict, NotFound, QuarterdeckError
from memory.model.teaching import Teaching, TeachingState, Thumb
from memory.store import Unit
from tests.fakes.time import MIDNIGHT

Call = Callable[[Unit, str], Awaitable[object]]


def teaching(tenant: str = "acme", **changes: object) -> Teaching:
    made = Teaching(id="tea_1", tenant=tenant, phrasing="is {service} poorly", tool="service.status", at=MIDNIGHT)
    return made.model_copy(update=changes)


def thumb(tenant: str = "acme") -> Thumb:
    return Thumb(tenant=tenant, message="m1", up=True, by="p_1", at=MIDNIGHT)


async def fill(unit: Unit, tenant: str = "acme") -> None:
    """Put one of each thing into the tenant."""
    await unit.teachings.add(teaching(tenant))
    await unit.teachings.thumb(thumb(tenant))


async def decide(unit: Unit, tenant: str) -> None:
    await unit.teachings.decide(teaching(tenant, state=TeachingState.IN_USE), (TeachingState.PROPOSED,))


FINDS_NOTHING: dict[str, tuple[Call, object]] = {
    "teachings.of": (lambda unit, tenant: unit.teachings.of(tenant), ()),
    "teachings.thumbs": (lambda unit, tenant: unit.teachings.thumbs(tenant), ()),
    "turns.latest": (lambda unit, tenant: unit.turns.latest(tenant), ()),
}
IS_REFUSED: dict[str, tuple[Call, type[QuarterdeckError]]] = {
    "teachings.get": (lambda unit, tenant: unit.teachings.get(tenant, "tea_1"), NotFound),
    "teachings.decide": (decide, Conflict),
}
WRITES_ITS_OWN: dict[str, Call] = {
    "teachings.add": lambda unit, tenant: unit.teachings.add(teaching(tenant)),
    "teachings.thumb": lambda unit, tenant: unit.teachings.thumb(thumb(tenant)),
}
