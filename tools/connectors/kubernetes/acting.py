"""What every act on a Deployment shares: rights asked first, a rehearsal on the server, one replacement.

The replacement also records the act on the object, where it is found again after a crash.
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from memory.errors import Conflict, ConnectorError, ConnectorUnreachable, PermissionMissing
from memory.model.evidence import Evidence
from memory.model.intent import Provenance
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from memory.model.value import JsonValue
from tools.cluster.account import Need
from tools.cluster.amending import amended, rehearsed
from tools.cluster.api import Json
from tools.cluster.diff import changes
from tools.cluster.marks import Mark, mark_of, marked
from tools.connectors.kubernetes.fleet import APPS, Fleet, Workload, deployments
from tools.connectors.kubernetes.objects import Deployment, read
from tools.connectors.kubernetes.standing import Standing, followed, standing
from tools.connectors.kubernetes.wording import (
    act_said,
    blast_radius,
    completes,
    error_rate_falls,
    owners,
    reading,
    undo,
)
from tools.contract import Arguments, CallContext, Capability
from tools.hands import evidence_id
from tools.http import Deadline
from tools.readings import packed

SOURCE = "kubernetes"
_FOLLOW_S = 3.0


@dataclass(frozen=True)
class Terms:
    """How success is measured: for how long a rollout may take, and whether there are metrics to ask."""

    rollout_s: float = 120.0
    metrics: bool = False


@dataclass(frozen=True)
class Act:
    """One act as it was settled on what was read: how it is called, and what it does to the Deployment.

    `edit` changes the spec it is given, in its field `touches`. `shown` stands before the exact
    difference on a card.
    """

    kind: str
    call: Call
    before: str
    after: str
    touches: str
    edit: Callable[[Json], None]
    summary: str
    nothing: str
    shown: tuple[Change, ...] = ()
    warnings: tuple[str, ...] = ()
    keeps_before: bool = True  # whether what was there before will still be there to go back to


class DeploymentActor:
    """An actor on one Deployment. Subclasses settle what exactly is done."""

    capability: Capability

    def __init__(self, fleet: Fleet, terms: Terms) -> None:
        self._fleet = fleet
        self._terms = terms

    @abstractmethod
    def _workload(self, arguments: Arguments) -> Workload:
        """Return which workload the call is for."""

    @abstractmethod
    def _settled(self, arguments: Arguments, stands: Standing, context: CallContext) -> Act:
        """Return the act, every argument settled; raises `InvalidInput` where it cannot be."""

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return what would change, as the API server itself says it, provably without effect.

        Raises `PermissionMissing` before anything else, `UnknownService`, `InvalidInput` or `ConnectorError`.
        """
        deadline, workload = Deadline(context.deadline_s), self._workload(arguments)
        await workload.cluster.account.require(self._needs(workload), deadline)
        stands = await standing(workload, deadline)
        act = self._settled(arguments, stands, context)
        before, after = await rehearsed(
            workload.cluster.api, workload.path, _editing(act, stands, context), deadline
        )
        differs = changes(before.get("spec"), after.get("spec"), "spec")
        return Preview(
            call=act.call,
            summary=act.summary if differs else act.nothing,
            changes=(*act.shown, *differs) if differs else (),
            blast_radius=blast_radius(workload, stands.deployment, self._fleet.catalogue) if differs else (),
            undo=undo(_mark(act, context), workload) if differs and act.keeps_before else None,
            evidence=(_evidence(workload, f"{stands.says()}.", context, stands.version()),),
            warnings=(*act.warnings, *owners(stands.deployment)),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Measure the rollout, and the error rate where there are metrics."""
        workload = self._workload(arguments)
        where = (workload.service, workload.environment)
        measured = (error_rate_falls(*where),) if self._terms.metrics else ()
        return (completes(*where, self._terms.rollout_s), *measured)

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Carry it out once per key; raises `Conflict` where others change the Deployment all the time."""
        deadline, workload = Deadline(context.deadline_s), self._workload(arguments)
        done = mark_of(await workload.found(deadline), context.key)
        if done is not None:
            return _outcome(done, workload, context)
        stands = await standing(workload, deadline)
        act = self._settled(arguments, stands, context)
        before, after = await amended(
            workload.cluster.api, workload.path, _editing(act, stands, context), deadline
        )
        if after is None:
            earlier = mark_of(before, context.key)
            return _outcome(earlier, workload, context) if earlier else _unchanged(act, workload, context)
        _, converged = await followed(workload, Deployment.complete, deadline, _FOLLOW_S)
        return _outcome(_mark(act, context), workload, context, converged=converged)

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the context's key, as the Deployments themselves tell, None if it took no effect."""
        deadline = Deadline(context.deadline_s)
        places = {(each.cluster.name, each.namespace): each for each in self._fleet.workloads()}
        for place in places.values():
            found = await self._recorded(place, context, deadline)
            if found is not None:
                return found
        return None

    async def _recorded(self, place: Workload, context: CallContext, deadline: Deadline) -> Outcome | None:
        try:
            items, _ = await place.cluster.api.every(deployments(place.namespace), deadline)
        except PermissionMissing:  # `act` reads the Deployment, and what was done to it, before it does anything
            return None
        except ConnectorError as error:  # "it took no effect" is only ever said by those who looked
            raise ConnectorUnreachable(error.message, hint=error.hint, status=error.status) from error
        for item in items:
            mark = mark_of(item, context.key)
            if mark is not None:
                return _outcome(mark, self._named(place, item), context)
        return None

    def _named(self, place: Workload, item: Json) -> Workload:
        """Return the workload that this Deployment is, by the catalogue or by its own name."""
        name = read(item, Deployment).metadata.name
        known = (each for each in self._fleet.workloads() if each.namespace == place.namespace)
        found = next((each for each in known if (each.cluster, each.name) == (place.cluster, name)), None)
        return found or self._fleet.workload(name, place.environment)

    def _needs(self, workload: Workload) -> tuple[Need, ...]:
        return (
            *(workload.need(verb, "deployments", group=APPS) for verb in ("get", "list", "watch", "update")),
            workload.need("list", "replicasets", group=APPS),
            workload.need("list", "pods"),
        )


def settled_call(
    capability: Capability,
    workload: Workload,
    provenance: dict[str, Provenance] | None = None,
    **further: JsonValue,
) -> Call:
    """Return a call for a workload with these further arguments."""
    return Call(tool=capability.name, arguments={**workload.where(), **further}, provenance=provenance or {})


def _editing(act: Act, stands: Standing, context: CallContext) -> Callable[[Json], Json | None]:
    """Return the edit of the Deployment; it raises `Conflict` where what it touches is not what was settled on."""

    def edit(item: Json) -> Json | None:
        if mark_of(item, context.key) is not None:
            return None
        found = read(item, Deployment)
        if getattr(found.spec, act.touches) != getattr(stands.deployment.spec, act.touches):
            raise Conflict(
                f"expected the {act.touches} of {found.metadata.name} as it was looked at, found it changed since",
                hint="Somebody else changes it too. Nothing was changed by this; look again.",
            )
        spec = cast("Json", item["spec"])
        stood = str(spec)
        act.edit(spec)
        if str(spec) == stood:
            return None
        marked(item, _mark(act, context))
        return item

    return edit


def _mark(act: Act, context: CallContext) -> Mark:
    return Mark(
        key=context.key, kind=act.kind, at=context.now, by=context.principal, before=act.before, after=act.after
    )


def _outcome(mark: Mark, workload: Workload, context: CallContext, *, converged: bool = True) -> Outcome:
    following = "" if converged else " Not every replica has followed yet."
    summary = f"{workload.service} in {workload.environment} was {act_said(mark)}.{following}"
    change = reading(mark, workload)
    return Outcome(
        ok=True,
        summary=summary,
        evidence=(_evidence(workload, summary, context, {"before": mark.before, "after": mark.after}),),
        undo=undo(mark, workload),
        data=packed("changes", (change,) if change else ()),
    )


def _unchanged(act: Act, workload: Workload, context: CallContext) -> Outcome:
    return Outcome(ok=True, summary=act.nothing, evidence=(_evidence(workload, act.nothing, context, act.after),))


def _evidence(workload: Workload, summary: str, context: CallContext, value: JsonValue) -> Evidence:
    return Evidence(
        id=evidence_id(context, workload.path),
        source=SOURCE,
        query=f"GET {workload.path}",
        summary=summary,
        observed_at=context.now,
        value=value,
    )
