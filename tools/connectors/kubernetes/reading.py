"""Looking at services as the cluster runs them: which version, how many replicas, and what was changed when."""

import asyncio
from datetime import timedelta

from memory.errors import UnknownService
from memory.model.evidence import TimeRange
from memory.model.run import Outcome
from memory.model.window import resolve
from tools.capabilities.deploys import DEPLOYS_LIST, DeployFilter
from tools.capabilities.kubernetes import ROLLOUT_DESCRIBE, ROLLOUT_STATUS
from tools.capabilities.services import SERVICE_DESCRIBE, SERVICE_LIST, Nothing, OneService, ServiceHere
from tools.cluster.marks import marks
from tools.connectors.kubernetes.fleet import Fleet, Workload
from tools.connectors.kubernetes.nodes import seen
from tools.connectors.kubernetes.revisions import Revision
from tools.connectors.kubernetes.standing import Standing, standing
from tools.connectors.kubernetes.wording import reading
from tools.contract import Arguments, CallContext
from tools.hands import given
from tools.http import Deadline
from tools.readings import ChangeKind, ChangeReading, ServiceReading, packed
from tools.wording import clock, many, named

MOST_CHANGES = 50
_SAME_CHANGE = timedelta(seconds=90)  # a ReplicaSet is made this soon after the order that it comes from


class _Reading:
    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    async def _standings(
        self, workloads: tuple[Workload, ...], deadline: Deadline
    ) -> tuple[tuple[Standing, ...], tuple[str, ...]]:
        """Return how each stands, and which of them the clusters have no Deployment for."""
        found = await asyncio.gather(*(_standing(each, deadline) for each in workloads))
        absent = (
            f"kubernetes: {w.service} in {w.environment}" for w, s in zip(workloads, found, strict=True) if not s
        )
        return tuple(each for each in found if each), tuple(absent)


class ServiceList(_Reading):
    """Serves `service.list`."""

    capability = SERVICE_LIST

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return every service of the catalogue as it runs; `value` is how many do."""
        given(arguments, Nothing)
        stands, absent = await self._standings(self._fleet.workloads(), Deadline(context.deadline_s))
        return _services(stands, absent, context)


class ServiceDescribe(_Reading):
    """Serves `service.describe`."""

    capability = SERVICE_DESCRIBE

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what runs of a service in each of its environments; raises `UnknownService`."""
        asked = given(arguments, OneService)
        workloads = self._fleet.workloads(asked.service)
        if not workloads:
            known = ", ".join(self._fleet.catalogue.names()) or "none"
            raise UnknownService(f"expected a service of the catalogue ({known}), found {asked.service!r}")
        stands, absent = await self._standings(workloads, Deadline(context.deadline_s))
        if not stands:
            await workloads[0].found(Deadline(context.deadline_s))  # which says what there is instead
        return _services(stands, absent, context)


class RolloutStatus(_Reading):
    """Serves `rollout.status`."""

    capability = ROLLOUT_STATUS

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return how far a rollout has come; `value` is the share of the wanted replicas that are as wanted."""
        asked, deadline = given(arguments, ServiceHere), Deadline(context.deadline_s)
        workload = self._fleet.workload(asked.service, asked.environment)
        stands = await standing(workload, deadline)
        deployment, share = stands.deployment, stands.deployment.share()
        reasons = (
            {pod.trouble() for pod in await workload.pods(deployment, deadline)} - {""} if share < 1 else set()
        )
        done = min(deployment.status.updated_replicas or 0, deployment.status.available_replicas or 0)
        summary = (
            f"{asked.service} in {asked.environment}: {done} of {many(deployment.spec.replicas, 'replica')} run "
            f"{stands.version()} and answer{'; its rollout is paused' if deployment.spec.paused else ''}"
            f"{'; pods wait: ' + ', '.join(sorted(reasons)) if reasons else ''}."
        )
        evidence = seen(workload.path, summary, context, share)
        return Outcome(ok=True, summary=summary, evidence=(evidence,), value=share)


class RolloutDescribe(_Reading):
    """Serves `rollout.describe`."""

    capability = ROLLOUT_DESCRIBE

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return a Deployment's revisions and conditions; `value` is how many revisions there are to go to."""
        asked = given(arguments, ServiceHere)
        workload = self._fleet.workload(asked.service, asked.environment)
        stands = await standing(workload, Deadline(context.deadline_s))
        spec, conditions = stands.deployment.spec, stands.deployment.status.conditions or ()
        states = ", ".join(f"{each.type} {'yes' if each.status == 'True' else 'no'}" for each in conditions)
        labels = ", ".join(each.label for each in stands.revisions) or "none"
        strategy = named(str(spec.strategy.get("type") or ""), "its own way")
        summary = (
            f"{stands.says()}, updated by {strategy}{', paused' if spec.paused else ''}. Revisions: {labels}. "
            f"Conditions: {states or 'none'}."
        )
        text = "\n".join(f"{each.type}: {each.reason} {each.message}" for each in conditions)
        evidence = seen(workload.path, summary, context, [each.label for each in stands.revisions])
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(evidence.model_copy(update={"text": text}),),
            value=len(stands.revisions),
        )


