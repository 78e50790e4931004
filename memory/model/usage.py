"""What Quarterdeck itself takes: turns, calls of models and of tools, with their time, tokens and money."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from memory.model.value import Identifier, Moment, Value

Tokens = Annotated[int, Field(ge=0, le=10**12)]
Milliseconds = Annotated[int, Field(ge=0, lt=2**53)]


class UsageKind(StrEnum):
    """What was used."""

    TURN = "turn"  # a message answered
    MODEL = "model"  # a language model asked
    TOOL = "tool"  # a tool called


class UsageFact(Value):
    """One thing that was used, once by its id. It is never changed.

    `name` is the model, the tool, or the kind of reply. `cost` is what is charged for it, by the price in force at
    `at`; None where it has no price. Nothing here is anybody's words.
    """

    id: Identifier
    tenant: Identifier
    at: Moment
    kind: UsageKind
    person: str = ""
    surface: str = ""
    correlation: str = ""
    purpose: str = ""
    provider: str = ""
    name: str = Field(max_length=200)
    ok: bool = True
    milliseconds: Milliseconds = 0
    input_tokens: Tokens = 0
    output_tokens: Tokens = 0
    cached_tokens: Tokens = 0
    cost: Decimal | None = Field(default=None, ge=0)
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")


class UsageBy(StrEnum):
    """What usage is told apart by."""

    DAY = "day"
    PERSON = "person"
    SURFACE = "surface"
    MODEL = "model"
    TOOL = "tool"
    PURPOSE = "purpose"


class UsageLine(Value):
    """What one group used. `unpriced` are calls of models without a price: the cost is not all of it then."""

    key: str
    turns: int = 0
    model_calls: int = 0
    tool_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    milliseconds: int = 0
    costs: dict[str, Decimal] = Field(default_factory=dict)  # by currency
    unpriced: int = 0
