"""What nobody does to another tenant's bills: as in `tests/memory/test_tenants.py`, which tries these too."""

from collections.abc import Awaitable, Callable

from memory.model.cost import CostFile
from memory.store import Unit
from tests.fakes.time import MIDNIGHT

Call = Callable[[Unit, str], Awaitable[object]]


def cost_file(tenant: str = "acme", **changes: object) -> CostFile:
    made = CostFile(
        tenant=tenant, source="aws", name="september.csv", digest="ab" * 32, imported_at=MIDNIGHT, rows=3
    )
    return made.model_copy(update=changes)


async def fill(unit: Unit, tenant: str = "acme") -> None:
    """Put one of each thing into the tenant."""
    await unit.cost_files.put(cost_file(tenant))


FINDS_NOTHING: dict[str, tuple[Call, object]] = {
    "cost_files.of": (lambda unit, tenant: unit.cost_files.of(tenant), ()),
    "cost_files.remove": (lambda unit, tenant: unit.cost_files.remove(tenant, "aws", "september.csv"), False),
}
WRITES_ITS_OWN: dict[str, Call] = {
    "cost_files.put": lambda unit, tenant: unit.cost_files.put(cost_file(tenant, rows=4), ["september.csv"]),
}
