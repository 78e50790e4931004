"""The Cedar schema, made from the capabilities: each tool is an action in the group of its tier. Pure.

A capability without a tier gets no action, so no policy can ever permit it.
"""

import types
from collections.abc import Iterable
from typing import Annotated, Union, get_args, get_origin

from memory.model.plan import Tier
from tools.contract import Arguments, Capability

_ENTITIES = """\
entity Role in [Role];
entity Estate { tenant: String };
entity User in [Role] { tenant: String, kind: String, teams: Set<String> };
entity Service in [Estate] { tenant: String, owner: String, criticality: Long };
entity Run { tenant: String, requester: User };
"""
_APPROVE = 'action "approve" appliesTo { principal: [User], resource: [Run], context: {} };'


def cedar_schema(capabilities: Iterable[Capability]) -> str:
    """Return the schema as Cedar text, actions sorted by name so that equal tools give equal text."""
    tiers = "action " + ", ".join(f'"{tier.value}"' for tier in Tier) + ";"
    named = sorted(capabilities, key=lambda capability: capability.name)
    actions = [_action(capability, capability.tier) for capability in named if capability.tier is not None]
    return "\n".join([_ENTITIES + tiers, _APPROVE, *actions, ""])


def _action(capability: Capability, tier: Tier) -> str:
    fields = ", ".join(f'"{name}"?: {kind}' for name, kind in argument_types(capability.arguments).items())
    context = f"approvals: Long, environment: String, untrusted: Set<String>, arguments: {{ {fields} }}"
    return (
        f'action "{capability.name}" in [Action::"{tier.value}"] appliesTo '
        f"{{ principal: [User], resource: [Service, Estate], context: {{ {context} }} }};"
    )


def argument_types(arguments: type[Arguments]) -> dict[str, str]:
    """Return each argument's Cedar type: `Bool`, `Long`, or `String` for all else."""
    return {name: _cedar_type(field.annotation) for name, field in arguments.model_fields.items()}


def _cedar_type(annotation: object) -> str:
    members = [member for member in _members(annotation) if member is not type(None)]
    if members == [bool]:
        return "Bool"
    return "Long" if members == [int] else "String"


def _members(annotation: object) -> list[object]:
    """Return the plain types inside unions and `Annotated`."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _members(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        return [inner for member in get_args(annotation) for inner in _members(member)]
    return [annotation]
