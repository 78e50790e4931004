"""Bringing a release of a service out, and taking one back."""

from collections.abc import Sequence

from memory.errors import InvalidInput
from memory.model.catalogue import Catalogue
from memory.model.intent import Provenance
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from tools.capabilities.deploys import DEPLOY_RELEASE, DEPLOY_ROLLBACK, Release, Rollback
from tools.connectors.estate.acting import carried_out, error_rate_falls, looked_up, order_path, undo
from tools.connectors.estate.answers import ChangeKind, Done, Running
from tools.connectors.estate.control import Control, service_path
from tools.connectors.estate.wording import blast_radius, runs
from tools.contract import Arguments, CallContext, Capability
from tools.hands import given
from tools.http import Deadline
from tools.wording import clock


class _Versions:
    """What release and rollback share: both take a service to a version."""

    def __init__(self, control: Control, catalogue: Catalogue) -> None:
        self._control = control
        self._catalogue = catalogue

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the context's key, None if it took no effect."""
        return await looked_up(self._control, context)

    async def _preview(
        self, capability: Capability, kind: ChangeKind, asked: Release | Rollback, context: CallContext
    ) -> Preview:
        deadline = Deadline(context.deadline_s)
        running = await self._control.running_in(asked.service, asked.environment, deadline)
        version = _settled(asked, running)
        warnings = _warnings(running, version, await self._control.changes(None, deadline), context)
        state = f"{runs(running)}."
        settled = {"service": asked.service, "environment": asked.environment, "version": version}
        moves = version != running.version
        return Preview(
            call=Call(tool=capability.name, arguments=dict(settled), provenance=_origin(asked, version)),
            summary=f"{asked.service} would go from {running.version} to {version}." if moves else warnings[0],
            changes=(Change(field="version", before=running.version, after=version),) if moves else (),
            blast_radius=blast_radius(running, self._catalogue) if moves else (),
            undo=_undo(kind, running) if moves else None,
            evidence=(self._control.evidence(service_path(running.name), state, context, value=running.version),),
            warnings=warnings,
        )


class DeployRelease(_Versions):
    """Serves `deploy.release`."""

    capability = DEPLOY_RELEASE

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return what releasing would change; raises `UnknownService`, and `InvalidInput` for unknown versions."""
        return await self._preview(self.capability, ChangeKind.DEPLOY, given(arguments, Release), context)

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Measure the error rate."""
        asked = given(arguments, Release)
        return (error_rate_falls(asked.service, asked.environment),)

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Bring the version out."""
        asked = given(arguments, Release)
        body = {"version": asked.version, "environment": asked.environment}
        return await carried_out(self._control, order_path(asked.service, "deploy"), dict(body), context)


class DeployRollback(_Versions):
    """Serves `deploy.rollback`."""

    capability = DEPLOY_ROLLBACK

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return what going back would change, the version settled; raises like `DeployRelease.preview`."""
        return await self._preview(self.capability, ChangeKind.ROLLBACK, given(arguments, Rollback), context)

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Measure the error rate."""
        asked = given(arguments, Rollback)
        return (error_rate_falls(asked.service, asked.environment),)

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Take the service back to exactly the version of the call; raises `InvalidInput` where it has none."""
        asked = given(arguments, Rollback)
        if asked.version is None:
            raise InvalidInput("expected a rollback whose version is settled, found one without a version")
        body = {"version": asked.version, "environment": asked.environment}
        return await carried_out(self._control, order_path(asked.service, "rollback"), dict(body), context)


def _settled(asked: Release | Rollback, running: Running) -> str:
    """Return the exact version that is meant; raises `InvalidInput` where there is none."""
    wanted = asked.version or running.previous_version
    if not wanted:
        raise InvalidInput(
            f"expected {running.name} to have a release before {running.version}, found none",
            hint=f"Name the version to go to: {', '.join(running.known_versions)}.",
        )
    if wanted not in running.known_versions:
        wanted = wanted.removeprefix("v")
    if wanted not in running.known_versions:
        known = ", ".join(running.known_versions)
        raise InvalidInput(f"expected a release of {running.name} ({known}), found {asked.version!r}")
    return wanted


def _origin(asked: Release | Rollback, version: str) -> dict[str, Provenance]:
    return {} if asked.version == version else {"version": Provenance.CATALOGUE}


def _undo(kind: ChangeKind, running: Running) -> Call | None:
    return undo(kind, service=running.name, environment=running.environment, before=running.version)


def _warnings(running: Running, version: str, changes: Sequence[Done], context: CallContext) -> tuple[str, ...]:
    if version == running.version:
        return (f"{version} is already running: nothing would change.",)
    left = next(
        (
            change
            for change in changes
            if change.kind is ChangeKind.ROLLBACK and (change.service, change.before) == (running.name, version)
        ),
        None,
    )
    return (f"{running.name} was rolled back from {version} at {clock(left.at, context.now)}.",) if left else ()
