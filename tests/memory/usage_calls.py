"""What nobody does to another tenant's usage and savings: `tests/memory/test_tenants.py` tries these too."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

from memory.model.saving import Adoption, Band, Factor, Risk, Saving, SavingKind
from memory.model.usage import UsageBy, UsageFact, UsageKind
from memory.store import Unit
from tests.fakes.time import MIDNIGHT

Call = Callable[[Unit, str], Awaitable[object]]
EARLIER, LATER = MIDNIGHT - timedelta(days=1), MIDNIGHT + timedelta(days=1)


def fact(tenant: str = "acme", **changes: object) -> UsageFact:
    """Return a call of a model."""
    made = UsageFact(
        id="call_1",
        tenant=tenant,
        at=MIDNIGHT,
        kind=UsageKind.MODEL,
        person="alice",
        surface="cli",
        correlation="cor_1",
        purpose="interpretation",
        provider="local",
        name="small",
        milliseconds=120,
        input_tokens=100,
        output_tokens=20,
        cached_tokens=40,
        cost=Decimal("0.000123456"),
    )
    return made.model_copy(update=changes)


def saving(**changes: object) -> Saving:
    """Return a saving."""
    made = Saving(
        id="sav_1",
        kind=SavingKind.IDLE,
        title="Stop checkout in staging",
        target="checkout in staging",
        service="checkout",
        environment="staging",
        currency="USD",
        pool=("compute", "", "cluster", "staging", "checkout"),
        factor=Factor.EXISTENCE,
        cost=Decimal(100),
        monthly=Band(low=Decimal(90), expected=Decimal(100), high=Decimal(100)),
        risk=Risk.MEDIUM,
        risks=("it may be needed",),
    )
    return made.model_copy(update=changes)


def adoption(tenant: str = "acme", **changes: object) -> Adoption:
    """Return a saving that was taken up."""
    made = Adoption(id="adopted_1", tenant=tenant, saving=saving(), by="alice", at=MIDNIGHT)
    return made.model_copy(update=changes)


async def fill(unit: Unit, tenant: str = "acme") -> None:
    """Put one of each thing into the tenant."""
    await unit.usage.add(tenant, [fact(tenant)])
    await unit.adoptions.put(adoption(tenant))


FINDS_NOTHING: dict[str, tuple[Call, object]] = {
    "usage.lines": (lambda unit, tenant: unit.usage.lines(tenant, EARLIER, LATER, UsageBy.MODEL), ()),
    "usage.facts": (lambda unit, tenant: unit.usage.facts(tenant, EARLIER, LATER), ()),
    "usage.spent": (lambda unit, tenant: unit.usage.spent(tenant, EARLIER, LATER, "USD"), Decimal(0)),
    "usage.prune": (lambda unit, tenant: unit.usage.prune(tenant, LATER), 0),
    "adoptions.of": (lambda unit, tenant: unit.adoptions.of(tenant), ()),
}
IS_REFUSED: dict[str, Call] = {}
WRITES_ITS_OWN: dict[str, Call] = {
    "usage.add": lambda unit, tenant: unit.usage.add(tenant, [fact(tenant, name="other")]),
    "adoptions.put": lambda unit, tenant: unit.adoptions.put(adoption(tenant, by="bob")),
}
