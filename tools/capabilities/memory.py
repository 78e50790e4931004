"""Asking what is remembered: what was seen before, and what fixed it then."""

from typing import Annotated

from pydantic import Field

from memory.model.plan import Effect, Tier
from tools.capabilities.phrasings import memory as phrasings
from tools.contract import Arguments, Capability, ServiceName, Slot


class Recollection(Arguments):
    """What is to be remembered; without anything, the incident that is under way."""

    about: Annotated[str, Field(max_length=2000), Slot.MATTER] | None = None
    service: ServiceName | None = None


MEMORY_RECALL = Capability(
    name="memory.recall",
    title="Seen before",
    summary="Similar incidents of the past: what is alike, what differs, what caused them and what fixed them.",
    says="Recall what was seen before of {service}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=Recollection,
    examples=phrasings.MEMORY_RECALL,
)

EVERY = (MEMORY_RECALL,)
