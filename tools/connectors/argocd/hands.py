"""Looking at an application, taking it back, and letting it follow its source or not.

Auto-sync would undo a rollback within minutes, and Argo CD refuses one while it is on: so going back pauses it,
says so beforehand, and its undo lets it follow its source again.
"""

from memory.errors import ConnectorError, ConnectorUnreachable, InvalidInput
from memory.model.evidence import Evidence
from memory.model.intent import Provenance
from memory.model.plan import Call, Check, Comparison
from memory.model.run import Change, Outcome, Preview
from memory.model.value import JsonValue
from tools.capabilities.argocd import ARGOCD_AUTOSYNC, ARGOCD_ROLLBACK, ARGOCD_STATUS, ArgoRollback, AutoSync
from tools.capabilities.services import ServiceHere
from tools.cluster.marks import Mark, mark_of
from tools.connectors.argocd.api import Application, Argo, Past
from tools.contract import Arguments, CallContext
from tools.hands import evidence_id, given
from tools.http import Deadline
from tools.wording import named

ON: dict[str, JsonValue] = {"prune": False, "selfHeal": False}
SHOWN = 5


class ArgoStatus:
    """Serves `argocd.status`."""

    capability = ARGOCD_STATUS

    def __init__(self, argo: Argo) -> None:
        self._argo = argo

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return how an application stands; `value` is 1 where it is well and nothing is under way, else 0."""
        asked = given(arguments, ServiceHere)
        name = self._argo.name(asked.service, asked.environment)
        found = await self._argo.application(name, Deadline(context.deadline_s))
        state = found.status.operation_state
        failed = state is not None and state.phase in {"Failed", "Error"}
        well = found.status.health.status == "Healthy" and not found.busy() and not failed
        past = ", ".join(each.label() for each in found.history()[:SHOWN]) or "none"
        summary = (
            f"{asked.service} in {asked.environment} is {named(found.status.sync.status, 'in an unknown state')} "
            f"and {named(found.status.health.status, 'in unknown health')} in Argo CD, auto-sync "
            f"{'on' if found.automated() else 'off'}{', an operation under way' if found.busy() else ''}. "
            f"It was at {past}."
        )
        value = 1.0 if well else 0.0
        return Outcome(
            ok=True, summary=summary, evidence=(_seen(self._argo, name, summary, context),), value=value
        )


class _Acting:
    def __init__(self, argo: Argo, within_s: float) -> None:
        self._argo = argo
        self._within_s = within_s

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Measure the application's health, once no operation is under way."""
        where = {name: arguments.model_dump()[name] for name in ("service", "environment")}
        return (
            Check(
                call=Call(tool=ARGOCD_STATUS.name, arguments=where),
                comparison=Comparison.ABOVE,
                bound=0.5,
                within_s=self._within_s,
                says=f"{where['service']} is healthy in Argo CD",
            ),
        )

    async def _recorded(self, kind: str, context: CallContext) -> tuple[str, str, Application, Mark] | None:
        """Return service, environment, application and record of the context's key, None where there is none."""
        deadline = Deadline(context.deadline_s)
        for service in self._argo.catalogue.services:
            for environment in service.environments:
                try:
                    found = await self._argo.application(self._argo.name(service.name, environment), deadline)
                except (
                    InvalidInput
                ):  # `act` reads the application, and what was done to it, before it does anything
                    continue
                except ConnectorError as error:  # "it took no effect" is only ever said by those who looked
                    raise ConnectorUnreachable(error.message, hint=error.hint, status=error.status) from error
                mark = mark_of(found.whole, context.key)
                if mark is not None and mark.kind == kind:
                    return service.name, environment, found, mark
        return None


