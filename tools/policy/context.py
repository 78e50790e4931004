"""What a request tells policy besides who, what and where: the context of a call. Pure; the moment is given."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, tzinfo

from memory.model.approval import Assurance
from memory.model.intent import Provenance
from memory.model.plan import Call
from tools.policy.arguments import argument_values
from tools.policy.entities import moment, uid
from tools.policy.facts import Facts
from tools.policy.question import Assent, Promotion, Question
from tools.policy.refusals import Action

Context = dict[str, object]


def place(call: Call) -> tuple[str, str]:
    """Return the service and the environment a call names, each empty where it names none.

    Whether there are such is looked at before (`tools/policy/refusals.py`).
    """
    return str(call.arguments.get("service") or ""), str(call.arguments.get("environment") or "")


def context(
    question: Question, told: Collection[str], types: Mapping[str, str], facts: Facts, zone: tzinfo
) -> Context:
    """Return what of the context of a call is `told`, besides its arguments.

    Raises `InvalidWindow` for an argument that is no duration.
    """
    context: Context = {name: _TELLING[name](question, facts, zone) for name in told}
    if question.budget is None:
        context.pop("budget", None)
    return context | {"arguments": argument_values(question.call.arguments, types)}


def assent_context(assent: Assent, action: Action | None, facts: Facts, zone: tzinfo) -> Context:
    """Return what is told of a yes to a plan; `action` is the tool that its call would use."""
    service, environment = place(assent.call) if assent.call else ("", "")
    running = next((each for each in facts.catalogue.services if each.name == service), None)
    owned: Context = {"owner": running.owner, "criticality": running.criticality} if running else {}
    return owned | {
        "tool": assent.call.tool if assent.call else "",
        "tier": action.tier if action else "",
        "effect": action.effect if action else "",
        "service": service,
        "environment": environment,
        "approvals": assent.approvals,
        "assurance": assent.assurance.level(),
        "spoken": assent.assurance is Assurance.SPOKEN,
        "teams": sorted(assent.teams),
        "freezes": _frozen(facts, assent.at, environment, service),
        **_clock(assent.at, zone),
    }


def promotion_context(promotion: Promotion, facts: Facts, zone: tzinfo) -> Context:
    """Return what is told of a policy that somebody would put in force."""
    return {
        "proposer": {"__entity": uid("User", facts.tenant, promotion.proposer)},
        "changed": promotion.changed,
        "assurance": promotion.assurance.level(),
        **_clock(promotion.at, zone),
    }


def _clock(at: datetime, zone: tzinfo) -> Context:
    local = at.astimezone(zone)
    return {"now": moment(at), "weekday": local.isoweekday(), "hour": local.hour}


def _frozen(facts: Facts, at: datetime, environment: str, service: str) -> list[str]:
    return [each.name for each in facts.catalogue.freezes if each.holds(at, environment, service)]


def _freezes(question: Question, facts: Facts, _zone: tzinfo) -> list[str]:
    service, environment = place(question.call)
    return _frozen(facts, question.at, environment, service)


def _inferred(question: Question, _facts: Facts, _zone: tzinfo) -> list[str]:
    return sorted(name for name, origin in question.call.provenance.items() if origin is Provenance.MODEL)


# Each attribute of `tools.policy.schema.CONTEXT`; weekdays and hours are those on the wall where the tenant is.
_TELLING: dict[str, Callable[[Question, Facts, tzinfo], object]] = {
    "approvals": lambda question, _facts, _zone: question.approvals,
    "assurance": lambda question, _facts, _zone: question.level(),
    "environment": lambda question, _facts, _zone: place(question.call)[1],
    "untrusted": lambda question, _facts, _zone: question.call.untrusted(),
    "inferred": _inferred,
    "freezes": _freezes,
    "now": lambda question, _facts, _zone: moment(question.at),
    "weekday": lambda question, _facts, zone: question.at.astimezone(zone).isoweekday(),
    "hour": lambda question, _facts, zone: question.at.astimezone(zone).hour,
    "trust": lambda question, facts, _zone: facts.score(question.call.tool),
    "budget": lambda question, _facts, _zone: question.budget.model_dump() if question.budget else None,
}
