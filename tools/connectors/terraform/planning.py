"""Making a plan, saving it under its digest, and reading a saved one."""

from collections.abc import Iterable

from pydantic import TypeAdapter, ValidationError

from memory.errors import ConnectorError, InvalidInput
from memory.model.evidence import Evidence
from memory.model.run import Outcome
from memory.model.value import Moment, Value
from tools.capabilities.terraform import MOST_CHANGES, TERRAFORM_PLAN
from tools.capabilities.terraform import Project as Asked
from tools.connectors.terraform.plans import Plans
from tools.connectors.terraform.program import SOURCE, Terraform, lock_timeout
from tools.connectors.terraform.showing import ShownPlan
from tools.contract import Arguments, CallContext
from tools.hands import evidence_id, given
from tools.http import Deadline
from tools.projects import Project

_CHANGES = 2  # what -detailed-exitcode says where there are any
_SHOWN = TypeAdapter(ShownPlan)


class Planned(Value):
    """A saved plan: its digest, the state it was made on, and what it would do."""

    digest: str
    state: str
    shown: ShownPlan


class Planning:
    """Makes and reads plans of the projects of the settings."""

    def __init__(self, terraform: Terraform, projects: Iterable[Project], plans: Plans) -> None:
        self.terraform = terraform
        self.plans = plans
        self._projects = {each.name: each for each in projects}

    def project(self, name: str) -> Project:
        """Return the project of that name; raises `InvalidInput` that lists those there are."""
        found = self._projects.get(name)
        if found is None:
            raise InvalidInput(f"expected a Terraform project ({', '.join(self._projects)}), found {name!r}")
        return found

    async def plan(self, project: Project, now: Moment, deadline: Deadline) -> Planned:
        """Return a new plan, made while the state is locked; nothing but the plan file is written."""
        before = await self.terraform.state(project, deadline)
        blank = self.plans.blank()
        try:
            wanted = ("plan", "-input=false", "-no-color", "-detailed-exitcode", f"-out={blank}")
            await self.terraform.run(
                project, *wanted, lock_timeout(deadline), deadline=deadline, expected=frozenset({0, _CHANGES})
            )
            digest = self.plans.keep(blank, now)
        finally:
            self.plans.discard(blank)
        return Planned(digest=digest, state=before, shown=await self.show(project, digest, deadline))

    async def show(self, project: Project, digest: str, deadline: Deadline) -> ShownPlan:
        """Return what a saved plan would do; raises `Conflict` where the file is not that one any more."""
        file = self.plans.file(digest)
        said = (await self.terraform.run(project, "show", "-json", str(file), deadline=deadline)).out
        try:
            shown = _SHOWN.validate_json(said)
        except ValidationError:
            raise ConnectorError("expected a plan as terraform shows it, found another form") from None
        if shown.errored or len(shown.lines()) > MOST_CHANGES:
            raise InvalidInput(f"expected a whole plan of at most {MOST_CHANGES} changes, found another")
        return shown


class TerraformPlan:
    """Serves `terraform.plan`."""

    capability = TERRAFORM_PLAN

    def __init__(self, planning: Planning) -> None:
        self._planning = planning

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what would be changed now; `value` is how many resources and outputs."""
        deadline = Deadline(context.deadline_s)
        project = self._planning.project(given(arguments, Asked).project)
        planned = await self._planning.plan(project, context.now, deadline)
        lines = planned.shown.lines()
        return Outcome(
            ok=True,
            summary=f"Terraform plan of {project.name}: {planned.shown.summary()}.",
            evidence=(plan_evidence(project, planned, context),),
            value=len(lines),
            data={
                "plan": planned.digest,
                "state": planned.state,
                "changes": list(lines),
                "destroys": list(planned.shown.destroyed()),
            },
        )


def plan_evidence(project: Project, planned: Planned, context: CallContext) -> Evidence:
    """Return a plan as evidence; its lines are text from outside."""
    return Evidence(
        id=evidence_id(context, project.name, planned.digest),
        source=SOURCE,
        query=f"plan {project.name}",
        summary=f"The plan {planned.digest[:12]} of {project.name}: {planned.shown.summary()}.",
        observed_at=context.now,
        value=planned.digest,
        text="\n".join(planned.shown.lines())[:20_000],
    )
