"""Helm releases: which revisions there were, and going back to one of them with everything that belongs to it."""

from typing import Annotated

from pydantic import Field

from memory.model.plan import Effect, Tier
from tools.capabilities.phrasings import helm as phrasings
from tools.capabilities.services import ServiceHere
from tools.contract import Arguments, Capability, EnvironmentName, ServiceName, Slot


class HelmRollback(Arguments):
    """A service whose release goes back to `revision`, or to the one before the current one."""

    service: ServiceName
    environment: EnvironmentName
    revision: Annotated[int, Field(ge=1, lt=2**31), Slot.NUMBER] | None = None


HELM_HISTORY = Capability(
    name="helm.history",
    title="Helm history",
    summary="The revisions of a service's Helm release: chart, version, when, and how each ended.",
    says="List the Helm revisions of {service} in {environment}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=ServiceHere,
    examples=phrasings.HELM_HISTORY,
)

HELM_ROLLBACK = Capability(
    name="helm.rollback",
    title="Helm rollback",
    summary="Take a service's Helm release back to an earlier revision, with everything that belongs to it.",
    says="Take the Helm release of {service} in {environment} back to revision {revision}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=HelmRollback,
    examples=phrasings.HELM_ROLLBACK,
)

EVERY = (HELM_HISTORY, HELM_ROLLBACK)
