"""Who is on call. Known where schedules are."""

from memory.model.plan import Effect, Tier
from tools.capabilities.phrasings import oncall as phrasings
from tools.contract import Arguments, Capability, ServiceName


class OnCallFor(Arguments):
    """For which service; None asks for every team."""

    service: ServiceName | None = None


ONCALL_WHO = Capability(
    name="oncall.who",
    title="On call",
    summary="Who is on call now, for a service or for every team.",
    says="Say who is on call for {service}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=OnCallFor,
    examples=phrasings.ONCALL_WHO,
)

EVERY = (ONCALL_WHO,)
