"""A day's budget: put aside before a call, shared by processes, and closed where nobody can say what was spent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agents.interpreter.focus import Focus
from agents.model.fleet import Rules
from agents.model.purposed import INTERPRETATION, Purposed
from agents.model.question import Asker, on_behalf_of
from agents.model.spending import Spending, Spendings
from agents.model.understanding import ModelUnderstanding
from memory.errors import ModelOverBudget, ModelUnavailable, StoreUnavailable
from tests.agents.model.routing import ANSWER, Watched, model, provider, question, routed
from tests.fakes.openai_server import FakeOpenAI, Manners, openai_server
from tests.fakes.people import CATALOGUE
from tests.fakes.understanding import FakeUnderstanding
from tools.capabilities import EVERY
from tools.http import Circuit

ONE_CALL = Decimal("0.004099")  # a call may cost 0.004098 at most, and costs 0.000003
ONE = (model("paid", "one"),)


class Unreadable(Spendings):
    """A store that is away."""

    async def reserve(self, tenant: str, day: date, currency: str, amount: Decimal, most: Decimal) -> bool:
        raise StoreUnavailable("expected the database to answer, found that it does not")

    async def spent(self, tenant: str, day: date, currency: str) -> Decimal:
        raise StoreUnavailable("expected the database to answer, found that it does not")


@asynccontextmanager
async def budgeted(
    spending: Spending, most: Decimal = ONE_CALL, manners: Manners = Manners.JSON
) -> AsyncIterator[tuple[Watched, FakeOpenAI]]:
    """Open a process with one model and a budget for tenant acme; others have none."""
    async with openai_server(lambda _: ANSWER, manners) as server:
        tenants = {"acme": Rules(most_cost=most)}
        async with routed([provider("one", server)], ONE, tenants=tenants, spending=spending) as watched:
            yield watched, server


async def test_two_processes_do_not_spend_the_last_of_a_budget_both() -> None:
    spending = Spendings()
    async with budgeted(spending) as (one, _), budgeted(spending) as (other, _):
        answers = await asyncio.gather(
            *(each.router.ask(question()) for each in (one, other) for _ in range(3)), return_exceptions=True
        )
    over = [each for each in answers if isinstance(each, ModelUnavailable)]
    assert len(over) == 5
    assert {each.code for each in over} == {ModelOverBudget.code}
    assert over[0].message == "was not asked: the 0.004099 USD a day for models are spent"


async def test_what_a_call_did_not_cost_is_given_back_and_what_nobody_knows_is_not() -> None:
    spending = Spendings()
    async with budgeted(spending, Decimal(1)) as (subject, server):
        await subject.router.ask(question())
        assert await subject.router.purse.spent("acme") == {"USD": Decimal("0.000003")}
        server.manners = Manners.BROKEN
        with pytest.raises(ModelUnavailable):
            await subject.router.ask(question())
        assert await subject.router.purse.spent("acme") == {"USD": Decimal("0.000003")}
        server.manners = Manners.HANGS
        asking = asyncio.create_task(subject.router.ask(question()))
        async with asyncio.timeout(5):
            while len(server.requests) < 4:  # noqa: ASYNC110  # what another end of a connection gets has no event
                await asyncio.sleep(0.01)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        assert await subject.router.purse.spent("acme") == {"USD": Decimal("0.000003") + Decimal("0.004098")}


async def test_where_nobody_can_say_what_was_spent_no_model_that_costs_is_asked() -> None:
    async with budgeted(Unreadable()) as (subject, server):
        with pytest.raises(ModelUnavailable, match="what models have cost today cannot be read"):
            await subject.router.ask(question())
        assert server.requests == []
        with on_behalf_of(Asker(tenant="globex", correlation="cor_1")):  # a tenant without a budget
            assert (await subject.router.ask(question())).model == "paid"


async def test_a_budget_begins_anew_at_midnight_utc() -> None:
    async with budgeted(Spendings()) as (subject, _):
        await subject.router.ask(question())
        with pytest.raises(ModelUnavailable, match="are spent"):
            await subject.router.ask(question())
        subject.clock.move(86_400)
        assert (await subject.router.ask(question())).model == "paid"


async def test_nobody_counts_as_asked_where_the_asker_has_nothing_left() -> None:
    async def spent() -> None:
        raise ModelUnavailable("is left alone: no tokens are left")

    async with budgeted(Spendings()) as (subject, server):
        subject.router._terms = replace(subject.router._terms, allowed=spent)
        with pytest.raises(ModelUnavailable) as refused:
            await subject.router.ask(question())
    assert refused.value.tried == ()  # so that the log tells of no prompt that was sent
    assert server.requests == []


async def test_the_embedded_interpreter_answers_once_the_money_is_spent_and_says_so() -> None:
    async with budgeted(Spendings(), Decimal("0.001")) as (subject, server):
        reader = ModelUnderstanding(
            Purposed(subject.router, INTERPRETATION),
            FakeUnderstanding(),
            breaker=Circuit("model"),
            clock=subject.clock,
            catalogue=CATALOGUE,
            capabilities=EVERY,
        )
        read = await reader.interpret("what is wrong with checkout?", Focus())
    assert (read.intent.brain, read.exchanges, server.requests) == ("embedded", (), [])
    assert read.intent.note == (
        "The model was not asked: the 0.001 USD a day for models are spent; "
        "I understood this with the embedded interpreter."
    )
