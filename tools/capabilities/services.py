"""Looking at services, and restarting or resizing them."""

from typing import Annotated

from pydantic import Field

from memory.model.plan import Effect, Tier
from tools.capabilities.phrasings import services as phrasings
from tools.contract import (
    Arguments,
    Capability,
    EnvironmentName,
    ServiceName,
    Severity,
    Slot,
    WindowText,
)


class Nothing(Arguments):
    """No arguments."""


class OneService(Arguments):
    """A service."""

    service: ServiceName


class ServiceOverTime(Arguments):
    """A service over a range of time."""

    service: ServiceName
    environment: EnvironmentName | None = None
    window: WindowText = "1h"


class ServiceHere(Arguments):
    """A service in one environment."""

    service: ServiceName
    environment: EnvironmentName


class Scaling(Arguments):
    """A service and how many replicas it shall have."""

    service: ServiceName
    environment: EnvironmentName
    replicas: Annotated[int, Field(ge=0, le=1000), Slot.NUMBER]


class LogSearch(Arguments):
    """Which log lines to show."""

    service: ServiceName
    contains: Annotated[str, Field(max_length=200), Slot.TEXT] | None = None
    level: Annotated[Severity | None, Slot.SEVERITY] = None
    window: WindowText = "1h"


STATUS_DIGEST = Capability(
    name="status.digest",
    title="How are things",
    summary="Services, alerts, recent changes, spend, and what needs a person.",
    says="Show how things are",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=Nothing,
    examples=phrasings.STATUS_DIGEST,
)

SERVICE_HEALTH = Capability(
    name="service.health",
    title="Service health",
    summary="What is wrong with a service: errors, latency, traffic, alerts and recent changes, with evidence.",
    says="Look at the health of {service} over {window}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=ServiceOverTime,
    examples=phrasings.SERVICE_HEALTH,
)

SERVICE_LIST = Capability(
    name="service.list",
    title="Services",
    summary="The services of the catalogue.",
    says="List the services",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=Nothing,
    examples=phrasings.SERVICE_LIST,
)

SERVICE_DESCRIBE = Capability(
    name="service.describe",
    title="About a service",
    summary="Who owns a service, which version and how many replicas run, and what it leans on.",
    says="Describe {service}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=OneService,
    examples=phrasings.SERVICE_DESCRIBE,
)

SERVICE_RESTART = Capability(
    name="service.restart",
    title="Restart",
    summary="Restart a service's processes one after another.",
    says="Restart {service} in {environment}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=ServiceHere,
    examples=phrasings.SERVICE_RESTART,
)

SERVICE_SCALE = Capability(
    name="service.scale",
    title="Scale",
    summary="Set how many replicas of a service run.",
    says="Scale {service} in {environment} to {replicas} replicas",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=Scaling,
    examples=phrasings.SERVICE_SCALE,
)

LOGS_SEARCH = Capability(
    name="logs.search",
    title="Logs",
    summary="A service's recent log lines, all or those that contain a text.",
    says="Search the logs of {service} over {window}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=LogSearch,
    examples=phrasings.LOGS_SEARCH,
)

EVERY = (
    STATUS_DIGEST,
    SERVICE_HEALTH,
    SERVICE_LIST,
    SERVICE_DESCRIBE,
    SERVICE_RESTART,
    SERVICE_SCALE,
    LOGS_SEARCH,
)
