"""The Cedar schema, made from the capabilities: a tool is an action in groups, of its tier and its effect. Pure.

A capability without a tier gets no action, so no policy can ever permit it.
"""

from collections.abc import Collection, Iterable, Mapping

from memory.errors import PolicyInvalid
from memory.model.plan import Effect, Tier
from tools.contract import Capability
from tools.policy.arguments import argument_types
from tools.policy.question import Say

PROMOTE = "promote"
CALL = "call"  # the group of every tool
RECORDS = "records"  # of those that change our own records alone
GROUPS = (CALL, RECORDS, *(tier.value for tier in Tier), *(effect.value for effect in Effect))

_ENTITIES = """\
entity Tenant { compliance: String, timezone: String };
entity Role in [Role];
entity Estate { tenant: Tenant };
entity User in [Role] { tenant: Tenant, kind: String, teams: Set<String>, region?: String };
entity Service in [Estate] {
  tenant: Tenant, owner: String, criticality: Long, environments: Set<String>, region?: String
};
entity Run { tenant: Tenant, requester: User };
entity Tool { trust: Long };
entity Freeze {
  tenant: Tenant, starts: datetime, ends: datetime, environments: Set<String>, services: Set<String>
};
"""
# What a request tells besides its arguments, and as what; `?` where it may be left out.
CONTEXT = {
    "approvals": ": Long",
    "assurance": ": Long",
    "environment": ": String",
    "untrusted": ": Set<String>",
    "inferred": ": Set<String>",
    "freezes": ": Set<String>",
    "now": ": datetime",
    "weekday": ": Long",
    "hour": ": Long",
    "trust": ": Long",
    "budget": "?: { actions: Long, cents: Long, tokens: Long }",
}
# What is told of a yes to a plan, once for each call of it that acts.
ASSENT = {
    "tool": ": String",
    "tier": ": String",
    "effect": ": String",
    "service": ": String",
    "owner": "?: String",
    "criticality": "?: Long",
    "environment": ": String",
    "approvals": ": Long",
    "assurance": ": Long",
    "spoken": ": Bool",
    "teams": ": Set<String>",
    "freezes": ": Set<String>",
    "now": ": datetime",
    "weekday": ": Long",
    "hour": ": Long",
}
PROMOTION = {
    "proposer": ": User",
    "changed": ": Long",
    "assurance": ": Long",
    "now": ": datetime",
    "weekday": ": Long",
    "hour": ": Long",
}
RESERVED = (*GROUPS, *Say, PROMOTE)


def cedar_schema(capabilities: Iterable[Capability], told: Collection[str] = tuple(CONTEXT)) -> str:
    """Return the schema as Cedar text, actions sorted by name so that equal tools give equal text.

    `told` is what of `CONTEXT` a request tells. Raises `PolicyInvalid` for a tool whose name policies know
    otherwise, and for one that changes something from the tier of those that only look.
    """
    context = "".join(f"{name}{kind}, " for name, kind in CONTEXT.items() if name in told)
    named = sorted(capabilities, key=lambda capability: capability.name)
    actions = [_action(each, each.tier, context) for each in named if each.tier is not None]
    groups = [_group(name, context) for name in GROUPS]
    said = [_of_people(say.value, "Run", ASSENT) for say in Say]
    return "\n".join([_ENTITIES, *groups, *said, _of_people(PROMOTE, "Estate", PROMOTION), *actions, ""])


def _group(name: str, context: str) -> str:
    """Return a group that has a request of its own, so that a policy may name it before it has any tool."""
    return f'action "{name}" appliesTo {_asked(context, "")};'


def _of_people(name: str, resource: str, told: Mapping[str, str]) -> str:
    context = ", ".join(f"{field}{kind}" for field, kind in told.items())
    return f'action "{name}" appliesTo {{ principal: [User], resource: [{resource}], context: {{ {context} }} }};'


def _action(capability: Capability, tier: Tier, context: str) -> str:
    if capability.name in RESERVED:
        raise PolicyInvalid(f"expected a tool with a name of its own, found {capability.name}, which is taken")
    if tier is Tier.OBSERVE and capability.effect not in {Effect.READ, Effect.EGRESS}:
        found = f"{capability.name}, whose effect is {capability.effect.value}"
        raise PolicyInvalid(f"expected a tool of the tier observe to change nothing, found {found}")
    fields = ", ".join(f'"{name}"?: {kind}' for name, kind in argument_types(capability.arguments).items())
    own = (RECORDS,) if capability.ours else ()
    groups = ", ".join(f'Action::"{each}"' for each in (CALL, *own, tier.value, capability.effect.value))
    return f'action "{capability.name}" in [{groups}] appliesTo {_asked(context, fields)};'


def _asked(context: str, fields: str) -> str:
    return (
        f"{{ principal: [User], resource: [Service, Estate], context: {{ {context}arguments: {{ {fields} }} }} }}"
    )
