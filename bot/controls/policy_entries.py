"""What has to hold before a policy is proposed, and what the log is told of its way into force."""

import json
from datetime import datetime

from memory.errors import PolicyInvalid
from memory.model.approval import Assurance
from memory.model.bodies import PolicyChanged, PolicyProposed
from memory.model.people import Principal, Role
from memory.model.policies import PolicyProposal, PromotedPolicy
from memory.model.record import SYSTEM, Attachment, Record
from tools.policy import Policy, Promotion
from tools.policy.checking import Report
from tools.policy.simulating import Simulation


def require_golden(report: Report) -> None:
    """Refuse a policy without golden decisions, or one that decides otherwise than they say."""
    if not report.ok():
        found = "; ".join(f"{each.place}: {each.found}" for each in report.problems[:5])
        raise PolicyInvalid(f"expected policies that pass their check, found {found}")
    if not report.decisions:
        raise PolicyInvalid(
            "expected golden decisions beside the policies, found none",
            hint="Say in a YAML file what must be allowed and what must not: quarterdeck policy check",
        )


def require_way_on(policy: Policy, proposer: Principal, at: datetime) -> None:
    """Refuse a policy under which nobody could put the next one in force."""
    asked = Promotion(principal="", proposer=proposer.id, at=at, assurance=Assurance.KEY)
    people = (each.id for each in policy.facts.people if Role.ADMIN in each.roles)
    if not any(policy.rule_promotion(asked.model_copy(update={"principal": each})).allowed for each in people):
        raise PolicyInvalid(
            "expected a policy under which another administrator could put the next one in force, found none",
            hint='It needs a permit of the action "promote", as the shipped policies have one.',
        )


def loaded(before: Policy, after: PromotedPolicy) -> PromotedPolicy:
    """Return the policy that was there first, so that it can be gone back to."""
    told = {
        "change": "loaded",
        "policy_hash": before.hash,
        "previous": before.hash,
        "text": before.text,
        "by": SYSTEM,
        "agreed_by": SYSTEM,
        "reason": "it was loaded from files",
    }
    return after.model_copy(update={**told, "number": 1})


def proposed(proposal: PolicyProposal, simulation: Simulation) -> Record:
    """Tell that a policy was proposed, with all that was shown."""
    body = PolicyProposed(
        proposal=proposal.id,
        policy_hash=proposal.policy_hash,
        previous=proposal.previous,
        decisions=proposal.decisions,
        simulated=simulation.requests,
        changed=len(simulation.changes),
    )
    return Record(
        tenant=proposal.tenant,
        at=proposal.at,
        actor=proposal.by,
        correlation=proposal.id,
        body=body,
        attachments=(*_texts(proposal.text, proposal.reason), *_shown(proposal)),
    )


def changed_entry(promoted: PromotedPolicy, proposal: str | None, correlation: str) -> Record:
    """Tell that another policy is in force, by whom, and why."""
    told = {
        "change": promoted.change,
        "policy_hash": promoted.policy_hash,
        "previous": promoted.previous,
        "approval": proposal,
    }
    return Record(
        tenant=promoted.tenant,
        at=promoted.at,
        actor=promoted.agreed_by,
        correlation=proposal or correlation,
        body=PolicyChanged.model_validate(told),
        attachments=_texts(promoted.text, promoted.reason),
    )


def _texts(text: str, reason: str) -> tuple[Attachment, ...]:
    return (
        Attachment(field="text", kind="policy", content=text.encode()),
        Attachment(field="reason", kind="policy", content=reason.encode()),
    )


def _shown(proposal: PolicyProposal) -> tuple[Attachment, ...]:
    """Return the golden decisions and the simulation as they are kept beside the log."""
    return tuple(
        Attachment(field=field, kind="policy", content=json.dumps(value, ensure_ascii=False).encode())
        for field, value in (("golden", proposal.golden), ("simulation", proposal.simulation))
    )
