"""How sure an approval has to be at least, by tier, effect and environment, whatever policy says. Pure values.

They are a floor under the policies, which ask for levels themselves, and only ever ask for more.
"""

from collections.abc import Iterable

from pydantic import field_validator

from memory.model.approval import LADDER, Assurance
from memory.model.plan import Effect, Tier
from memory.model.value import Identifier, Value

LOOKS = frozenset({Effect.READ})


class Requirement(Value):
    """What is asked of calls of these tiers and effects in these environments; an empty list means all of them."""

    tiers: tuple[Tier, ...] = ()
    effects: tuple[Effect, ...] = ()
    environments: tuple[Identifier, ...] = ()
    assurance: Assurance = Assurance.CHAT

    @field_validator("assurance")
    @classmethod
    def _on_the_ladder(cls, assurance: Assurance) -> Assurance:
        if assurance not in LADDER:
            raise ValueError("at least a chat, a passkey or a key is asked for; policy refuses a spoken yes")
        return assurance

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


def asked(requirements: Iterable[Requirement], places: Iterable[Place]) -> Assurance:
    """Return what is asked of a plan with these calls: the most that any of them asks for.

    Calls that only look ask for nothing.
    """
    found = tuple(requirements)
    acting = [place for place in places if place.effect not in LOOKS]
    levels = [each.assurance for place in acting for each in found if each.covers(place)]
    return max(levels, key=Assurance.level, default=Assurance.CHAT)
