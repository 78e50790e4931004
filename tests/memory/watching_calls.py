"""What nobody does to what another tenant watches: as in `tests/memory/test_tenants.py`, which tries these too."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

from memory.model.watching import Budget
from memory.store import Unit
from tests.fakes.time import MIDNIGHT

Call = Callable[[Unit, str], Awaitable[object]]


def budget(tenant: str = "acme", amount: str = "1000", **changes: object) -> Budget:
    made = Budget(tenant=tenant, name="platform", amount=Decimal(amount), currency="USD", by="alice", at=MIDNIGHT)
    return made.model_copy(update=changes)


async def fill(unit: Unit, tenant: str = "acme") -> None:
    """Put one of each thing into the tenant."""
    await unit.cost_watch.put(budget(tenant))


FINDS_NOTHING: dict[str, tuple[Call, object]] = {
    "cost_watch.of": (lambda unit, tenant: unit.cost_watch.of(tenant, Budget), ()),
    "cost_watch.get": (lambda unit, tenant: unit.cost_watch.get(tenant, Budget, "platform"), None),
    "cost_watch.remove": (lambda unit, tenant: unit.cost_watch.remove(tenant, Budget, "platform"), False),
}
WRITES_ITS_OWN: dict[str, Call] = {
    "cost_watch.put": lambda unit, tenant: unit.cost_watch.put(budget(tenant, "900")),
}
