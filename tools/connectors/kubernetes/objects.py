"""The parts of Kubernetes objects that are read, as values. Fields this version does not know are ignored.

Everything in them comes from outside: names are held to their form, any other text is evidence or nothing.
"""

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from memory.model.value import JsonValue, Moment
from tools.http import read_as

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._:-]*[A-Za-z0-9])?$", max_length=253)]
Count = int | None  # a status leaves out what is zero
Texts = dict[str, str] | None
REVISION = "deployment.kubernetes.io/revision"
EARLIER = "deployment.kubernetes.io/revision-history"
CAUSE = "kubernetes.io/change-cause"


class Said(BaseModel):
    """A part of what the API server said."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class Owner(Said):
    """Who an object belongs to."""

    kind: str
    name: Name
    uid: str = ""
    controller: bool = False


class Meta(Said):
    """What every object has."""

    name: Name
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    generation: int = 0
    labels: Texts = None
    annotations: Texts = None
    creation_timestamp: Moment | None = None
    deletion_timestamp: Moment | None = None
    owner_references: tuple[Owner, ...] | None = None

    def controller(self) -> Owner | None:
        """Return what made this object and would make it again."""
        return next((owner for owner in self.owner_references or () if owner.controller), None)


class Condition(Said):
    """One thing that is so, or is not."""

    type: Name
    status: str
    reason: str = ""
    message: str = ""  # untrusted


class Expression(Said):
    """A requirement on a label."""

    key: str
    operator: str
    values: tuple[str, ...] = ()


class Selector(Said):
    """Which pods belong to something."""

    match_labels: Texts = None
    match_expressions: tuple[Expression, ...] | None = None

    def query(self) -> str:
        """Return it as a label selector in a query, such as `app=checkout,tier in (web)`."""
        words = {"In": "in", "NotIn": "notin"}
        parts = [f"{key}={value}" for key, value in sorted((self.match_labels or {}).items())]
        for each in self.match_expressions or ():
            if each.operator in words:
                parts.append(f"{each.key} {words[each.operator]} ({','.join(each.values)})")
            else:
                parts.append(each.key if each.operator == "Exists" else f"!{each.key}")
        return ",".join(parts)


class DeploymentSpec(Said):
    """What a Deployment shall be."""

    replicas: int = 1
    paused: bool = False
    revision_history_limit: int = 10
    selector: Selector
    template: dict[str, JsonValue]
    strategy: dict[str, JsonValue] = {}


class DeploymentStatus(Said):
    """What a Deployment is."""

    observed_generation: int = 0
    replicas: Count = None
    updated_replicas: Count = None
    ready_replicas: Count = None
    available_replicas: Count = None
    conditions: tuple[Condition, ...] | None = None


class Deployment(Said):
    """A Deployment."""

    metadata: Meta
    spec: DeploymentSpec
    status: DeploymentStatus = DeploymentStatus()

    def observed(self) -> bool:
        """Return whether its controller has seen what was ordered last; before that its status is of another."""
        return self.status.observed_generation >= self.metadata.generation

    def share(self) -> float:
        """Return which share of the wanted replicas runs what is wanted and answers; 1 once nothing else runs."""
        wanted, status = self.spec.replicas, self.status
        updated, every = status.updated_replicas or 0, status.replicas or 0
        if not self.observed():
            return 0.0
        good = min(updated, status.available_replicas or 0)
        left = every - updated
        return good / (wanted + left) if wanted + left else 1.0

    def complete(self) -> bool:
        """Return whether the rollout has come to its end."""
        return self.share() == 1.0


class ReplicaSetSpec(Said):
    """What a ReplicaSet keeps running."""

    replicas: int = 1
    template: dict[str, JsonValue]


class ReplicaSet(Said):
    """One revision of a Deployment."""

    metadata: Meta
    spec: ReplicaSetSpec


class State(Said):
    """Why a container is not running, or that it is."""

    reason: str = ""


class ContainerState(Said):
    """How a container stands."""

    waiting: State | None = None
    terminated: State | None = None


class ContainerStatus(Said):
    """One container of a pod."""

    name: Name
    image: str = ""
    ready: bool = False
    restart_count: int = 0
    state: ContainerState = ContainerState()


class Container(Said):
    """What a container shall run."""

    name: Name
    image: str = ""


class PodSpec(Said):
    """What a pod shall be."""

    node_name: str = ""
    containers: tuple[Container, ...] = ()
    volumes: tuple[dict[str, JsonValue], ...] | None = None


class PodStatus(Said):
    """What a pod is."""

    phase: str = ""
    conditions: tuple[Condition, ...] | None = None
    container_statuses: tuple[ContainerStatus, ...] | None = None


class Pod(Said):
    """A pod."""

    metadata: Meta
    spec: PodSpec = PodSpec()
    status: PodStatus = PodStatus()

    def ready(self) -> bool:
        """Return whether it answers."""
        return any(each.type == "Ready" and each.status == "True" for each in self.status.conditions or ())

    def restarts(self) -> int:
        """Return how often its containers were started again."""
        return sum(each.restart_count for each in self.status.container_statuses or ())

    def trouble(self) -> str:
        """Return why a container does not run, such as `CrashLoopBackOff`; empty where all do."""
        for each in self.status.container_statuses or ():
            why = each.state.waiting or each.state.terminated
            if why is not None and why.reason.isalnum() and why.reason != "Completed":
                return why.reason
        return ""


class NodeSpec(Said):
    """What a node shall be."""

    unschedulable: bool = False


class NodeStatus(Said):
    """What a node is."""

    conditions: tuple[Condition, ...] | None = None


class Node(Said):
    """A node."""

    metadata: Meta
    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()

    def ready(self) -> bool:
        """Return whether it says that it is ready."""
        return any(each.type == "Ready" and each.status == "True" for each in self.status.conditions or ())


class Involved(Said):
    """What an event is about."""

    kind: str = ""
    name: str = ""


class Happening(Said):
    """An event of the cluster. Reason and message are untrusted."""

    involved_object: Involved = Involved()
    type: str = ""
    reason: str = ""
    message: str = ""
    count: int | None = None
    last_timestamp: Moment | None = None
    event_time: Moment | None = None
    metadata: Meta

    def at(self) -> Moment | None:
        """Return when it was seen last."""
        return self.last_timestamp or self.event_time or self.metadata.creation_timestamp


S = TypeVar("S", bound=Said)


def read(said: dict[str, JsonValue], kind: type[S]) -> S:
    """Return an object as a value; raises `ConnectorError` naming where it has another form."""
    return read_as(said, kind.model_validate, "the Kubernetes API", "kubernetes")