class DeploysList(_Reading):
    """Serves `deploys.list`: what Quarterdeck did stands on the objects, what others did in the revisions."""

    capability = DEPLOYS_LIST

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what was changed, newest first; `value` is how often."""
        asked = given(arguments, DeployFilter)
        span = resolve(asked.window, context.now)
        workloads = self._fleet.workloads(asked.service, asked.environment)
        stands, absent = await self._standings(workloads, Deadline(context.deadline_s))
        every = [change for each in stands for change in _changes(each)]
        found = sorted((c for c in every if span.start <= c.at <= span.end), key=lambda c: c.at, reverse=True)
        shown = tuple(found[:MOST_CHANGES])
        summary = _summary(found, asked, context)
        evidence = seen("/apis/apps/v1/replicasets", summary, context, [_said(each, context) for each in shown])
        span_of = TimeRange(start=span.start, end=span.end)
        hidden = len(found) - len(shown)
        more = (f"kubernetes: {hidden} of {len(found)} changes are not shown",) if hidden else ()
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(evidence.model_copy(update={"range": span_of}),),
            value=len(found),
            missing=(*absent, *more),
            data=packed("changes", shown),
        )


def _services(stands: tuple[Standing, ...], absent: tuple[str, ...], context: CallContext) -> Outcome:
    summary = f"{'. '.join(each.says() for each in stands)}." if stands else "No service has a Deployment."
    evidence = seen("/apis/apps/v1/deployments", summary, context, len(stands))
    return Outcome(
        ok=True,
        summary=summary,
        evidence=(evidence,),
        value=len(stands),
        missing=absent,
        data=packed("services", tuple(_row(each) for each in stands)),
    )


def _row(stands: Standing) -> ServiceReading:
    workload = stands.workload
    return ServiceReading(
        name=workload.service,
        environment=workload.environment,
        version=stands.version(),
        previous_version=stands.before.label if stands.before else "",
        replicas=stands.deployment.spec.replicas,
        ready=stands.deployment.status.ready_replicas or 0,
    )


def _changes(stands: Standing) -> list[ChangeReading]:
    item = {"metadata": stands.deployment.metadata.model_dump()}
    own = [change for mark in marks(item) if (change := reading(mark, stands.workload))]
    others = [change for change in _released(stands) if not any(_same(change, mark) for mark in own)]
    return own + others


def _released(stands: Standing) -> list[ChangeReading]:
    """Return the releases that the revisions tell of. One that was gone back to since tells of its first time."""
    oldest_first = sorted((each for each in stands.revisions if each.created_at), key=_first_made)
    found, before = [], ""
    for each in oldest_first:
        if each.created_at is not None:
            found.append(
                ChangeReading(
                    kind=ChangeKind.DEPLOY,
                    at=each.created_at,
                    service=stands.workload.service,
                    environment=stands.workload.environment,
                    before=before,
                    after=each.label,
                    summary=each.cause[:200],
                )
            )
        before = each.label
    return found


def _first_made(each: Revision) -> tuple[str, int]:
    return str(each.created_at), min({each.number, *each.earlier})


def _same(release: ChangeReading, own: ChangeReading) -> bool:
    rolls = own.kind in {ChangeKind.DEPLOY, ChangeKind.ROLLBACK, ChangeKind.RESTART}
    return rolls and -_SAME_CHANGE / 10 <= release.at - own.at <= _SAME_CHANGE


async def _standing(workload: Workload, deadline: Deadline) -> Standing | None:
    try:
        return await standing(workload, deadline)
    except UnknownService:
        return None


def _summary(found: list[ChangeReading], asked: DeployFilter, context: CallContext) -> str:
    subject = asked.service or "What the clusters run"
    where = f" in {asked.environment}" if asked.environment else ""
    over = asked.window.replace("_", " ")
    if not found:
        return f"{subject} was not changed{where} ({over})."
    return f"{subject} was changed {many(len(found), 'time')}{where} ({over}), last: {_said(found[0], context)}."


def _said(change: ChangeReading, context: CallContext) -> str:
    after = f" to {named(change.after, 'another version')}" if change.after else ""
    by = f" by {named(change.by, 'somebody')}" if change.by else ""
    return f"{change.kind.value} of {change.service}{after} at {clock(change.at, context.now)}{by}"
