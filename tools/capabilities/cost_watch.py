"""Costs that are watched: what stands out, what a month will come to, whether budgets last, what people expect.

Known where bills come from somewhere. Saying that a finding is expected changes our own notes, and is taken back.
"""

from typing import Annotated

from pydantic import Field

from memory.model.plan import Effect, Tier
from memory.model.watching import Again
from tools.capabilities.phrasings import cost_watch as phrasings
from tools.contract import Arguments, Capability

Which = Annotated[str, Field(max_length=300)]
By = Annotated[str, Field(pattern=r"^(|service|account|region|tag:.{1,200})$")]


class EveryOne(Arguments):
    """No arguments."""


class Outlooks(Arguments):
    """Of what a forecast is wanted: everything, or the largest by service, account, region or `tag:KEY`."""

    by: By = ""


class Expecting(Arguments):
    """Which finding is expected (its id, or what it is of; empty: the last one), when again, and why."""

    which: Which = ""
    again: Again = Again.ONCE
    reason: Annotated[str, Field(max_length=500)] = ""


class Unexpecting(Arguments):
    """Which finding is not expected after all."""

    which: Which = ""


COST_FINDINGS = Capability(
    name="cost.findings",
    title="What stands out in the bills",
    summary="Costs that are not as they were: since when, how much, the likely driver, and what to look at.",
    says="Show what stands out in the bills",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=EveryOne,
    examples=phrasings.COST_FINDINGS,
)

COST_OUTLOOK = Capability(
    name="cost.outlook",
    title="What it will come to",
    summary="What this month and the next three will cost, with the bounds that held in the past.",
    says="Forecast what will be spent (by: {by})",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=Outlooks,
    examples=phrasings.COST_OUTLOOK,
)

COST_BUDGETS = Capability(
    name="cost.budgets",
    title="Budgets",
    summary="What is spent of each budget, what it will come to, and the day on which it is used up.",
    says="Show how the budgets stand",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=EveryOne,
    examples=phrasings.COST_BUDGETS,
)

COST_EXPECT = Capability(
    name="cost.expect",
    title="That is expected",
    summary="Say that a finding in the bills is expected, so that it and what is alike are told no more.",
    says="Take as expected, {again}: {which} (reason: {reason})",
    effect=Effect.WRITE,
    tier=Tier.AUTONOMOUS,
    arguments=Expecting,
    ours=True,
    examples=phrasings.COST_EXPECT,
)

COST_UNEXPECT = Capability(
    name="cost.unexpect",
    title="Not expected after all",
    summary="Take back that a finding in the bills is expected, so that it is told again.",
    says="Take as expected no more: {which}",
    effect=Effect.WRITE,
    tier=Tier.AUTONOMOUS,
    arguments=Unexpecting,
    ours=True,
    examples=phrasings.COST_UNEXPECT,
)

EVERY = (COST_FINDINGS, COST_OUTLOOK, COST_BUDGETS, COST_EXPECT, COST_UNEXPECT)
