"""Applying exactly the plan that was shown: that file, those lines, on that state, once; or nothing at all."""

from memory.errors import Conflict, ConnectorRejected, InvalidInput
from memory.model.evidence import Evidence
from memory.model.plan import Call, Check, Comparison
from memory.model.run import Outcome, Preview
from tools.capabilities.terraform import TERRAFORM_APPLY, TERRAFORM_DESTROY, TERRAFORM_PLAN, SavedPlan
from tools.connectors.terraform.log import Told
from tools.connectors.terraform.planning import Planned, Planning, plan_evidence
from tools.connectors.terraform.plans import Begun
from tools.connectors.terraform.program import SOURCE
from tools.contract import Arguments, CallContext, Capability
from tools.hands import evidence_id, given
from tools.http import Deadline
from tools.projects import Project

WITHIN_S = 60.0
NO_UNDO = (
    "It cannot be taken back by itself: revert the change in the configuration, make a new plan and look at that.",
)


class TerraformApply:
    """Serves `terraform.apply`, which refuses what destroys, and `terraform.apply_destroying`, for that alone."""

    def __init__(self, planning: Planning, *, destroying: bool) -> None:
        self.capability: Capability = TERRAFORM_DESTROY if destroying else TERRAFORM_APPLY
        self._planning = planning
        self._destroying = destroying

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return what the plan would do, a new one where none is named; raises `InvalidInput` or `Conflict`."""
        asked, deadline = given(arguments, SavedPlan), Deadline(context.deadline_s)
        project = self._planning.project(asked.project)
        planned = await self._planned(project, asked, context, deadline)
        lines = planned.shown.lines()
        if lines:
            self._admit(planned)
        whole = SavedPlan(project=project.name, plan=planned.digest, changes=lines, state=planned.state)
        return Preview(
            call=Call(tool=self.capability.name, arguments=whole.model_dump(mode="json")),
            summary=f"{project.name}: {planned.shown.summary()}." if lines else f"{project.name} is so already.",
            changes=planned.shown.changes(),
            blast_radius=(project.name,) if lines else (),
            evidence=(plan_evidence(project, planned, context),),
            warnings=(*planned.shown.warnings(), *(NO_UNDO if lines else ())),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Plan again: nothing may be left to change."""
        project = given(arguments, SavedPlan).project
        return (
            Check(
                call=Call(tool=TERRAFORM_PLAN.name, arguments={"project": project}),
                comparison=Comparison.BELOW,
                bound=1,
                within_s=WITHIN_S,
                says=f"Terraform has nothing left to change in {project}",
            ),
        )

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Apply the plan; raises `Conflict` for another file or state, `ConnectorUnreachable` for a held lock."""
        asked, deadline = given(arguments, SavedPlan), Deadline(context.deadline_s)
        plans, project = self._planning.plans, self._planning.project(asked.project)
        if asked.plan is None or asked.state is None or not asked.changes:
            raise InvalidInput("expected a plan that its dry run settled, found one that leaves something open")
        before = plans.begun(context.key)
        if before is not None and before.outcome is not None:
            return before.outcome
        planned = await self._planned(project, asked, context, deadline)
        self._admit(planned)
        if planned.shown.lines() != asked.changes:
            raise Conflict("expected the plan to do what was shown, found that it does something else")
        begun = Begun(key=context.key, project=project.name, plan=asked.plan, state=asked.state)
        plans.begin(begun)
        outcome = await self._applied(project, begun, context, deadline)
        plans.begin(begun.model_copy(update={"outcome": outcome}))
        return outcome

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the apply begun under the context's key, None where it changed nothing.

        Terraform's own log of it tells. Raises `ConnectorUnreachable` while Terraform still works on it.
        """
        plans = self._planning.plans
        begun = plans.begun(context.key)
        if begun is None or begun.outcome is not None:
            return begun.outcome if begun else None
        told = plans.log(context.key).told()
        if told is Told.NOTHING:
            return None
        project = self._planning.project(begun.project)
        state = await self._planning.terraform.state(project, Deadline(context.deadline_s))
        return _outcome(project, begun, state, context, whole=told is Told.WHOLE)

    async def _planned(
        self, project: Project, asked: SavedPlan, context: CallContext, deadline: Deadline
    ) -> Planned:
        if asked.plan is None:
            return await self._planning.plan(project, context.now, deadline)
        shown = await self._planning.show(project, asked.plan, deadline)
        state = await self._planning.terraform.state(project, deadline)
        if asked.state not in {None, state}:
            raise Conflict(
                f"expected the state of {project.name} that the plan was made on, {asked.state}, found {state}; "
                "nothing was changed",
                hint="Make a new plan and look at it.",
            )
        return Planned(digest=asked.plan, state=state, shown=shown)

    def _admit(self, planned: Planned) -> None:
        destroyed = planned.shown.destroyed()
        if destroyed and not self._destroying:
            raise InvalidInput(
                f"expected a plan that destroys nothing, found one that DESTROYS {', '.join(destroyed[:10])}",
                hint=f"Ask for {TERRAFORM_DESTROY.name} if that is meant.",
            )
        if self._destroying and not destroyed:
            raise InvalidInput(
                "expected a plan that destroys something, found one that does not",
                hint=f"Ask for {TERRAFORM_APPLY.name}.",
            )

    async def _applied(self, project: Project, begun: Begun, context: CallContext, deadline: Deadline) -> Outcome:
        terraform, log = self._planning.terraform, self._planning.plans.log(begun.key)
        file = self._planning.plans.file(begun.plan)
        try:
            await terraform.apply(project, file, log, deadline)
        except ConnectorRejected as error:
            if log.told() is Told.NOTHING:
                raise
            state = await terraform.state(project, deadline)
            failed = _outcome(project, begun, state, context, whole=False)
            return failed.model_copy(update={"error_code": error.code})
        return _outcome(project, begun, await terraform.state(project, deadline), context, whole=True)


def _outcome(project: Project, begun: Begun, state: str, context: CallContext, *, whole: bool) -> Outcome:
    serial = state.rpartition(":")[2]
    said = "was applied" if whole else "was applied IN PART"
    summary = f"The plan {begun.plan[:12]} of {project.name} {said}; the state has the serial {serial}."
    evidence = Evidence(
        id=evidence_id(context, project.name, begun.plan, state),
        source=SOURCE,
        query=f"state {project.name}",
        summary=summary,
        observed_at=context.now,
        value={"before": begun.state, "after": state},
    )
    return Outcome(
        ok=whole,
        summary=summary,
        evidence=(evidence,),
        error_code="" if whole else "connector.failed",
        data={"plan": begun.plan, "before": begun.state, "after": state},
    )
