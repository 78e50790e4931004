"""Calls of what models said and cost, of what is tried with them, of stops: for `tests/memory/test_tenants.py`."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from decimal import Decimal

from memory.model.model_answer import ModelAnswer
from memory.model.model_call import Assignment, CallOutcome, ModelCall
from memory.store import Unit
from tests.fakes.time import MIDNIGHT

Call = Callable[[Unit, str], Awaitable[object]]
KEY, SCOPE = "a" * 64, "b" * 64
EARLIER, DAY = MIDNIGHT - timedelta(days=1), MIDNIGHT.date()
ONE, TEN = Decimal(1), Decimal(10)


def answer(tenant: str = "acme", key: str = KEY, at: datetime = MIDNIGHT) -> ModelAnswer:
    return ModelAnswer(
        key=key,
        tenant=tenant,
        scope=SCOPE,
        vector=b"\x00\x00\x80\x3f",
        anchors=("checkout",),
        reading="c" * 64,
        model="small",
        answer='{"text": "", "called": null}',
        at=at,
        until=at + timedelta(hours=1),
    )


def trial(tenant: str = "acme", name: str = "call_1") -> ModelCall:
    return ModelCall(
        id=name,
        tenant=tenant,
        correlation="cor_1",
        purpose="interpretation",
        provider="here",
        model="small",
        prompt="interpret/1",
        prompt_sha256="d" * 64,
        began=MIDNIGHT,
        seconds=0.5,
        outcome=CallOutcome.ANSWERED,
        assignment=Assignment(experiment="smaller", arm="a"),
    )


FINDS_NOTHING: dict[str, tuple[Call, object]] = {
    "model_answers.find": (lambda unit, tenant: unit.model_answers.find(tenant, KEY), None),
    "model_answers.of": (lambda unit, tenant: unit.model_answers.of(tenant, SCOPE), ()),
    "model_answers.forget": (lambda unit, tenant: unit.model_answers.forget(tenant), 0),
    "model_spending.spent": (lambda unit, tenant: unit.model_spending.spent(tenant, DAY, "USD"), Decimal(0)),
    "turn_stops.asked": (lambda unit, tenant: unit.turn_stops.asked(tenant, "t1", "alice", EARLIER), False),
    "model_trials.of": (lambda unit, tenant: unit.model_trials.of(tenant, "smaller", EARLIER), ()),
}
WRITES_ITS_OWN: dict[str, Call] = {
    "model_answers.keep": lambda unit, tenant: unit.model_answers.keep(answer(tenant)),
    "model_trials.add": lambda unit, tenant: unit.model_trials.add(trial(tenant)),
    "model_spending.reserve": lambda unit, tenant: unit.model_spending.reserve(tenant, DAY, "USD", ONE, TEN),
    "model_spending.settle": lambda unit, tenant: unit.model_spending.settle(tenant, DAY, "USD", ONE),
    "turn_stops.ask": lambda unit, tenant: unit.turn_stops.ask(tenant, "t1", "alice", MIDNIGHT),
}


async def fill(unit: Unit, tenant: str = "acme") -> None:
    """Put one of each thing there is into the tenant."""
    await unit.model_answers.keep(answer(tenant))
    await unit.model_trials.add(trial(tenant))
    await unit.model_spending.reserve(tenant, DAY, "USD", ONE, TEN)
    await unit.turn_stops.ask(tenant, "t1", "alice", MIDNIGHT)
