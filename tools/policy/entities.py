"""Who and what policy speaks of, as Cedar entities: the tenant, roles, people, services, tools, freezes. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

from memory.model.catalogue import Freeze, Service
from memory.model.people import Principal, Role
from memory.model.value import JsonValue
from tools.policy.facts import Facts

Uid = dict[str, str]
Entity = dict[str, object]

# A role includes others: an operator may whatever a viewer may.
INCLUDES: dict[Role, tuple[Role, ...]] = {
    Role.VIEWER: (),
    Role.AUDITOR: (Role.VIEWER,),
    Role.OPERATOR: (Role.VIEWER,),
    Role.APPROVER: (Role.VIEWER,),
    Role.ADMIN: (Role.OPERATOR, Role.APPROVER, Role.AUDITOR),
}


def uid(kind: str, tenant: str, name: str = "") -> Uid:
    """Return a Cedar entity id. Ids carry the tenant, so that equal names of two tenants never meet."""
    return {"type": kind, "id": f"{tenant}/{name}" if name else tenant}


def held(roles: Iterable[Role]) -> frozenset[Role]:
    """Return the roles with all that they include."""
    return frozenset(each for role in roles for each in _and_included(role))


@cache
def _and_included(role: Role) -> frozenset[Role]:
    return frozenset({role}).union(*map(_and_included, INCLUDES[role]))


def snapshot(facts: Facts) -> list[Entity]:
    """Return every entity of one tenant. A person of another tenant is left out, and so denied everything."""
    tenant = facts.tenant
    return [
        *common(facts),
        *(person(each) for each in facts.people if each.tenant == tenant),
        *(_service(tenant, each) for each in facts.catalogue.services),
        *(_tool(each.name, facts.score(each.name)) for each in facts.capabilities),
        *(_freeze(tenant, each) for each in facts.catalogue.freezes),
    ]


def common(facts: Facts) -> list[Entity]:
    """Return what every request needs: the roles, the tenant and its estate."""
    rules: dict[str, object] = {"compliance": facts.compliance.value, "timezone": facts.timezone}
    return [
        *(_entity({"type": "Role", "id": role.value}, {}, _roles(INCLUDES[role])) for role in Role),
        _entity(uid("Tenant", facts.tenant), rules, []),
        _entity(uid("Estate", facts.tenant), {"tenant": _tenant(facts.tenant)}, []),
    ]


def person(principal: Principal) -> Entity:
    """Return a person with their roles as parents."""
    attributes: dict[str, object] = {
        "tenant": _tenant(principal.tenant),
        "kind": principal.kind.value,
        "teams": sorted(principal.teams),
    }
    return _entity(
        uid("User", principal.tenant, principal.id),
        attributes | _region(principal.region),
        _roles(principal.roles),
    )


def run_entity(tenant: str, run: str, requester: str) -> Entity:
    """Return a submitted plan as the resource of an approval."""
    asked_by = _reference(uid("User", tenant, requester))
    return _entity(uid("Run", tenant, run), {"tenant": _tenant(tenant), "requester": asked_by}, [])


def moment(at: datetime) -> JsonValue:
    """Return a Cedar datetime, exact to the millisecond."""
    text = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"__extn": {"fn": "datetime", "arg": text}}


def _service(tenant: str, service: Service) -> Entity:
    attributes: dict[str, object] = {
        "tenant": _tenant(tenant),
        "owner": service.owner,
        "criticality": service.criticality,
        "environments": sorted(service.environments),
    }
    return _entity(
        uid("Service", tenant, service.name), attributes | _region(service.region), [uid("Estate", tenant)]
    )


def _tool(name: str, trust: int) -> Entity:
    return _entity({"type": "Tool", "id": name}, {"trust": trust}, [])


def _freeze(tenant: str, freeze: Freeze) -> Entity:
    attributes: dict[str, object] = {
        "tenant": _tenant(tenant),
        "starts": moment(freeze.starts_at),
        "ends": moment(freeze.ends_at),
        "environments": sorted(freeze.environments),
        "services": sorted(freeze.services),
    }
    return _entity(uid("Freeze", tenant, freeze.name), attributes, [])


def _region(name: str) -> dict[str, object]:
    return {"region": name} if name else {}


def _tenant(name: str) -> dict[str, Uid]:
    return _reference(uid("Tenant", name))


def _reference(identity: Uid) -> dict[str, Uid]:
    return {"__entity": identity}


def _roles(roles: Iterable[Role]) -> list[Uid]:
    return [{"type": "Role", "id": role.value} for role in roles]


def _entity(identity: Uid, attributes: dict[str, object], parents: list[Uid]) -> Entity:
    return {"uid": identity, "attrs": attributes, "parents": parents}
