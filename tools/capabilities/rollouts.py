"""Feature flags by percentage, and bringing a flag back to exactly what it was: for systems that can do so."""

from typing import Annotated

from pydantic import Field

from memory.model.plan import Effect, Tier
from memory.model.value import Identifier
from tools.capabilities.phrasings import rollouts as phrasings
from tools.contract import Arguments, Capability, Slot

LONGEST_STATE = 20_000


class Rollout(Arguments):
    """A flag, and for how many of a hundred it shall be on."""

    flag: Annotated[Identifier, Slot.FLAG]
    percentage: Annotated[int, Field(ge=0, le=100), Slot.NUMBER]


class EarlierState(Arguments):
    """A flag and its whole earlier state, as JSON in the form of the system that has it."""

    flag: Annotated[Identifier, Slot.FLAG]
    state: Annotated[str, Field(max_length=LONGEST_STATE), Slot.TEXT]


FLAG_ROLLOUT = Capability(
    name="flag.rollout",
    title="Roll a flag out by percentage",
    summary="Switch a feature flag on for a percentage of users.",
    says="Roll flag {flag} out to {percentage} %",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=Rollout,
    examples=phrasings.FLAG_ROLLOUT,
)

FLAG_RESTORE = Capability(
    name="flag.restore",
    title="Bring a flag back",
    summary="Bring a feature flag back to exactly an earlier state.",
    says="Bring flag {flag} back to {state}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=EarlierState,
    examples=phrasings.FLAG_RESTORE,
)

EVERY = (FLAG_ROLLOUT, FLAG_RESTORE)
