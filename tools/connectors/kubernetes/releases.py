"""Bringing a version of a service out, and taking one back to a revision that is still there."""

import copy
from dataclasses import dataclass

from memory.errors import InvalidInput
from memory.model.intent import Provenance
from memory.model.run import Change
from tools.capabilities.deploys import DEPLOY_RELEASE, DEPLOY_ROLLBACK, Release, Rollback
from tools.cluster.api import Json
from tools.cluster.marks import marks
from tools.connectors.kubernetes.acting import Act, DeploymentActor, settled_call
from tools.connectors.kubernetes.fleet import Workload
from tools.connectors.kubernetes.revisions import Revision, meant, tag_of, with_version
from tools.connectors.kubernetes.standing import Standing
from tools.connectors.kubernetes.wording import DEPLOY, ROLLBACK
from tools.contract import Arguments, CallContext
from tools.hands import given
from tools.wording import clock


class DeployRelease(DeploymentActor):
    """Serves `deploy.release`: the image gets another tag, and nothing else changes."""

    capability = DEPLOY_RELEASE

    def _workload(self, arguments: Arguments) -> Workload:
        asked = given(arguments, Release)
        return self._fleet.workload(asked.service, asked.environment)

    def _settled(self, arguments: Arguments, stands: Standing, context: CallContext) -> Act:
        asked = given(arguments, Release)
        _require_running(stands)
        if "+" in asked.version:  # an image's tag has no such sign, so this names a revision
            raise InvalidInput(
                f"expected a version to deploy, found {asked.version!r}", hint="Roll back to it instead."
            )
        wanted = with_version(stands.deployment.spec.template, stands.container, asked.version)
        version = tag_of(wanted, stands.container) or asked.version
        goal = Goal(DEPLOY, version, wanted, asked.version)
        return _moving(self, stands, goal, context)


class DeployRollback(DeploymentActor):
    """Serves `deploy.rollback`: the whole pod template of an earlier revision comes back."""

    capability = DEPLOY_ROLLBACK

    def _workload(self, arguments: Arguments) -> Workload:
        asked = given(arguments, Rollback)
        return self._fleet.workload(asked.service, asked.environment)

    def _settled(self, arguments: Arguments, stands: Standing, context: CallContext) -> Act:
        asked = given(arguments, Rollback)
        _require_running(stands)
        wanted = _target(asked, stands)
        goal = Goal(ROLLBACK, wanted.label, copy.deepcopy(wanted.template), asked.version)
        return _moving(self, stands, goal, context)


def _target(asked: Rollback, stands: Standing) -> Revision:
    if asked.version is not None:
        return meant(asked.version, stands.revisions, asked.service)
    if stands.before is None:
        raise InvalidInput(
            f"expected {asked.service} to have a revision before {stands.version()}, found none",
            hint="A Deployment keeps as many revisions as its revisionHistoryLimit says.",
        )
    return stands.before


def _require_running(stands: Standing) -> None:
    if stands.deployment.spec.paused:
        raise InvalidInput(
            f"expected a Deployment whose rollouts go on, found {stands.deployment.metadata.name} paused",
            hint="Resume its rollout first.",
        )


@dataclass(frozen=True)
class Goal:
    """Where an act takes a workload: the version, exactly, the pod template it means, and how it was asked for."""

    kind: str
    version: str
    template: Json
    asked: str | None


def _moving(hand: DeploymentActor, stands: Standing, goal: Goal, context: CallContext) -> Act:
    before, after, service = stands.version(), goal.version, stands.workload.service
    origin = {} if goal.asked == after else {"version": Provenance.CATALOGUE}

    def edit(spec: Json) -> None:
        spec["template"] = goal.template

    return Act(
        kind=goal.kind,
        call=settled_call(hand.capability, stands.workload, origin, version=after),
        before=before,
        after=after,
        touches="template",
        edit=edit,
        summary=f"{service} would go from {before} to {after}.",
        nothing=f"{after} is already running: nothing would change.",
        shown=(Change(field="version", before=before, after=after),),
        warnings=_warnings(stands, after, context),
        keeps_before=stands.now is not None and stands.deployment.spec.revision_history_limit > 0,
    )


def _warnings(stands: Standing, version: str, context: CallContext) -> tuple[str, ...]:
    found = []
    service = stands.workload.service
    if not stands.deployment.complete():
        share = f"{stands.deployment.share():.0%}".replace("%", " %")
        found.append(f"A rollout of {service} is under way ({share}); it would be replaced by this one.")
    if stands.deployment.spec.revision_history_limit == 0:
        found.append(f"{service} keeps no earlier revisions: this could not be taken back.")
    plain = version.partition("+")[0]
    done = marks({"metadata": stands.deployment.metadata.model_dump()})
    left = next((each for each in done if each.kind == ROLLBACK and each.before.partition("+")[0] == plain), None)
    if left is not None:
        found.append(f"{service} was rolled back from {plain} at {clock(left.at, context.now)}.")
    return tuple(found)
