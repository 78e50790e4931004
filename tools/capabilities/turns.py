"""Talking about the talk itself: what waits, accepting or dropping a suggestion, asking why, asking for help.

`turn.accept` never approves a plan: words only make the plan that was suggested, buttons approve it.
"""

from typing import Annotated

from pydantic import Field

from memory.model.plan import Effect, Tier
from tools.capabilities.phrasings import turns as phrasings
from tools.capabilities.services import Nothing
from tools.contract import Arguments, Capability, Slot


class RunFilter(Arguments):
    """Which plans to list."""

    state: Annotated[str, Field(pattern=r"^(waiting|running|finished|all)$"), Slot.STATE] = "waiting"


RUNS_LIST = Capability(
    name="runs.list",
    title="Plans",
    summary="Plans that wait for approval, run or are finished.",
    says="List plans",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=RunFilter,
    examples=phrasings.RUNS_LIST,
)

TURN_ACCEPT = Capability(
    name="turn.accept",
    title="Do it",
    summary="Make the plan that was just suggested.",
    says="Take up the suggestion",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=Nothing,
    examples=phrasings.TURN_ACCEPT,
)

TURN_DISMISS = Capability(
    name="turn.dismiss",
    title="Never mind",
    summary="Drop the suggestion or the open question; withdraw the plan that waits.",
    says="Drop it",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=Nothing,
    examples=phrasings.TURN_DISMISS,
)

TURN_EXPLAIN = Capability(
    name="turn.explain",
    title="Why",
    summary="Why the last answer or decision is what it is: evidence, policies, what was considered and not done.",
    says="Explain the last answer",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=Nothing,
    examples=phrasings.TURN_EXPLAIN,
)

TURN_HELP = Capability(
    name="turn.help",
    title="Help",
    summary="What Quarterdeck can do.",
    says="Show help",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=Nothing,
    examples=phrasings.TURN_HELP,
)

EVERY = (RUNS_LIST, TURN_ACCEPT, TURN_DISMISS, TURN_EXPLAIN, TURN_HELP)
