"""Calls of what is spoken, for `tests/memory/test_tenants.py`."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from memory.errors import Conflict, NotFound, QuarterdeckError, SpokenCodeRefused
from memory.model.voice import DecisionMoment, Readback, ReadbackKind
from memory.store import Unit
from tests.fakes.time import MIDNIGHT

Call = Callable[[Unit, str], Awaitable[object]]
HASH = "a" * 64
SOON = MIDNIGHT + timedelta(minutes=1)
ASKED = ("alice", "ses_1")


def readback(tenant: str = "acme", name: str = "rb_1") -> Readback:
    return Readback(
        id=name,
        tenant=tenant,
        person="alice",
        kind=ReadbackKind.PROPOSE,
        thread="t1",
        message="m1",
        correlation="cor_1",
        plan_digest="b" * 64,
        says="Roll back checkout.",
        expires_at=SOON,
    )


def moment(tenant: str = "acme") -> DecisionMoment:
    return DecisionMoment(
        id="dm_1", tenant=tenant, incident="inc_1", at=MIDNIGHT, text="Let's roll back.", cue="Let's roll"
    )


FINDS_NOTHING: dict[str, tuple[Call, object]] = {
    "turns.given": (lambda unit, tenant: unit.turns.given(tenant, "alice", "reply_1"), None),
    "readbacks.of_message": (lambda unit, tenant: unit.readbacks.of_message(tenant, "m1"), None),
    "readbacks.give": (lambda unit, tenant: unit.readbacks.give(readback(tenant), "ses_1", HASH, MIDNIGHT), False),
    "readbacks.given": (lambda unit, tenant: unit.readbacks.given(tenant, "alice", 9), frozenset()),
    "readbacks.open": (lambda unit, tenant: unit.readbacks.open(tenant, *ASKED, MIDNIGHT), None),
    "readbacks.drop": (lambda unit, tenant: unit.readbacks.drop(tenant, *ASKED, MIDNIGHT), 0),
    "readbacks.end": (lambda unit, tenant: unit.readbacks.end(readback(tenant), MIDNIGHT), None),
    "decision_moments.of": (lambda unit, tenant: unit.decision_moments.of(tenant, "inc_1"), ()),
}
IS_REFUSED: dict[str, tuple[Call, type[QuarterdeckError]]] = {
    "readbacks.spend": (
        lambda unit, tenant: unit.readbacks.spend(tenant, *ASKED, HASH, MIDNIGHT),
        SpokenCodeRefused,
    ),
    "readbacks.press": (
        lambda unit, tenant: unit.readbacks.press(tenant, *ASKED, "rb_1", MIDNIGHT),
        SpokenCodeRefused,
    ),
    "decision_moments.get": (lambda unit, tenant: unit.decision_moments.get(tenant, "dm_1"), NotFound),
    "decision_moments.settle": (lambda unit, tenant: unit.decision_moments.settle(moment(tenant)), Conflict),
}
WRITES_ITS_OWN: dict[str, Call] = {
    "readbacks.put": lambda unit, tenant: unit.readbacks.put(readback(tenant)),
    "sounds.first": lambda unit, tenant: unit.sounds.first(tenant, HASH, MIDNIGHT),
    "decision_moments.propose": lambda unit, tenant: unit.decision_moments.propose(moment(tenant)),
}
SPANS_TENANTS = {
    "readbacks.prune": "a code that is long over goes ahead with nothing, whoever was given it",
    "sounds.prune": "what was heard long ago is forgotten, whoever said it",
}


async def fill(unit: Unit, tenant: str = "acme") -> None:
    """Put one of each thing there is into the tenant."""
    await unit.readbacks.put(readback(tenant))
    await unit.readbacks.give(readback(tenant), "ses_1", HASH, MIDNIGHT)
    await unit.sounds.first(tenant, HASH, MIDNIGHT)
    await unit.decision_moments.propose(moment(tenant))