class ArgoRollbackHand(_Acting):
    """Serves `argocd.rollback`."""

    capability = ARGOCD_ROLLBACK

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return where the application would go, and that its auto-sync would be paused.

        Raises `InvalidInput` for an unknown application or deployment and while an operation is under way, and
        `PermissionMissing`.
        """
        asked, deadline = given(arguments, ArgoRollback), Deadline(context.deadline_s)
        name = self._argo.name(asked.service, asked.environment)
        found = await self._argo.application(name, deadline)
        await self._argo.require(name, found, ("sync", "update"), deadline)
        _require_idle(name, found)
        target, now = _target(asked, found)
        moves = target.revision != found.status.sync.revision
        paused = (Change(field="auto-sync", before="on", after="off"),) if found.automated() else ()
        changed = Change(field="revision", before=now.label(), after=target.label())
        leaning = (f"{each} leans on {asked.service}" for each in self._argo.catalogue.dependants(asked.service))
        return Preview(
            call=_call(asked, target.id, settled=asked.deployment != target.id),
            summary=f"{asked.service} would go from {now.label()} to {target.label()}."
            if moves
            else f"{target.label().capitalize()} is what runs already: nothing would change.",
            changes=(changed, *paused) if moves else (),
            blast_radius=(f"every object of the application {name}", *leaning) if moves else (),
            undo=_undo(asked.service, asked.environment, now.id, automated=found.automated()) if moves else None,
            evidence=(_seen(self._argo, name, f"{name} is at {now.label()}.", context),),
            warnings=("Auto-sync would be off until somebody turns it on again.",) if paused and moves else (),
        )

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Pause auto-sync and begin to go back, once per key; its check waits until that has come to its end."""
        asked, deadline = given(arguments, ArgoRollback), Deadline(context.deadline_s)
        if asked.deployment is None:
            raise InvalidInput("expected a rollback whose deployment is settled, found one without")
        name = self._argo.name(asked.service, asked.environment)
        found = await self._argo.application(name, deadline)
        mark = mark_of(found.whole, context.key)
        if mark is None:
            _require_idle(name, found)
            target, now = _target(asked, found)
            mark = Mark(
                key=context.key,
                kind="argocd",
                at=context.now,
                by=context.principal,
                before=f"{now.id} {'on' if found.automated() else 'off'}",
                after=f"{target.id} {target.revision}",
            )
            await self._argo.set_automated(name, found, None, mark, deadline)
        elif _came(found, mark):
            return self._outcome(asked.service, asked.environment, mark, context)
        await self._argo.roll_back(name, asked.deployment, deadline)
        return self._outcome(asked.service, asked.environment, mark, context)

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the context's key, as Argo CD's operation and history tell; None if nothing did."""
        recorded = await self._recorded("argocd", context)
        if recorded is None or not _came(recorded[2], recorded[3]):
            return None
        service, environment, _, mark = recorded
        return self._outcome(service, environment, mark, context)

    def _outcome(self, service: str, environment: str, mark: Mark, context: CallContext) -> Outcome:
        before, was = mark.before.split()
        after = mark.after.split()[0]
        paused = " Its auto-sync is paused." if was == "on" else ""
        summary = f"{service} in {environment} goes from deployment {before} back to {after} in Argo CD.{paused}"
        name = self._argo.name(service, environment)
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(_seen(self._argo, name, summary, context),),
            undo=_undo(service, environment, int(before), automated=was == "on"),
        )


class ArgoAutoSync(_Acting):
    """Serves `argocd.autosync`."""

    capability = ARGOCD_AUTOSYNC

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return what would change; raises `InvalidInput` for an unknown application, `PermissionMissing`."""
        asked, deadline = given(arguments, AutoSync), Deadline(context.deadline_s)
        name = self._argo.name(asked.service, asked.environment)
        found = await self._argo.application(name, deadline)
        await self._argo.require(name, found, ("update",), deadline)
        moves = found.automated() != asked.enabled
        before, after = ("on" if each else "off" for each in (found.automated(), asked.enabled))
        drifted = asked.enabled and found.status.sync.status != "Synced"
        return Preview(
            call=Call(tool=self.capability.name, arguments=asked.model_dump(mode="json")),
            summary=f"Auto-sync of {asked.service} would go {after}."
            if moves
            else f"Auto-sync of {asked.service} is {after} already: nothing would change.",
            changes=(Change(field="auto-sync", before=before, after=after),) if moves else (),
            undo=_switch(asked.service, asked.environment, enabled=not asked.enabled) if moves else None,
            evidence=(_seen(self._argo, name, f"Auto-sync of {name} is {before}.", context),),
            warnings=("What runs is not what its source says: it would be synced at once.",) if drifted else (),
        )

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Carry it out once per key; raises `Conflict` where the application changed since it was read."""
        asked, deadline = given(arguments, AutoSync), Deadline(context.deadline_s)
        name = self._argo.name(asked.service, asked.environment)
        found = await self._argo.application(name, deadline)
        if found.automated() == asked.enabled:
            return Outcome(ok=True, summary=f"Auto-sync of {asked.service} stood so already: nothing was changed.")
        state = "on" if asked.enabled else "off"
        mark = Mark(key=context.key, kind="autosync", at=context.now, by=context.principal, after=state)
        await self._argo.set_automated(name, found, dict(ON) if asked.enabled else None, mark, deadline)
        return self._outcome(asked.service, asked.environment, mark, context)

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the context's key, None if it took no effect."""
        recorded = await self._recorded("autosync", context)
        return self._outcome(recorded[0], recorded[1], recorded[3], context) if recorded else None

    def _outcome(self, service: str, environment: str, mark: Mark, context: CallContext) -> Outcome:
        summary = f"Auto-sync of {service} in {environment} is {mark.after}."
        name = self._argo.name(service, environment)
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(_seen(self._argo, name, summary, context),),
            undo=_switch(service, environment, enabled=mark.after == "off"),
        )


