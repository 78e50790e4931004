"""Argo CD applications: how they stand, going back, and whether they follow their source by themselves."""

from typing import Annotated

from pydantic import Field

from memory.model.plan import Effect, Tier
from tools.capabilities.phrasings import argocd as phrasings
from tools.capabilities.services import ServiceHere
from tools.contract import Arguments, Capability, EnvironmentName, ServiceName, Slot


class ArgoRollback(Arguments):
    """A service whose application goes back to `deployment`, an id of its history, or to the one before."""

    service: ServiceName
    environment: EnvironmentName
    deployment: Annotated[int, Field(ge=0, lt=2**31), Slot.NUMBER] | None = None


class AutoSync(Arguments):
    """Whether a service's application follows its source by itself."""

    service: ServiceName
    environment: EnvironmentName
    enabled: Annotated[bool, Slot.SWITCH]


ARGOCD_STATUS = Capability(
    name="argocd.status",
    title="Argo CD status",
    summary="How a service's Argo CD application stands: synced, healthy, and what it can go back to.",
    says="Look how the Argo CD application of {service} in {environment} stands",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=ServiceHere,
    examples=phrasings.ARGOCD_STATUS,
)

ARGOCD_ROLLBACK = Capability(
    name="argocd.rollback",
    title="Argo CD rollback",
    summary="Take a service's Argo CD application back to an earlier deployment, its auto-sync paused.",
    says="Take the Argo CD application of {service} in {environment} back to deployment {deployment}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=ArgoRollback,
    examples=phrasings.ARGOCD_ROLLBACK,
)

ARGOCD_AUTOSYNC = Capability(
    name="argocd.autosync",
    title="Argo CD auto-sync",
    summary="Let an Argo CD application follow its source by itself, or not.",
    says="Set auto-sync of {service} in {environment} to {enabled}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=AutoSync,
    examples=phrasings.ARGOCD_AUTOSYNC,
)

EVERY = (ARGOCD_STATUS, ARGOCD_ROLLBACK, ARGOCD_AUTOSYNC)
