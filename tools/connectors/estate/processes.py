"""Restarting a service's processes, and changing how many there are."""

from memory.errors import InvalidInput
from memory.model.catalogue import Catalogue
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from memory.model.value import JsonValue
from tools.capabilities.services import SERVICE_RESTART, SERVICE_SCALE, Scaling, ServiceHere
from tools.connectors.estate.acting import carried_out, error_rate_falls, looked_up, order_path, undo
from tools.connectors.estate.answers import ChangeKind, Running
from tools.connectors.estate.control import Control, service_path
from tools.connectors.estate.wording import blast_radius, runs
from tools.contract import Arguments, CallContext
from tools.hands import given
from tools.http import Deadline
from tools.wording import clock, many


class ServiceRestart:
    """Serves `service.restart`."""

    capability = SERVICE_RESTART

    def __init__(self, control: Control, catalogue: Catalogue) -> None:
        self._control = control
        self._catalogue = catalogue

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return which processes would be replaced; raises `UnknownService`."""
        asked = given(arguments, ServiceHere)
        running = await self._control.running_in(asked.service, asked.environment, Deadline(context.deadline_s))
        processes = many(running.replicas, "process", "processes")
        anew = f"{asked.service} would have {processes} replaced, one after another; no request is lost."
        since = f"{processes} since {clock(running.started_at, context.now)}" if running.started_at else processes
        changes = (Change(field="processes", before=since, after=f"{processes}, started anew"),)
        return Preview(
            call=Call(tool=self.capability.name, arguments=asked.model_dump(mode="json")),
            summary=anew if running.replicas else f"{asked.service} has no processes to restart.",
            changes=changes if running.replicas else (),
            blast_radius=blast_radius(running, self._catalogue),
            evidence=(self._control.evidence(service_path(running.name), f"{runs(running)}.", context),),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Measure the error rate."""
        asked = given(arguments, ServiceHere)
        return (error_rate_falls(asked.service, asked.environment),)

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Replace every process."""
        asked = given(arguments, ServiceHere)
        body: dict[str, JsonValue] = {"environment": asked.environment}
        return await carried_out(self._control, order_path(asked.service, "restart"), body, context)

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the context's key, None if it took no effect."""
        return await looked_up(self._control, context)


class ServiceScale:
    """Serves `service.scale`."""

    capability = SERVICE_SCALE

    def __init__(self, control: Control, catalogue: Catalogue) -> None:
        self._control = control
        self._catalogue = catalogue

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return how many replicas there would be; raises `UnknownService`, `InvalidInput` for too many."""
        asked = given(arguments, Scaling)
        running = await self._control.running_in(asked.service, asked.environment, Deadline(context.deadline_s))
        if asked.replicas > running.most_replicas:
            raise InvalidInput(
                f"expected {running.most_replicas} replicas of {running.name} at most, found {asked.replicas}"
            )
        before, after = many(running.replicas, "replica"), many(asked.replicas, "replica")
        moves = running.replicas != asked.replicas
        return Preview(
            call=Call(tool=self.capability.name, arguments=asked.model_dump(mode="json")),
            summary=f"{asked.service} would go from {before} to {after}."
            if moves
            else f"{asked.service} has {after} already: nothing would change.",
            changes=(Change(field="replicas", before=str(running.replicas), after=str(asked.replicas)),)
            if moves
            else (),
            blast_radius=blast_radius(running, self._catalogue) if moves else (),
            undo=_undo(running) if moves else None,
            evidence=(self._control.evidence(service_path(running.name), f"{runs(running)}.", context),),
            warnings=_warnings(running, asked.replicas),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Measure nothing: the estate answers when the replicas are there."""
        given(arguments, Scaling)
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Start or stop as many replicas as it takes."""
        asked = given(arguments, Scaling)
        body: dict[str, JsonValue] = {"replicas": asked.replicas, "environment": asked.environment}
        return await carried_out(self._control, order_path(asked.service, "scale"), body, context)

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the context's key, None if it took no effect."""
        return await looked_up(self._control, context)


def _undo(running: Running) -> Call | None:
    return undo(
        ChangeKind.SCALE, service=running.name, environment=running.environment, before=str(running.replicas)
    )


def _warnings(running: Running, replicas: int) -> tuple[str, ...]:
    if replicas == running.replicas:
        return (f"{running.name} has {many(replicas, 'replica')} already: nothing would change.",)
    return (f"{running.name} would answer nobody.",) if replicas == 0 else ()
