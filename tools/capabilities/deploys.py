"""Releases: which there were, bringing one out, taking one back."""

from memory.model.plan import Effect, Tier
from tools.capabilities.phrasings import deploys as phrasings
from tools.contract import Arguments, Capability, EnvironmentName, ServiceName, Version, WindowText


class DeployFilter(Arguments):
    """Which releases to list."""

    service: ServiceName | None = None
    environment: EnvironmentName | None = None
    window: WindowText = "1d"


class Release(Arguments):
    """A version of a service to bring out."""

    service: ServiceName
    environment: EnvironmentName
    version: Version


class Rollback(Arguments):
    """A service to take back to `version`, or to the version before the current one."""

    service: ServiceName
    environment: EnvironmentName
    version: Version | None = None


DEPLOYS_LIST = Capability(
    name="deploys.list",
    title="Recent changes",
    summary="Releases and other changes, of one service or all.",
    says="List recent changes over {window}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=DeployFilter,
    examples=phrasings.DEPLOYS_LIST,
)

DEPLOY_RELEASE = Capability(
    name="deploy.release",
    title="Deploy",
    summary="Bring out a version of a service.",
    says="Deploy {service} {version} to {environment}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=Release,
    examples=phrasings.DEPLOY_RELEASE,
)

DEPLOY_ROLLBACK = Capability(
    name="deploy.rollback",
    title="Roll back",
    summary="Take a service back to an earlier version.",
    says="Roll back {service} in {environment} to {version}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=Rollback,
    examples=phrasings.DEPLOY_ROLLBACK,
)

EVERY = (DEPLOYS_LIST, DEPLOY_RELEASE, DEPLOY_ROLLBACK)
