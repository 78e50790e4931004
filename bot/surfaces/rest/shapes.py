"""What requests and answers of the REST surface look like. What the domain has a word for is used as it is."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from bot.surfaces.inbound import LONGEST_TEXT
from memory.model.approval import Verdict
from memory.model.plan import Effect, Tier
from memory.model.run import Run
from memory.model.talk import Card
from memory.model.value import Digest, Identifier, JsonValue, Value

Cursor = Annotated[str | None, Query(max_length=400, description="`next_cursor` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200, description="Items on a page")]


class Form(BaseModel):
    """What a client sends. An unknown field is an error: a typo never changes what is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Stopped(Value):
    """What was asked in a thread is stopped."""

    thread: Identifier


class Ask(Form):
    """Words, as a person would type them."""

    text: str = Field(
        description=f"At most {LONGEST_TEXT} bytes of UTF-8",
        examples=["What is wrong with checkout?"],
    )
    thread: Identifier | None = Field(
        default=None, description="Where the conversation goes on; a new one begins without it", examples=["thr_9"]
    )
    id: Identifier | None = Field(
        default=None,
        description="Your own id for this message. Sent again, it gets the same reply.",
        examples=["m-1"],
    )


class Ballot(Form):
    """A yes or no to exactly one plan."""

    plan_digest: Digest = Field(description="The digest on the card you decided by")
    verdict: Verdict
    reason: str = Field(default="", max_length=1000, examples=["Error rate confirmed on the dashboard."])
    break_glass: bool = Field(default=False, description="Go ahead without the approvals that are missing")


class Withdrawal(Form):
    """Why a plan is taken back."""

    reason: str = Field(default="", max_length=1000)


class Steering(Form):
    """Why a run is paused, resumed or cancelled."""

    reason: str = Field(default="", max_length=1000)


class Ending(Steering):
    """Why a run is cancelled, and what becomes of what it did."""

    leave: bool = Field(default=False, description="Keep what was done instead of taking it back")


class RunView(Value):
    """A plan: its record, and the card as the caller sees it."""

    run: Run
    card: Card


class Ability(Value):
    """One thing Quarterdeck can do, and how people ask for it."""

    name: Identifier
    title: str
    summary: str
    effect: Effect
    tier: Tier | None
    arguments: dict[str, JsonValue] = Field(description="The arguments' JSON schema")
    examples: tuple[str, ...] = ()


class Abilities(Value):
    """Everything Quarterdeck can do here."""

    items: tuple[Ability, ...]
