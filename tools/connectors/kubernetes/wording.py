"""How what was done to a workload reads in a sentence, what brings it back, and whom it reaches. Pure."""

from memory.model.catalogue import Catalogue
from memory.model.plan import Call, Check, Comparison
from memory.model.value import JsonValue
from tools.capabilities.deploys import DEPLOY_ROLLBACK
from tools.capabilities.kubernetes import ROLLOUT_PAUSE, ROLLOUT_RESUME, ROLLOUT_STATUS, SERVICE_RESIZE
from tools.capabilities.metrics import METRICS_SIGNAL
from tools.capabilities.services import SERVICE_SCALE
from tools.cluster.marks import Mark
from tools.connectors.kubernetes.fleet import Workload
from tools.connectors.kubernetes.objects import Deployment
from tools.contract import Signal
from tools.readings import ChangeKind, ChangeReading
from tools.wording import many, named, whose

DEPLOY, ROLLBACK, RESTART, SCALE = (
    kind.value for kind in (ChangeKind.DEPLOY, ChangeKind.ROLLBACK, ChangeKind.RESTART, ChangeKind.SCALE)
)
PAUSE, RESUME, RESIZE = "pause", "resume", "resize"
_ACTS = {
    DEPLOY: "deployed from {before} to {after}",
    ROLLBACK: "rolled back from {before} to {after}",
    RESTART: "restarted",
    SCALE: "scaled from {before} to {after} replicas",
    PAUSE: "held: its rollout is paused",
    RESUME: "let go on: its rollout is not paused any more",
    RESIZE: "resized: each replica requests {after} instead of {before}",
}
WELL = 0.02  # the error rate a service that is well stays below


def act_said(mark: Mark) -> str:
    """Return what was done, as `deployed from 1.4.1+r3 to 1.4.2`."""
    before, after = named(mark.before, "another version"), named(mark.after, "another version")
    return _ACTS.get(mark.kind, "changed").format(before=before, after=after)


def undo(mark: Mark, workload: Workload) -> Call | None:
    """Return the call that brings back what was there before; a restart has none."""
    where = workload.where()
    match mark.kind:
        case "deploy" | "rollback" if mark.before and mark.before != "unknown":
            return Call(tool=DEPLOY_ROLLBACK.name, arguments={**where, "version": mark.before})
        case "scale" if mark.before.isdecimal():
            return Call(tool=SERVICE_SCALE.name, arguments={**where, "replicas": int(mark.before)})
        case "resize" if mark.before:
            amounts = dict(part.split("=", 1) for part in mark.before.split())
            return Call(tool=SERVICE_RESIZE.name, arguments={**where, **amounts})
        case "pause":
            return Call(tool=ROLLOUT_RESUME.name, arguments=where)
        case "resume":
            return Call(tool=ROLLOUT_PAUSE.name, arguments=where)
        case _:
            return None


def reading(mark: Mark, workload: Workload) -> ChangeReading | None:
    """Return an act as a change that others read, None for what is none to them."""
    if mark.kind not in set(ChangeKind):
        return None
    return ChangeReading(
        kind=ChangeKind(mark.kind),
        at=mark.at,
        service=workload.service,
        environment=workload.environment,
        before=mark.before,
        after=mark.after,
        by=mark.by,
    )


def completes(service: str, environment: str, within_s: float) -> Check:
    """Return the check that every wanted replica runs what is wanted, and answers."""
    return Check(
        call=Call(tool=ROLLOUT_STATUS.name, arguments={"service": service, "environment": environment}),
        comparison=Comparison.ABOVE,
        bound=0.999,
        within_s=within_s,
        says=f"the rollout of {service} in {environment} is complete",
    )


def error_rate_falls(service: str, environment: str) -> Check:
    """Return the check that a service answers its requests."""
    arguments: dict[str, JsonValue] = {
        "service": service,
        "environment": environment,
        "signal": Signal.ERROR_RATE,
        "window": "1m",
    }
    return Check(
        call=Call(tool=METRICS_SIGNAL.name, arguments=arguments),
        comparison=Comparison.BELOW,
        bound=WELL,
        within_s=90.0,
        settle_s=30.0,
        says=f"{whose(service)} error rate is below {WELL:.0%}".replace("%", " %"),
    )


def blast_radius(workload: Workload, deployment: Deployment, catalogue: Catalogue) -> tuple[str, ...]:
    """Return whom a change reaches: the replicas, and the services that lean on it."""
    itself = f"{many(deployment.spec.replicas, 'replica')} of {workload.service} in {workload.environment}"
    leaning = (f"{name} leans on {workload.service}" for name in catalogue.dependants(workload.service))
    return (itself, *leaning)


def owners(deployment: Deployment) -> tuple[str, ...]:
    """Return a warning for each tool that keeps this Deployment as it wants it, and would undo a change."""
    labels, notes = deployment.metadata.labels or {}, deployment.metadata.annotations or {}
    found = []
    if any(key.startswith("argocd.argoproj.io/") for key in (*labels, *notes)):
        found.append("Argo CD keeps this Deployment: with auto-sync on, it undoes what is changed beside it.")
    if labels.get("app.kubernetes.io/managed-by") == "Helm":
        found.append(
            "Helm manages this Deployment: its next upgrade lays its chart over what is changed beside it."
        )
    return tuple(found)
