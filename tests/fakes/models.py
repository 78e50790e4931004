"""A desk of two language models in memory, of which one may not be asked and one provider is not well."""

from agents.model.trial import ArmResult, Verdict
from bot.surfaces.models import HealthView, ModelsView, ModelView, ProviderHealth, ProviderView, Tried
from memory.errors import ModelUnavailable, NotFound
from memory.model.people import Principal

SMALL = ModelView(
    name="small",
    provider="here",
    size="small",
    context=32_768,
    tools=True,
    json_schema=True,
    input_price="0.1",
    output_price="0.4",
    currency="USD",
    calls=12,
    success=0.98,
    seconds=0.41,
    allowed=True,
)
LARGE = SMALL.model_copy(
    update={"name": "large", "provider": "cloud", "size": "large", "calls": 0, "seconds": None, "allowed": False}
    | {"why_not": "it is in us, not in eu"}
)
HERE = ProviderView(
    name="here",
    runtime="vllm",
    address="http://vllm:8000/v1",
    region="eu",
    trust=90,
    up=True,
    looked_at="2026-11-21T03:20:00+00:00",
    looked_s=0.012,
)
CLOUD = HERE.model_copy(
    update={"name": "cloud", "runtime": "openai", "left_alone_until": "2026-11-21T03:20:10+00:00"}
    | {"up": False, "problem": "it refuses connections", "looked_s": 3.0}
)
ARM = ArmResult(
    arm="a", model="small", calls=40, answered=1.0, low=0.91, high=1.0, p50_s=0.4, p95_s=0.9, tokens=80, cost=0.01
)


class FakeModelDesk:
    """Answers every text with itself. `away` is whether no model answers."""

    def __init__(self) -> None:
        self.away = False

    async def models(self, principal: Principal) -> ModelsView:
        return ModelsView(
            providers=(HERE, CLOUD), models=(SMALL, LARGE), spent_today="0.0123", experiments=("smaller",)
        )

    async def check(self, principal: Principal) -> HealthView:
        well = ProviderHealth(
            provider="here", runtime="vllm", well=True, seconds=0.02, models=("small",), metrics={"waiting": 1.0}
        )
        ill = ProviderHealth(
            provider="cloud", runtime="openai", well=False, problem="it does not answer", seconds=3.0
        )
        return HealthView(items=(well, ill))

    async def try_(self, principal: Principal, text: str, model: str) -> Tried:
        if self.away:
            raise ModelUnavailable("small did not answer in 4 s")
        return Tried(
            model=model or "small",
            text=text,
            seconds=0.4,
            first_token_s=0.1,
            input_tokens=3,
            output_tokens=2,
            cost="0.000001",
            missed=("large refused to answer",),
        )

    async def experiment(self, principal: Principal, name: str) -> Verdict:
        if name != "smaller":
            raise NotFound(f"expected one of the experiments smaller, found {name}")
        return Verdict(experiment=name, says="No difference can be shown.", arms=(ARM,))
