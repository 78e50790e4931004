"""Every room's own table of calls, put together for `tests/memory/test_tenants.py`: one line each for a room."""

from memory.store import Unit
from tests.memory import (
    alert_calls,
    cost_calls,
    incident_calls,
    memory_calls,
    model_calls,
    room_calls,
    samples,
    slack_calls,
    teaching_calls,
    usage_calls,
    voice_calls,
    watching_calls,
)

FINDS_NOTHING = (
    incident_calls.FINDS_NOTHING
    | cost_calls.FINDS_NOTHING
    | usage_calls.FINDS_NOTHING
    | watching_calls.FINDS_NOTHING
    | slack_calls.FINDS_NOTHING
    | room_calls.FINDS_NOTHING
    | alert_calls.FINDS_NOTHING
    | memory_calls.FINDS_NOTHING
    | model_calls.FINDS_NOTHING
    | voice_calls.FINDS_NOTHING
    | teaching_calls.FINDS_NOTHING
)
IS_REFUSED = (
    incident_calls.IS_REFUSED
    | room_calls.IS_REFUSED
    | alert_calls.IS_REFUSED
    | voice_calls.IS_REFUSED
    | teaching_calls.IS_REFUSED
)
WRITES_ITS_OWN = (
    incident_calls.WRITES_ITS_OWN
    | cost_calls.WRITES_ITS_OWN
    | usage_calls.WRITES_ITS_OWN
    | watching_calls.WRITES_ITS_OWN
    | slack_calls.WRITES_ITS_OWN
    | room_calls.WRITES_ITS_OWN
    | alert_calls.WRITES_ITS_OWN
    | memory_calls.WRITES_ITS_OWN
    | model_calls.WRITES_ITS_OWN
    | voice_calls.WRITES_ITS_OWN
    | teaching_calls.WRITES_ITS_OWN
)
SPANS_TENANTS = slack_calls.SPANS_TENANTS | alert_calls.SPANS_TENANTS | voice_calls.SPANS_TENANTS


async def fill(unit: Unit, tenant: str = "acme") -> None:
    """Put one of each thing there is into the tenant."""
    await samples.fill(unit, tenant)
    await room_calls.fill(unit, tenant)
    await cost_calls.fill(unit, tenant)
    await usage_calls.fill(unit, tenant)
    await watching_calls.fill(unit, tenant)
    await alert_calls.fill(unit, tenant)
    await incident_calls.fill(unit, tenant)
    await memory_calls.fill(unit, tenant)
    await model_calls.fill(unit, tenant)
    await voice_calls.fill(unit, tenant)
    await teaching_calls.fill(unit, tenant)
