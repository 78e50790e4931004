"""A router over fake providers on real HTTP, with everything that watches it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from agents.model.chat import OpenAIChat
from agents.model.counting import Counter
from agents.model.fleet import Experiment, Fleet, Model, Need, Provider, Rules, Size
from agents.model.meter import BoundedMeter
from agents.model.question import OfferedTool, Question, Said, Speaker
from agents.model.router import Router, Terms
from agents.model.spending import Spending
from agents.profiles import NOTHING_HIDDEN, Redaction
from agents.prompts import prompt
from memory.model.model_call import ModelCall
from tests.fakes.observer import NOW
from tests.fakes.openai_server import FakeOpenAI
from tests.fakes.time import CountingIds, FakeClock
from tools.http import Circuit

ANSWER: dict[str, Any] = {"kind": "smalltalk", "tool": "", "arguments": {}, "question": "", "confidence": 0.9}


def question(text: str = "hello", need: Need = Need.CLASSIFY, **given: Any) -> Question:
    """Return a question of one line."""
    lines = (Said(speaker=Speaker.PERSON, text=text),)
    return Question(purpose="interpretation", need=need, prompt=prompt("interpret"), lines=lines, **given)


def tool(name: str = "look") -> OfferedTool:
    """Return a tool of one argument."""
    schema = {"type": "object", "properties": {"where": {"type": "string"}}}
    return OfferedTool(name=name, description="Looks.", parameters=schema)


def provider(name: str, server: FakeOpenAI, **given: Any) -> Provider:
    """Return a provider that the fake stands for."""
    return Provider(name=name, base_url=server.base_url, **{"timeout_s": 3.0, **given})


@dataclass
class Watched:
    """A router, what it counted, and how long it paused."""

    router: Router
    meter: BoundedMeter
    breakers: dict[str, Circuit]
    clock: FakeClock
    paused: list[float] = field(default_factory=list)

    def calls(self, tenant: str = "acme") -> tuple[ModelCall, ...]:
        return self.meter.calls(tenant)

    def outcomes(self) -> list[tuple[str, str]]:
        return [(call.model, call.outcome.value) for call in self.calls()]


@asynccontextmanager
async def routed(  # noqa: PLR0913  # everything a router is made of
    providers: Sequence[Provider],
    models: Sequence[Model] = (),
    *,
    rules: Rules = Rules(),  # noqa: B008  # frozen
    experiments: Sequence[Experiment] = (),
    tenants: dict[str, Rules] | None = None,
    budget_s: float = 8.0,
    threshold: int = 3,
    rest_s: float = 60,
    redaction: Redaction = NOTHING_HIDDEN,
    spending: Spending | None = None,
) -> AsyncIterator[Watched]:
    """Open a router; without models, one of each provider, of its name, priced as 1 and 2 a million tokens."""
    made = tuple(models) or tuple(model(each.name, each.name) for each in providers)
    fleet = Fleet(
        providers=tuple(providers), models=made, rules=rules, tenants=tenants or {}, experiments=tuple(experiments)
    )
    chats = {each.name: OpenAIChat(fleet.provider_of(each), each) for each in fleet.models}
    breakers = {each.name: Circuit(each.name, threshold=threshold, rest_s=rest_s) for each in providers}
    meter, clock, paused = BoundedMeter(), FakeClock(NOW), list[float]()

    async def pause(seconds: float) -> None:
        paused.append(seconds)

    terms = Terms(tenant="acme", redaction=redaction, budget_s=budget_s, pause=pause)
    router = Router(fleet, chats, breakers, Counter(meter, clock, CountingIds()), terms, spending)
    for chat in chats.values():
        await chat.loaded()
    try:
        yield Watched(router, meter, breakers, clock, paused)
    finally:
        await router.close()


def model(name: str, of: str, size: Size = Size.SMALL, price: int = 1, **given: Any) -> Model:
    """Return a model with a price for what goes in, and twice that for what comes out."""
    return Model(
        name=name,
        provider=of,
        size=size,
        context=100_000,
        input_price=Decimal(price),
        output_price=Decimal(2 * price),
        **given,
    )
