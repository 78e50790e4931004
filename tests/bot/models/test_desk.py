"""The models as people see, check and try them."""

import pytest

from agents.model.fleet import Experiment, Fleet, Need, Rules
from bot.models.desk import ModelRoom
from bot.models.metering import Meters, TrialMeter
from memory.errors import InvalidInput, NotFound
from memory.store import Store
from tests.agents.model.routing import ANSWER, model, provider, question, routed
from tests.fakes.openai_server import Manners, openai_server
from tests.fakes.people import EVERYBODY
from tests.fakes.time import CountingIds, FakeClock
from tests.memory.model_calls import trial

ADA = EVERYBODY[0]
TRIAL = Experiment(name="smaller", need=Need.CLASSIFY, arms={"a": "one", "b": "two"})


async def test_people_see_what_there_is_how_it_fares_and_why_something_is_not_asked(store: Store) -> None:
    async with openai_server(lambda _: ANSWER) as server:
        providers = [provider("one", server, region="eu"), provider("two", server, region="us")]
        rules = Rules(regions=("eu",))
        async with routed(providers, rules=rules) as subject:
            await subject.router.ask(question())
            room = ModelRoom(
                subject.router.fleet, subject.router, subject.breakers, store, FakeClock(), CountingIds()
            )
            found = await room.models(ADA)
    assert [(each.name, each.calls, each.allowed) for each in found.models] == [
        ("one", 1, True),
        ("two", 0, False),
    ]
    assert found.models[1].why_not == "it is in us, not in eu"
    assert found.spent_today == "0.0000 USD"


async def test_a_text_is_tried_and_tells_what_it_took_and_who_failed_before(store: Store) -> None:
    async with openai_server(lambda _: ANSWER) as server, openai_server(manners=Manners.BROKEN) as broken:
        providers = [provider("one", broken), provider("two", server)]
        async with routed(providers, rules=Rules(order=("one", "two"))) as subject:
            room = ModelRoom(
                subject.router.fleet, subject.router, subject.breakers, store, FakeClock(), CountingIds()
            )
            tried = await room.try_(ADA, "hello", "")
            assert (tried.model, tried.input_tokens) == ("two", 1)
            assert tried.missed == ("one answered with an error (500)",)
            assert tried.first_token_s is not None
            with pytest.raises(NotFound, match="one, two"):
                await room.try_(ADA, "hello", "three")
            with pytest.raises(InvalidInput):
                await room.try_(ADA, " ", "")


async def test_a_house_without_models_says_so(store: Store) -> None:
    room = ModelRoom(Fleet(), None, {}, store, FakeClock(), CountingIds())
    assert (await room.models(ADA)).models == ()
    assert (await room.check(ADA)).items == ()
    with pytest.raises(NotFound):
        await room.try_(ADA, "hello", "")


async def test_calls_of_an_experiment_are_kept_and_evaluated(store: Store) -> None:
    async with openai_server() as server:
        providers = [provider("one", server), provider("two", server)]
        fleet = Fleet(
            providers=tuple(providers), models=(model("one", "one"), model("two", "two")), experiments=(TRIAL,)
        )
    meter = Meters((TrialMeter(store),))
    for number in range(3):
        await meter.called(trial(ADA.tenant, f"call_{number}"))
    await meter.called(trial(ADA.tenant, "cached").model_copy(update={"cached": True}))
    room = ModelRoom(fleet, None, {}, store, FakeClock(), CountingIds())
    verdict = await room.experiment(ADA, "smaller")
    assert [(arm.arm, arm.calls) for arm in verdict.arms] == [("a", 3), ("b", 0)]
    with pytest.raises(NotFound, match="smaller"):
        await room.experiment(ADA, "larger")
