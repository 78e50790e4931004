"""What surfaces ask of the language models: which there are, how they fare, what they say, what is tried."""

from typing import Protocol

from pydantic import Field

from agents.model.trial import Verdict
from memory.model.people import Principal
from memory.model.value import Value

LONGEST_TRY = 4000  # characters


class ModelView(Value):
    """One model as people see it. Prices are for a million tokens; `seconds` is None until it has answered."""

    name: str
    provider: str
    size: str
    context: int
    tools: bool
    json_schema: bool
    input_price: str | None
    output_price: str | None
    currency: str
    calls: int
    success: float
    seconds: float | None
    allowed: bool
    why_not: str = ""


class ProviderView(Value):
    """One provider as people see it, never with its key. `left_alone_until` is empty where it is asked now.

    `up` is None where it was not looked at; `looked_at` is when that was last, `looked_s` how long it took.
    """

    name: str
    runtime: str
    address: str
    region: str
    trust: int
    left_alone_until: str = ""
    up: bool | None = None
    problem: str = ""
    looked_at: str = ""
    looked_s: float | None = None


class ModelsView(Value):
    """The models there are. None at all: the embedded interpreter answers everything."""

    providers: tuple[ProviderView, ...] = ()
    models: tuple[ModelView, ...] = ()
    spent_today: str = ""  # by currency
    experiments: tuple[str, ...] = ()


class ProviderHealth(Value):
    """How a provider fared when it was asked. `metrics` are its own, by our names for them, such as `waiting`."""

    provider: str
    runtime: str
    well: bool
    problem: str = ""
    seconds: float
    models: tuple[str, ...] = ()
    metrics: dict[str, float] = Field(default_factory=dict)


class HealthView(Value):
    """How every provider fared."""

    items: tuple[ProviderHealth, ...]


class Tried(Value):
    """What a model said to a text, and what it took."""

    model: str
    text: str
    seconds: float
    first_token_s: float | None
    input_tokens: int | None
    output_tokens: int | None
    cost: str | None
    missed: tuple[str, ...] = ()  # what came of the models before it


class ModelDesk(Protocol):
    """Shows and tries the models. Nothing that is tried here can act."""

    async def models(self, principal: Principal) -> ModelsView:
        """Return what there is and how it fares."""

    async def check(self, principal: Principal) -> HealthView:
        """Ask every provider how it is."""

    async def try_(self, principal: Principal, text: str, model: str) -> Tried:
        """Put a text to a model, or to the one that fits best where none is named.

        Raises `InvalidInput`, `NotFound`, `ModelUnavailable`.
        """

    async def experiment(self, principal: Principal, name: str) -> Verdict:
        """Return what an experiment shows so far; raises `NotFound`."""
