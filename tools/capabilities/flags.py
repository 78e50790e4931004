"""Feature flags."""

from typing import Annotated

from memory.model.plan import Effect, Tier
from memory.model.value import Identifier
from tools.capabilities.phrasings import flags as phrasings
from tools.contract import Arguments, Capability, ServiceName, Slot


class FlagFilter(Arguments):
    """Whose flags to list."""

    service: ServiceName | None = None


class FlagSetting(Arguments):
    """A flag and what it shall be."""

    flag: Annotated[Identifier, Slot.FLAG]
    enabled: Annotated[bool, Slot.SWITCH]


FLAGS_LIST = Capability(
    name="flags.list",
    title="Feature flags",
    summary="The feature flags and whether they are on.",
    says="List feature flags",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=FlagFilter,
    examples=phrasings.FLAGS_LIST,
)

FLAG_SET = Capability(
    name="flag.set",
    title="Switch a flag",
    summary="Switch a feature flag on or off.",
    says="Set flag {flag} to {enabled}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=FlagSetting,
    examples=phrasings.FLAG_SET,
)

EVERY = (FLAGS_LIST, FLAG_SET)
