"""Looking at what was billed. Known where bills come from somewhere."""

from typing import Annotated

from pydantic import Field

from memory.model.plan import Effect, Tier
from tools.capabilities.phrasings import costs as phrasings
from tools.contract import Arguments, Capability, Slot

LONGEST = 2000


class CostQuestion(Arguments):
    """A question in the person's own words. `after` are the questions before it that it leans on, a line each."""

    question: Annotated[str, Field(min_length=1, max_length=LONGEST), Slot.MATTER]
    after: Annotated[str, Field(max_length=4 * LONGEST)] = ""


COST_ASK = Capability(
    name="cost.ask",
    title="Costs",
    summary="What was spent on what, when, by whom, and why it changed, from the bills; exact to the cent.",
    says="Look up in the bills: {question}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=CostQuestion,
    examples=phrasings.COST_ASK,
)

EVERY = (COST_ASK,)
