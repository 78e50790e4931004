"""Restarting a service's pods, changing how many there are, and holding a rollout or letting it go on."""

from typing import cast

from memory.model.plan import Check
from memory.model.run import Change
from tools.capabilities.kubernetes import ROLLOUT_PAUSE, ROLLOUT_RESUME
from tools.capabilities.services import SERVICE_RESTART, SERVICE_SCALE, Scaling, ServiceHere
from tools.cluster.api import Json
from tools.connectors.kubernetes.acting import Act, DeploymentActor, settled_call
from tools.connectors.kubernetes.fleet import Workload
from tools.connectors.kubernetes.standing import Standing
from tools.connectors.kubernetes.wording import PAUSE, RESTART, RESUME, SCALE
from tools.contract import Arguments, CallContext
from tools.hands import given
from tools.wording import many

RESTARTED = "kubectl.kubernetes.io/restartedAt"  # what kubectl writes, so that its history reads the same


class _OnService(DeploymentActor):
    def _workload(self, arguments: Arguments) -> Workload:
        asked = given(arguments, ServiceHere)
        return self._fleet.workload(asked.service, asked.environment)


class ServiceRestart(_OnService):
    """Serves `service.restart`: every pod is replaced by one like it, as the update strategy says."""

    capability = SERVICE_RESTART

    def _settled(self, arguments: Arguments, stands: Standing, context: CallContext) -> Act:  # noqa: ARG002 - nothing
        pods = many(stands.deployment.spec.replicas, "pod")
        service = stands.workload.service

        def edit(spec: Json) -> None:
            template = cast("Json", spec["template"])
            meta = cast("Json", template.get("metadata") or {})
            notes = cast("Json", meta.get("annotations") or {})
            at = context.now.isoformat(timespec="seconds")
            template["metadata"] = {**meta, "annotations": {**notes, RESTARTED: at}}

        return Act(
            kind=RESTART,
            call=settled_call(self.capability, stands.workload),
            before="",
            after="",
            touches="template",
            edit=edit,
            summary=f"{service} would have {pods} replaced, as its update strategy says.",
            nothing=f"{service} was restarted in this very second already.",
            shown=(Change(field="pods", before=pods, after=f"{pods}, started anew"),),
            warnings=() if stands.deployment.spec.replicas else (f"{service} has no pods to restart.",),
        )


class ServiceScale(DeploymentActor):
    """Serves `service.scale`."""

    capability = SERVICE_SCALE

    def _workload(self, arguments: Arguments) -> Workload:
        asked = given(arguments, Scaling)
        return self._fleet.workload(asked.service, asked.environment)

    def _settled(self, arguments: Arguments, stands: Standing, context: CallContext) -> Act:  # noqa: ARG002 - nothing
        asked = given(arguments, Scaling)
        before = stands.deployment.spec.replicas
        counted = many(before, "replica"), many(asked.replicas, "replica")

        def edit(spec: Json) -> None:
            spec["replicas"] = asked.replicas

        return Act(
            kind=SCALE,
            call=settled_call(self.capability, stands.workload, replicas=asked.replicas),
            before=str(before),
            after=str(asked.replicas),
            touches="replicas",
            edit=edit,
            summary=f"{asked.service} would go from {counted[0]} to {counted[1]}.",
            nothing=f"{asked.service} has {counted[1]} already: nothing would change.",
            warnings=() if asked.replicas else (f"{asked.service} would answer nobody.",),
        )


class RolloutPause(_OnService):
    """Serves `rollout.pause`."""

    capability = ROLLOUT_PAUSE

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Measure nothing: a rollout that is held is not complete, and shall not be."""
        given(arguments, ServiceHere)
        return ()

    def _settled(self, arguments: Arguments, stands: Standing, context: CallContext) -> Act:  # noqa: ARG002 - nothing
        return _held(self, stands, PAUSE, paused=True)


class RolloutResume(_OnService):
    """Serves `rollout.resume`."""

    capability = ROLLOUT_RESUME

    def _settled(self, arguments: Arguments, stands: Standing, context: CallContext) -> Act:  # noqa: ARG002 - nothing
        return _held(self, stands, RESUME, paused=False)


def _held(hand: DeploymentActor, stands: Standing, kind: str, *, paused: bool) -> Act:
    service, wanted = stands.workload.service, "paused" if paused else "not paused"

    def edit(spec: Json) -> None:
        if bool(spec.get("paused")) != paused:
            spec["paused"] = paused

    return Act(
        kind=kind,
        call=settled_call(hand.capability, stands.workload),
        before="",
        after="",
        touches="paused",
        edit=edit,
        summary=f"The rollout of {service} would {'be held where it is' if paused else 'go on'}.",
        nothing=f"The rollout of {service} is {wanted} already: nothing would change.",
    )
