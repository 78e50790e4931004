"""How sure an approval has to be, and who may go ahead alone, by tier, effect and environment. Pure values.

They stand beside the policies and only ever ask for more: whether a call may be made at all, policy says.
"""

from collections.abc import Iterable
from datetime import timedelta

from pydantic import Field

from memory.model.approval import Assurance
from memory.model.people import Role
from memory.model.plan import Effect, Tier
from memory.model.value import Identifier, Value

LOOKS = frozenset({Effect.READ})


class Requirement(Value):
    """What is asked of calls of these tiers and effects in these environments; an empty list means all of them.

    `break_glass` lists the roles that may go ahead without the approvals that are missing, within the window.
    """

    tiers: tuple[Tier, ...] = ()
    effects: tuple[Effect, ...] = ()
    environments: tuple[Identifier, ...] = ()
    assurance: Assurance = Assurance.CHAT
    break_glass: tuple[Role, ...] = ()
    window_minutes: int = Field(default=15, ge=1, le=240)

    def covers(self, place: "Place") -> bool:
        """Return whether it is about such a call."""
        return (
            (not self.tiers or place.tier in self.tiers)
            and (not self.effects or place.effect in self.effects)
            and (not self.environments or place.environment in self.environments)
        )


class Place(Value):
    """What of a call decides which requirements it falls under."""

    tier: Tier | None
    effect: Effect
    environment: str = ""


class Asked(Value):
    """What is asked of the approvals of one plan: its most demanding call decides."""

    assurance: Assurance = Assurance.CHAT
    break_glass: frozenset[Role] = frozenset()
    window: timedelta = timedelta(0)


def asked(requirements: Iterable[Requirement], places: Iterable[Place]) -> Asked:
    """Return what is asked of a plan with these calls. Whoever may go ahead alone may do so for every one of them.

    Calls that only look ask for nothing. Of requirements that say different things, the stricter counts.
    """
    found = tuple(requirements)
    acting = [tuple(each for each in found if each.covers(place)) for place in places if place.effect not in LOOKS]
    every = [each for covering in acting for each in covering]
    roles = [frozenset(role for each in covering for role in each.break_glass) for covering in acting]
    windows = [each.window_minutes for each in every if each.break_glass]
    return Asked(
        assurance=max((each.assurance for each in every), key=Assurance.level, default=Assurance.CHAT),
        break_glass=frozenset.intersection(*roles) if roles else frozenset(),
        window=timedelta(minutes=min(windows, default=0)),
    )
