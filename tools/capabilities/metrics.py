"""Looking at numbers over time."""

from typing import Annotated

from pydantic import Field

from memory.model.plan import Effect, Tier
from tools.capabilities.phrasings import metrics as phrasings
from tools.contract import Arguments, Capability, EnvironmentName, ServiceName, Signal, Slot, WindowText


class SignalOverTime(Arguments):
    """One signal of one service over a range of time."""

    service: ServiceName
    signal: Annotated[Signal, Slot.SIGNAL]
    environment: EnvironmentName | None = None
    window: WindowText = "1h"


class PromQL(Arguments):
    """A PromQL expression; with a window it is evaluated over it, without one at this moment."""

    query: Annotated[str, Field(min_length=1, max_length=2000), Slot.QUERY]
    window: WindowText | None = None


class NameFilter(Arguments):
    """Which metric names to list."""

    contains: Annotated[str, Field(max_length=200), Slot.TEXT] | None = None


class TargetHealth(Arguments):
    """Which scrape targets to list."""

    health: Annotated[str | None, Field(pattern=r"^(up|down)$"), Slot.STATE] = None


METRICS_SIGNAL = Capability(
    name="metrics.signal",
    title="A signal of a service",
    summary="Error rate, latency, traffic, availability, CPU or memory of a service, as a number and a chart.",
    says="Show {signal} of {service} over {window}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=SignalOverTime,
    examples=phrasings.METRICS_SIGNAL,
)

METRICS_QUERY = Capability(
    name="metrics.query",
    title="PromQL",
    summary="Evaluate a PromQL expression as it is.",
    says="Evaluate {query}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=PromQL,
    examples=phrasings.METRICS_QUERY,
)

METRICS_NAMES = Capability(
    name="metrics.names",
    title="Metric names",
    summary="The names of the metrics that exist, all or those that contain a text.",
    says="List metric names",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=NameFilter,
    examples=phrasings.METRICS_NAMES,
)

TARGETS_LIST = Capability(
    name="targets.list",
    title="Scrape targets",
    summary="What is scraped, and which targets are down.",
    says="List the scrape targets",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=TargetHealth,
    examples=phrasings.TARGETS_LIST,
)

EVERY = (METRICS_SIGNAL, METRICS_QUERY, METRICS_NAMES, TARGETS_LIST)
