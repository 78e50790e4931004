"""The Cedar schema, made from the capabilities: a tool is an action in groups, of its tier and its effect. Pure.

A capability without a tier gets no action, so no policy can ever permit it.
"""

from collections.abc import Collection, Iterable

from memory.errors import PolicyInvalid
from memory.model.plan import Effect, Tier
from tools.contract import Capability
from tools.policy.arguments import argument_types

APPROVE = "approve"
CALL = "call"  # the group of every tool
GROUPS = (CALL, *(tier.value for tier in Tier), *(effect.value for effect in Effect))

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
_APPROVE = f'action "{APPROVE}" appliesTo {{ principal: [User], resource: [Run], context: {{}} }};'


def cedar_schema(capabilities: Iterable[Capability], told: Collection[str] = tuple(CONTEXT)) -> str:
    """Return the schema as Cedar text, actions sorted by name so that equal tools give equal text.

    `told` is what of `CONTEXT` a request tells. Raises `PolicyInvalid` for a tool that takes the name of a group,
    and for one that changes something from the tier of those that only look.
    """
    context = "".join(f"{name}{kind}, " for name, kind in CONTEXT.items() if name in told)
    named = sorted(capabilities, key=lambda capability: capability.name)
    actions = [_action(each, each.tier, context) for each in named if each.tier is not None]
    return "\n".join([_ENTITIES, *(_group(name, context) for name in GROUPS), _APPROVE, *actions, ""])


def _group(name: str, context: str) -> str:
    """Return a group that has a request of its own, so that a policy may name it before it has any tool."""
    return f'action "{name}" appliesTo {_asked(context, "")};'


def _action(capability: Capability, tier: Tier, context: str) -> str:
    if capability.name in {*GROUPS, APPROVE}:
        raise PolicyInvalid(f"expected a tool with a name of its own, found {capability.name}, which is a group")
    if tier is Tier.OBSERVE and capability.effect not in {Effect.READ, Effect.EGRESS}:
        found = f"{capability.name}, whose effect is {capability.effect.value}"
        raise PolicyInvalid(f"expected a tool of the tier observe to change nothing, found {found}")
    fields = ", ".join(f'"{name}"?: {kind}' for name, kind in argument_types(capability.arguments).items())
    groups = ", ".join(f'Action::"{each}"' for each in (CALL, tier.value, capability.effect.value))
    return f'action "{capability.name}" in [{groups}] appliesTo {_asked(context, fields)};'


def _asked(context: str, fields: str) -> str:
    return (
        f"{{ principal: [User], resource: [Service, Estate], context: {{ {context}arguments: {{ {fields} }} }} }}"
    )
