"""Providers are looked at now and then: what is found is shown and counted, and nobody pays for it."""

import asyncio
from typing import Any

import pytest

from agents.model.fleet import Fleet, Provider, Runtime
from bot.models.desk import ModelRoom
from bot.models.probing import simplest
from bot.models.watching import ProviderWatch
from bot.telemetry import Metrics
from bot.wiring.models import LanguageModels
from memory.errors import ConnectorUnreachable
from memory.store import Store
from tests.agents.model.routing import ANSWER, provider, routed
from tests.fakes.openai_server import openai_server
from tests.fakes.people import EVERYBODY
from tests.fakes.time import CountingIds, FakeClock

ADA = EVERYBODY[0]


def watch(*providers: Provider, metrics: Metrics | None = None, every_s: float = 30) -> ProviderWatch:
    return ProviderWatch(providers, metrics or Metrics(), FakeClock(), every_s=every_s)


async def test_a_provider_that_falls_and_comes_back_is_counted_and_told_as_it_is() -> None:
    metrics = Metrics()
    async with openai_server() as server:
        subject = watch(Provider(name="here", runtime=Runtime.VLLM, base_url=server.base_url), metrics=metrics)
        assert await subject.said("here") == "not looked at yet"
        for up in (True, False, True):
            server.well = up
            await subject.look()
            assert f'quarterdeck_model_up{{provider="here"}} {float(up)}' in metrics.text().decode()
            seen = subject.seen("here")
            assert seen is not None
            assert f'quarterdeck_model_probe_seconds{{provider="here"}} {seen.seconds}' in metrics.text().decode()
            if up:
                assert (await subject.said("here")).startswith("up, answered in ")
            else:
                with pytest.raises(ConnectorUnreachable, match="503"):
                    await subject.said("here")
        assert server.requests == []  # no completion was ever asked for


@pytest.mark.parametrize("runtime", [each for each in Runtime if each is not Runtime.AZURE])
async def test_one_request_of_every_runtime_tells_whether_it_is_up(runtime: Runtime) -> None:
    async with openai_server() as server:
        here = Provider(name="here", runtime=runtime, base_url=server.base_url)
        subject = watch(here)
        await subject.look()
        found = subject.seen("here")
        address = server.base_url
    assert found is not None
    assert not found.problem
    await subject.look()
    gone = subject.seen("here")
    assert gone is not None
    assert gone.problem, f"{address} is gone"


def test_what_has_no_request_without_a_price_is_not_looked_at_and_neither_is_anything_where_that_is_off() -> None:
    azure = Provider(name="azure", runtime=Runtime.AZURE, base_url="https://a.example.com", api_version="1")
    here = Provider(name="here", base_url="http://127.0.0.1:1/v1")
    assert watch(azure, here).watched == ("here",)
    assert watch(here, every_s=0).watched == ()
    assert (
        simplest(azure.model_copy(update={"health_url": "https://a.example.com/up"})) == "https://a.example.com/up"
    )


async def test_readiness_tells_of_a_provider_and_does_not_wait_for_it() -> None:
    async with openai_server() as server:
        looking = watch(Provider(name="here", runtime=Runtime.VLLM, base_url=server.base_url))
        server.well = False
        await looking.look()
    nothing: Any = None
    models = LanguageModels(nothing, Fleet(), None, nothing, nothing, looking, nothing, FakeClock(), nothing)
    (probe,) = models.probes().values()
    assert list(models.probes()) == ["model here"]
    assert not probe.vital
    with pytest.raises(ConnectorUnreachable):
        await probe.check()


async def test_looks_go_on_a_little_apart_from_each_other() -> None:
    looks, enough = list[str](), asyncio.Event()

    async def reach(each: Provider) -> str:
        looks.append(each.name)
        if len(looks) > 1:
            enough.set()
        return ""

    here = Provider(name="here", base_url="http://127.0.0.1:1/v1")
    subject = ProviderWatch((here,), Metrics(), FakeClock(), every_s=0.001, reach=reach, chance=lambda: 1.0)
    keeping = asyncio.create_task(subject.keep())
    await asyncio.wait_for(enough.wait(), 5)
    keeping.cancel()
    assert set(looks) == {"here"}


async def test_people_see_who_is_not_up_and_a_breaker_heeds_answers_alone(store: Store) -> None:
    async with openai_server(lambda _: ANSWER) as server:
        here = provider("one", server)
        async with routed([here]) as subject:
            looking = watch(here)
            breaker = subject.breakers["one"]
            for _ in range(5):
                breaker.failed(ConnectorUnreachable("away"))
            await looking.look()
            room = ModelRoom(
                subject.router.fleet,
                subject.router,
                subject.breakers,
                store,
                FakeClock(),
                CountingIds(),
                watch=looking,
            )
            (found,) = (await room.models(ADA)).providers
    assert (found.up, found.problem) == (True, "")
    assert found.looked_at
    assert found.left_alone_until
