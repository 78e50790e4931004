"""What only a Kubernetes cluster has: rollouts that are held and let go on, pods, events, nodes.

Releases, restarts and scaling are what every house knows; a cluster serves those too.
"""

from typing import Annotated

from pydantic import Field

from memory.model.plan import Effect, Tier
from tools.capabilities.phrasings import kubernetes as phrasings
from tools.capabilities.services import ServiceHere
from tools.contract import Arguments, Capability, EnvironmentName, ServiceName, Slot, WindowText

NodeName = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", max_length=253), Slot.IDENTIFIER]


class EventFilter(Arguments):
    """Whose events to list, and how far back."""

    service: ServiceName
    environment: EnvironmentName
    window: WindowText = "1h"


class Nodes(Arguments):
    """The nodes of the cluster an environment runs in."""

    environment: EnvironmentName


Amount = Annotated[str, Field(pattern=r"^([0-9]+(\.[0-9]+)?(m|k|M|G|Ki|Mi|Gi)?)?$", max_length=20)]


class Resizing(Arguments):
    """What each replica of a service shall request, as Kubernetes writes it: "250m", "512Mi". Empty: as it is."""

    service: ServiceName
    environment: EnvironmentName
    cpu: Amount = ""
    memory: Amount = ""


class OneNode(Arguments):
    """A node of the cluster an environment runs in."""

    node: NodeName
    environment: EnvironmentName


ROLLOUT_STATUS = Capability(
    name="rollout.status",
    title="Rollout",
    summary="How far a rollout has come: which share of the wanted replicas runs the wanted version and answers.",
    says="Look how far the rollout of {service} in {environment} has come",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=ServiceHere,
    examples=phrasings.ROLLOUT_STATUS,
)

ROLLOUT_DESCRIBE = Capability(
    name="rollout.describe",
    title="About a Deployment",
    summary="A Deployment as the cluster has it: images, strategy, conditions, and the revisions to go back to.",
    says="Describe the Deployment of {service} in {environment}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=ServiceHere,
    examples=phrasings.ROLLOUT_DESCRIBE,
)

ROLLOUT_PAUSE = Capability(
    name="rollout.pause",
    title="Pause a rollout",
    summary="Hold a rollout where it is: nothing further is replaced until it goes on.",
    says="Pause the rollout of {service} in {environment}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=ServiceHere,
    examples=phrasings.ROLLOUT_PAUSE,
)

ROLLOUT_RESUME = Capability(
    name="rollout.resume",
    title="Resume a rollout",
    summary="Let a paused rollout go on.",
    says="Resume the rollout of {service} in {environment}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=ServiceHere,
    examples=phrasings.ROLLOUT_RESUME,
)

SERVICE_RESIZE = Capability(
    name="service.resize",
    title="Resize",
    summary="Change how much CPU and memory each replica of a service requests; its pods are replaced.",
    says="Have each replica of {service} in {environment} request {cpu} of CPU and {memory} of memory",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=Resizing,
    examples=phrasings.SERVICE_RESIZE,
)

PODS_LIST = Capability(
    name="pods.list",
    title="Pods",
    summary="A service's pods: which are ready, what they run, how often they were restarted, what they wait for.",
    says="List the pods of {service} in {environment}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=ServiceHere,
    examples=phrasings.PODS_LIST,
)

PODS_LOGS = Capability(
    name="pods.logs",
    title="Crash logs",
    summary="The last lines of a service's containers, and what those that crashed wrote before they did.",
    says="Show the last container logs of {service} in {environment}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=ServiceHere,
    examples=phrasings.PODS_LOGS,
)

EVENTS_LIST = Capability(
    name="events.list",
    title="Cluster events",
    summary="What the cluster reports about a service: failed pulls, crashes, evictions, scheduling.",
    says="List the cluster's events of {service} in {environment} over {window}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=EventFilter,
    examples=phrasings.EVENTS_LIST,
)

NODE_LIST = Capability(
    name="node.list",
    title="Nodes",
    summary="The nodes of a cluster: which are ready, which take no new pods.",
    says="List the nodes of {environment}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=Nodes,
    examples=phrasings.NODE_LIST,
)

NODE_PODS = Capability(
    name="node.pods",
    title="Pods of a node",
    summary="What runs on a node, and how many of its pods draining would move.",
    says="Look what runs on {node} in {environment}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=OneNode,
    examples=phrasings.NODE_PODS,
)

NODE_CORDON = Capability(
    name="node.cordon",
    title="Cordon",
    summary="Let a node take no new pods; those it has stay.",
    says="Cordon {node} in {environment}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=OneNode,
    examples=phrasings.NODE_CORDON,
)

NODE_UNCORDON = Capability(
    name="node.uncordon",
    title="Uncordon",
    summary="Let a node take new pods again.",
    says="Uncordon {node} in {environment}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=OneNode,
    examples=phrasings.NODE_UNCORDON,
)

NODE_DRAIN = Capability(
    name="node.drain",
    title="Drain",
    summary="Cordon a node and evict its pods, as far as disruption budgets allow, so that they start elsewhere.",
    says="Drain {node} in {environment}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=OneNode,
    examples=phrasings.NODE_DRAIN,
)

EVERY = (
    ROLLOUT_STATUS,
    ROLLOUT_DESCRIBE,
    ROLLOUT_PAUSE,
    ROLLOUT_RESUME,
    SERVICE_RESIZE,
    PODS_LIST,
    PODS_LOGS,
    EVENTS_LIST,
    NODE_LIST,
    NODE_PODS,
    NODE_CORDON,
    NODE_UNCORDON,
    NODE_DRAIN,
)
