"""A row whose tenant was changed behind our back is not believed to be that tenant's."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from memory.errors import TenantMismatch
from memory.store import Store, Unit
from tests.memory.further_calls import fill
from tests.memory.samples import grant

ALONE = "evil"

Call = Callable[[Unit, str], Awaitable[object]]

SLIPPED: dict[str, Call] = {
    "runs": lambda unit, tenant: unit.runs.get(tenant, "run_1"),
    "grants": lambda unit, tenant: unit.grants.consume(tenant, "grant_1", grant().call_digest, grant().minted_at),
    "messages": lambda unit, tenant: unit.turns.transcript(tenant, "t1"),
    "api_keys": lambda unit, tenant: unit.keys.of(tenant),
}


@pytest.mark.parametrize("table", SLIPPED)
async def test_a_record_slipped_to_another_tenant_is_not_believed(store: Store, table: str) -> None:
    await fill(store)
    async with store._database.writing() as connection:
        await connection.execute(text("DELETE FROM replies"))  # they refer to messages
        await connection.execute(text(f"UPDATE {table} SET tenant = '{ALONE}'"))  # noqa: S608 - the names are ours
    with pytest.raises(TenantMismatch):
        await SLIPPED[table](store, ALONE)
