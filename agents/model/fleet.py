"""The language models there are: who serves them and where, what they can, what they cost, and who may use which.

Values only. A fleet is checked as a whole when it is made, so that a name in it always leads somewhere.
"""

from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from memory.model.model_call import Currency
from memory.model.value import Identifier, Value

MILLION = 10**6  # tokens that a price is for
_Price = Annotated[Decimal, Field(ge=0, le=10_000)]


class Runtime(StrEnum):
    """What serves the models. Each speaks OpenAI's protocol; they differ in health checks and metrics."""

    OPENAI = "openai"
    AZURE = "azure"
    VLLM = "vllm"
    OLLAMA = "ollama"
    LLAMA_CPP = "llama.cpp"
    TENSORRT_LLM = "tensorrt-llm"
    TRITON = "triton"
    LITERT = "litert"


class Need(StrEnum):
    """What a call needs of a model."""

    CLASSIFY = "classify"  # short in, short out, now
    WRITE = "write"
    INVESTIGATE = "investigate"  # tools, and much to hold in mind


class Size(StrEnum):
    """How capable a model is, next to the others of its fleet."""

    SMALL = "small"
    LARGE = "large"


class Data(StrEnum):
    """What a prompt may hold, from least to most."""

    NAMES = "names"  # names of the catalogue, and a person's words
    EVIDENCE = "evidence"  # what tools saw: logs, metrics, alerts


class Provider(Value):
    """One endpoint. `base_url` is its API's root, `/v1` included where there is one.

    `region` and `trust` are yours to say. `timeout_s` bounds one answer from first byte to last. `api_version` is
    Azure's, and needed there.
    `health_url` and `metrics_url` are those of its runtime where they are left out.
    """

    name: Identifier
    runtime: Runtime = Runtime.OPENAI
    base_url: str = Field(pattern=r"^https?://[^\s@]+$")
    region: str = Field(default="", max_length=60)
    trust: int = Field(default=50, ge=0, le=100)
    data: Data = Data.EVIDENCE  # the most it may be sent
    timeout_s: float = Field(default=4.0, gt=0, le=300)
    api_version: str = ""
    api_key: SecretStr = Field(default=SecretStr(""), exclude=True)
    api_key_file: Path | None = None
    health_url: str = Field(default="", pattern=r"^(https?://[^\s@]+)?$")
    metrics_url: str = Field(default="", pattern=r"^(https?://[^\s@]+)?$")

    @model_validator(mode="after")
    def _versioned(self) -> Self:
        if (self.runtime is Runtime.AZURE) != bool(self.api_version):
            raise ValueError("api_version is given for azure, and for nothing else")
        return self


class Model(Value):
    """One model of a provider. `version` pins what `id` stands for, and goes into the log.

    Prices are for a million tokens. `context` is how many tokens it holds, question and answer together.
    """

    name: Identifier
    provider: Identifier
    id: str = Field(default="", max_length=120)  # the provider's own name for it; empty: `name`
    version: str = Field(default="", max_length=60)
    size: Size = Size.SMALL
    context: int = Field(default=8192, ge=512, le=10**8)
    tools: bool = True
    json_schema: bool = True
    input_price: _Price | None = None
    cached_price: _Price | None = None  # of what the provider reads from its own cache; unset: `input_price`
    output_price: _Price | None = None
    currency: Currency = "USD"

    @property
    def served_as(self) -> str:
        """Return the name that the provider knows."""
        return self.id or self.name

    @property
    def free(self) -> bool:
        """Return whether it is known to cost nothing."""
        return self.input_price == 0 == self.output_price

    def cost(self, given: int, cached: int, answered: int) -> Decimal | None:
        """Return what so many tokens cost, `cached` being among those `given`; None where it has no price."""
        if self.input_price is None or self.output_price is None:
            return None
        again = self.input_price if self.cached_price is None else self.cached_price
        fresh = max(0, given - cached)
        return (self.input_price * fresh + again * min(cached, given) + self.output_price * answered) / MILLION


class Rules(Value):
    """What one tenant's prompts may be sent to, and in which order of preference.

    `order` names models, by need where `by_need` has one; without it, cost, speed and success decide.
    Empty `regions`: anywhere. `most_cost` is in `currency` of the models, for a day.
    """

    order: tuple[Identifier, ...] = ()
    by_need: dict[Need, tuple[Identifier, ...]] = Field(default_factory=dict)
    regions: tuple[str, ...] = ()
    least_trust: int = Field(default=0, ge=0, le=100)
    least_trust_for_evidence: int = Field(default=0, ge=0, le=100)
    never: tuple[Identifier, ...] = ()  # models
    most_cost: Decimal | None = Field(default=None, ge=0)


class Experiment(Value):
    """Two or more models tried side by side, for one need; `share` is how many of a hundred people take part."""

    name: Identifier
    need: Need
    arms: dict[Identifier, Identifier]  # an arm's name to a model
    share: int = Field(default=100, ge=0, le=100)
    salt: str = Field(default="", max_length=60)

    @model_validator(mode="after")
    def _compares(self) -> Self:
        if len(self.arms) < 2:  # noqa: PLR2004  # to compare takes two
            raise ValueError(f"experiment {self.name} needs two arms at least")
        return self


class Fleet(Value):
    """Every provider and model, what each tenant may use, and what is being tried. Empty: no language model."""

    providers: tuple[Provider, ...] = ()
    models: tuple[Model, ...] = ()
    rules: Rules = Rules()
    tenants: dict[Identifier, Rules] = Field(default_factory=dict)
    experiments: tuple[Experiment, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for kind, names in (
            ("provider", [each.name for each in self.providers]),
            ("model", [each.name for each in self.models]),
            ("experiment", [each.name for each in self.experiments]),
        ):
            if len(set(names)) < len(names):
                raise ValueError(f"every {kind} needs a name of its own")
        providers = {each.name for each in self.providers}
        models = {each.name for each in self.models}
        for model in self.models:
            _known(model.provider, providers, f"the provider of model {model.name}")
        for rules in (self.rules, *self.tenants.values()):
            for name in (
                *rules.order,
                *rules.never,
                *(each for named in rules.by_need.values() for each in named),
            ):
                _known(name, models, "a model of the rules")
        for experiment in self.experiments:
            for name in experiment.arms.values():
                _known(name, models, f"a model of experiment {experiment.name}")
        return self

    def rules_of(self, tenant: str) -> Rules:
        """Return the rules of a tenant."""
        return self.tenants.get(tenant, self.rules)

    def model(self, name: str) -> Model | None:
        """Return the model of that name, None where there is none."""
        return next((each for each in self.models if each.name == name), None)

    def provider_of(self, model: Model) -> Provider:
        """Return who serves a model."""
        return next(each for each in self.providers if each.name == model.provider)


def _known(name: str, names: set[str], what: str) -> None:
    if name not in names:
        raise ValueError(f"expected {what} to be one of {', '.join(sorted(names)) or 'none'}, found {name}")
