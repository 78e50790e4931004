"""Once the tenant's tokens are spent the model is left alone until some are free again; that is told once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.asking import ASKING
from bot.controls.tokens import TokenAllowance
from memory.errors import ModelUnavailable
from memory.model.limits import Limit, LimitScope, Resource
from memory.model.record import Event, LogFilter
from memory.store import Store
from tests.fakes.time import CountingIds, FakeClock
from tests.keys import LOG_KEY
from tests.memory import samples


class Model:
    """Counts how often it is asked, where it may be."""

    def __init__(self) -> None:
        self.asked = 0

    async def ask(self, allowance: TokenAllowance) -> None:
        await allowance.check()
        self.asked += 1


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", FakeClock(), LOG_KEY)
    yield opened
    await opened.close()


async def test_a_model_without_tokens_is_left_alone_until_there_are_some_again(store: Store) -> None:
    clock, heard, model = FakeClock(), list[Event](), Model()
    limit = Limit(resource=Resource.TOKENS, most=100)
    allowance = TokenAllowance(store, "acme", [limit], publish=heard.append, clock=clock, ids=CountingIds())
    await model.ask(allowance)
    spent = samples.use(resource=Resource.TOKENS, tool="", amount=100, at=clock.now())
    await store.uses.add("acme", [spent])
    for _ in range(2):
        with pytest.raises(ModelUnavailable, match="at most 100 tokens a day"):
            await model.ask(allowance)
    assert (model.asked, [each.body["limit"] for each in heard]) == (1, ["tokens/tenant"])
    entries = await store.ledger.matching("acme", LogFilter(), 0, 10)
    assert [each.entry.body["code"] for each in entries] == ["limit.exceeded"]
    clock.move(timedelta(days=1).total_seconds() + 1)
    await model.ask(allowance)
    assert model.asked == 2


async def test_a_persons_tokens_are_theirs_alone(store: Store) -> None:
    clock, heard, model = FakeClock(), list[Event](), Model()
    limit = Limit(resource=Resource.TOKENS, scope=LimitScope.PERSON, most=100)
    allowance = TokenAllowance(store, "acme", [limit], publish=heard.append, clock=clock, ids=CountingIds())
    spent = samples.use(resource=Resource.TOKENS, tool="", person="alice", amount=100, at=clock.now())
    await store.uses.add("acme", [spent])
    ASKING.set("bob")
    await model.ask(allowance)
    ASKING.set("alice")
    with pytest.raises(ModelUnavailable, match="at most 100 tokens a day of alice"):
        await model.ask(allowance)
    assert (model.asked, [each.body["limit"] for each in heard]) == (1, ["tokens/person"])
