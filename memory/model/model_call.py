"""One call of a language model as it is counted: what it was for, what it took, what it cost and how it ended."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from memory.model.value import Digest, Identifier, Moment, Value

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]  # ISO 4217
_Tokens = Annotated[int, Field(ge=0, le=10**9)]
_Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class CallOutcome(StrEnum):
    """How a call of a model ended, in the words every provider shares."""

    ANSWERED = "answered"
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    RATE_LIMITED = "rate_limited"
    FAILING = "failing"  # the provider's own error, 5xx
    REJECTED = "rejected"  # ours was wrong for it, 4xx
    DENIED = "denied"  # the key is not good, or not good for this
    REFUSED = "refused"  # the model would not say
    UNREADABLE = "unreadable"  # no form that can be read, or not the one that was asked for
    CANCELLED = "cancelled"


class Assignment(Value):
    """Which arm of which experiment a call fell to."""

    experiment: Identifier
    arm: Identifier


class ModelCall(Value):
    """One call of a model, `cached` where our own cache answered and no provider was asked (nothing is paid then).

    `input_tokens` holds `cached_tokens`, those the provider read from its cache. None: the provider did not say.
    `cost` is in `currency`, by the price list in force when the call began; None: the model has no price there.
    """

    id: Identifier
    tenant: Identifier
    person: Identifier | None = None  # None: nobody in particular asked
    correlation: Identifier
    purpose: Identifier
    provider: Identifier
    model: str
    prompt: Identifier
    prompt_sha256: Digest
    input_tokens: _Tokens | None = None
    output_tokens: _Tokens | None = None
    cached_tokens: _Tokens | None = None
    cost: Decimal | None = Field(default=None, ge=0)
    currency: Currency = "USD"
    began: Moment
    seconds: _Seconds
    first_token_s: _Seconds | None = None
    outcome: CallOutcome
    cached: bool = False
    assignment: Assignment | None = None