def _target(asked: ArgoRollback, found: Application) -> tuple[Past, Past]:
    """Return where to go and where it is; raises `InvalidInput` where the history does not have it."""
    history = found.history()
    if not history:
        raise InvalidInput(f"expected {asked.service} to have been deployed by Argo CD, found it never was")
    now = history[0]
    wanted = asked.deployment if asked.deployment is not None else next((p.id for p in history[1:]), None)
    target = next((past for past in history if past.id == wanted), None)
    if target is None:
        there = ", ".join(str(past.id) for past in history)
        raise InvalidInput(
            f"expected a deployment of {asked.service} that Argo CD still knows ({there}), found {wanted}",
            hint="An application keeps as many as its revisionHistoryLimit says.",
        )
    return target, now


def _came(found: Application, mark: Mark) -> bool:
    """Return whether an operation to the revision of the record is under way, or is in the history since."""
    before, revision = int(mark.before.split()[0]), mark.after.split()[1]
    if any(past.id > before and past.revision == revision for past in found.history()):
        return True
    state = found.status.operation_state
    result = state.sync_result if state is not None else None
    return found.busy() and revision in {found.ordered(), result.revision if result else ""}


def _require_idle(name: str, found: Application) -> None:
    if found.busy():
        raise InvalidInput(
            f"expected an application without an operation under way, found {name} with one",
            hint="Wait until it ends, or end it in Argo CD.",
        )


def _call(asked: ArgoRollback, deployment: int, *, settled: bool) -> Call:
    arguments: dict[str, JsonValue] = {"service": asked.service, "environment": asked.environment}
    origin = {"deployment": Provenance.CATALOGUE} if settled else {}
    return Call(tool=ARGOCD_ROLLBACK.name, arguments={**arguments, "deployment": deployment}, provenance=origin)


def _undo(service: str, environment: str, before: int, *, automated: bool) -> Call:
    """Return what brings back what was: auto-sync does so by itself, where it was on."""
    if automated:
        return _switch(service, environment, enabled=True)
    arguments: dict[str, JsonValue] = {"service": service, "environment": environment, "deployment": before}
    return Call(tool=ARGOCD_ROLLBACK.name, arguments=arguments)


def _switch(service: str, environment: str, *, enabled: bool) -> Call:
    arguments: dict[str, JsonValue] = {"service": service, "environment": environment, "enabled": enabled}
    return Call(tool=ARGOCD_AUTOSYNC.name, arguments=arguments)


def _seen(argo: Argo, name: str, summary: str, context: CallContext) -> Evidence:
    query = f"GET /api/v1/applications/{name}"
    return Evidence(
        id=evidence_id(context, query),
        source="argocd",
        query=query,
        summary=summary,
        observed_at=context.now,
        link=f"{argo.url}/applications/{name}",
    )
