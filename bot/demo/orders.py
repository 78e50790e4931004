"""What can be ordered of the estate, and what an order makes of its state: the next one, or a refusal. Pure."""

from collections.abc import Callable, Collection
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from bot.demo.shop import ENVIRONMENT, FLAGS, INSTALLS, MOST_REPLICAS, RELEASES
from memory.canonical import digest
from memory.model.value import Digest, Identifier, Moment, Value


class Kind(StrEnum):
    """What an order changes."""

    DEPLOY = "deploy"
    ROLLBACK = "rollback"
    RESTART = "restart"
    SCALE = "scale"
    FLAG = "flag"


class Order(Value):
    """One thing to do, under a key that makes it happen once. `target` is a service, or for `flag` a flag.

    `version` is for deploy and rollback (without one, a rollback goes to the release before), `replicas` for
    scale, `enabled` for flag.
    """

    kind: Kind
    target: str
    key: Identifier
    by: str
    environment: str = ENVIRONMENT
    version: str | None = None
    replicas: int | None = None
    enabled: bool | None = None


class Effect(Value):
    """What came of an order. `changed` is false where the estate stood so already."""

    key: Identifier
    request: Digest  # of the order; the same key with another order is an error
    kind: Kind
    service: str
    flag: str = ""
    environment: str = ENVIRONMENT
    before: str
    after: str
    changed: bool
    at: Moment
    by: str


class Deployment(Value):
    """What shall run of a service. `releases` are those it came by, oldest first; the last one runs."""

    releases: tuple[str, ...]
    replicas: int
    restarts: int = 0  # a replica started under a smaller number is to be replaced
    changed_at: Moment | None = None

    @property
    def version(self) -> str:
        """The release that shall run."""
        return self.releases[-1]

    @property
    def previous(self) -> str | None:
        """The release a rollback goes to."""
        return self.releases[-2] if len(self.releases) > 1 else None


class State(Value):
    """All the estate shall be, and how it came to be so. `effects` is by idempotency key, in order."""

    deployments: dict[str, Deployment]
    flags: dict[str, bool]
    effects: dict[str, Effect] = Field(default_factory=dict)


class Refused(Exception):
    """An order that is not carried out: an HTTP status, a code, and what was expected and found."""

    def __init__(self, status: int, code: str, what: str, expected: Collection[object], found: object) -> None:
        self.status = status
        self.code = code
        self.expected = [str(value) for value in expected]
        self.found = str(found)
        super().__init__(f"expected {what}: {', '.join(self.expected)}; found {self.found!r}")


def new_estate() -> State:
    """Return a freshly installed estate."""
    return State(
        deployments={
            name: Deployment(releases=install.releases, replicas=install.replicas)
            for name, install in INSTALLS.items()
        },
        flags={name: flag.enabled for name, flag in FLAGS.items()},
    )


def carry_out(state: State, order: Order, now: datetime) -> tuple[State, Effect]:
    """Return the state after the order and what it did; raises `Refused`, and then nothing is to change."""
    if order.environment != ENVIRONMENT:
        raise Refused(422, "environment.unknown", "an environment of the estate", [ENVIRONMENT], order.environment)
    if order.kind is Kind.FLAG:
        state, effect = _switch(state, order, now)
    else:
        state, effect = _redeploy(state, order, now)
    return state.model_copy(update={"effects": {**state.effects, order.key: effect}}), effect


def deployment_of(state: State, service: str) -> Deployment:
    """Return what shall run of a service; raises `Refused`."""
    if service not in state.deployments:
        raise Refused(404, "service.unknown", "a service of the estate", state.deployments, service)
    return state.deployments[service]


def require_flag(flag: str) -> None:
    """Raise `Refused` for a flag that no service reads."""
    if flag not in FLAGS:
        raise Refused(404, "flag.unknown", "a flag of the estate", FLAGS, flag)


def _switch(state: State, order: Order, now: datetime) -> tuple[State, Effect]:
    require_flag(order.target)
    if order.enabled is None:
        raise Refused(422, "order.incomplete", "`enabled` to be one of", ["true", "false"], None)
    before = state.flags[order.target]
    effect = _effect(order, now, FLAGS[order.target].service, _switched(before), _switched(order.enabled))
    flags = {**state.flags, order.target: order.enabled}
    return state.model_copy(update={"flags": flags}), effect.model_copy(update={"flag": order.target})


def _redeploy(state: State, order: Order, now: datetime) -> tuple[State, Effect]:
    deployment = deployment_of(state, order.target)
    wanted, before, after = _CHANGES[order.kind](deployment, order)
    effect = _effect(order, now, order.target, before, after)
    if order.kind is Kind.RESTART:
        effect = effect.model_copy(update={"changed": True})
    if not effect.changed:
        return state, effect
    wanted = wanted.model_copy(update={"changed_at": now})
    return state.model_copy(update={"deployments": {**state.deployments, order.target: wanted}}), effect


def _effect(order: Order, now: datetime, service: str, before: str, after: str) -> Effect:
    return Effect(
        key=order.key,
        request=digest(order),
        kind=order.kind,
        service=service,
        before=before,
        after=after,
        changed=before != after,
        at=now,
        by=order.by,
    )


_Changed = tuple[Deployment, str, str]


def _deploy(deployment: Deployment, order: Order) -> _Changed:
    version = _known(order.target, order.version)
    wanted = deployment.model_copy(update={"releases": (*deployment.releases, version)})
    return wanted, deployment.version, version


def _rollback(deployment: Deployment, order: Order) -> _Changed:
    if order.version is None and deployment.previous is None:
        raise Refused(409, "release.none_before", "a release before the current one", ["any"], deployment.version)
    version = _known(order.target, order.version or deployment.previous)
    releases = deployment.releases
    earlier = releases[: releases.index(version)] if version in releases else ()
    wanted = deployment.model_copy(update={"releases": (*earlier, version)})
    return wanted, deployment.version, version


def _restart(deployment: Deployment, _: Order) -> _Changed:
    wanted = deployment.model_copy(update={"restarts": deployment.restarts + 1})
    return wanted, deployment.version, deployment.version


def _scale(deployment: Deployment, order: Order) -> _Changed:
    if order.replicas is None or not 0 <= order.replicas <= MOST_REPLICAS:
        raise Refused(422, "replicas.invalid", "`replicas` within", [f"0 to {MOST_REPLICAS}"], order.replicas)
    wanted = deployment.model_copy(update={"replicas": order.replicas})
    return wanted, str(deployment.replicas), str(order.replicas)


_CHANGES: dict[Kind, Callable[[Deployment, Order], _Changed]] = {
    Kind.DEPLOY: _deploy,
    Kind.ROLLBACK: _rollback,
    Kind.RESTART: _restart,
    Kind.SCALE: _scale,
}


def _known(service: str, version: str | None) -> str:
    if version is None or version not in RELEASES[service]:
        raise Refused(422, "version.unknown", f"a release of {service}", RELEASES[service], version)
    return version


def _switched(enabled: bool) -> str:
    return "on" if enabled else "off"
