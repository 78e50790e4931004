"""From a proposal and its dry runs to a plan. Pure: the same inputs give the same plan and the same digest."""

from collections.abc import Mapping

from memory.model.plan import Call, Check, Plan, Step
from memory.model.run import Preview
from memory.model.value import Value
from runbooks.proposal import Caller, Proposal, Terms
from tools.contract import Capability, statement


class Rehearsal(Value):
    """What a dry run of one call brought: the preview, and how its success will be measured."""

    preview: Preview
    checks: tuple[Check, ...] = ()


def compile_plan(
    proposal: Proposal,
    rehearsals: tuple[Rehearsal, ...],
    caller: Caller,
    capabilities: Mapping[str, Capability],
) -> Plan:
    """Return the plan whose steps are the rehearsed calls, every argument settled, each with undo and checks."""
    return Plan(
        tenant=caller.principal.tenant,
        thread=caller.thread,
        message=caller.message,
        requester=caller.principal.id,
        goal=proposal.goal,
        steps=tuple(
            _step(asked, terms, rehearsal, capabilities)
            for (asked, terms), rehearsal in zip(proposal.each(), rehearsals, strict=True)
        ),
        runbook=proposal.runbook,
        budget=proposal.budget,
    )


def _step(asked: Call, terms: Terms, rehearsal: Rehearsal, capabilities: Mapping[str, Capability]) -> Step:
    settled = rehearsal.preview.call
    # Where a value came from is what the asker's words say; the dry run only tells of what it settled itself.
    call = settled.model_copy(update={"provenance": {**settled.provenance, **asked.provenance}})
    capability = capabilities[call.tool]
    step = Step(
        call=call,
        effect=capability.effect,
        says=statement(capability, call),
        undo=rehearsal.preview.undo if terms.undo is None else terms.undo,
        checks=rehearsal.checks if terms.checks is None else terms.checks,
        when=terms.when,
    )
    pace = {"timeout_s": terms.timeout_s, "attempts": terms.attempts}
    return step.model_copy(update={name: value for name, value in pace.items() if value is not None})
