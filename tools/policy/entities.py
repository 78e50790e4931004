"""Who and what policy speaks of, as Cedar entities: roles, people, services and the tenant's estate. Pure."""

from collections.abc import Iterable

from memory.model.catalogue import Catalogue
from memory.model.people import Principal, Role
from memory.model.value import JsonValue

Uid = dict[str, str]
Entity = dict[str, object]

# A role includes others: an operator may whatever a viewer may.
_INCLUDES: dict[Role, tuple[Role, ...]] = {
    Role.VIEWER: (),
    Role.AUDITOR: (Role.VIEWER,),
    Role.OPERATOR: (Role.VIEWER,),
    Role.APPROVER: (Role.VIEWER,),
    Role.ADMIN: (Role.OPERATOR, Role.APPROVER, Role.AUDITOR),
}


def uid(kind: str, tenant: str, name: str = "") -> Uid:
    """Return a Cedar entity id. Ids carry the tenant, so that equal names of two tenants never meet."""
    return {"type": kind, "id": f"{tenant}/{name}" if name else tenant}


def snapshot(tenant: str, people: Iterable[Principal], catalogue: Catalogue) -> list[Entity]:
    """Return every entity of one tenant. A person of another tenant is left out, and so denied everything."""
    estate = uid("Estate", tenant)
    return [
        *(_entity({"type": "Role", "id": role.value}, {}, _roles(_INCLUDES[role])) for role in Role),
        _entity(estate, {"tenant": tenant}, []),
        *(_person(person) for person in people if person.tenant == tenant),
        *(
            _entity(
                uid("Service", tenant, service.name),
                {"tenant": tenant, "owner": service.owner, "criticality": service.criticality},
                [estate],
            )
            for service in catalogue.services
        ),
    ]


def run_entity(tenant: str, run: str, requester: str) -> Entity:
    """Return a submitted plan as the resource of an approval."""
    asked_by = {"__entity": uid("User", tenant, requester)}
    return _entity(uid("Run", tenant, run), {"tenant": tenant, "requester": asked_by}, [])


def argument_values(values: dict[str, JsonValue], types: dict[str, str]) -> dict[str, JsonValue]:
    """Return a call's arguments as Cedar context; what is absent stays absent, so policies test with `has`."""
    return {
        name: value if types[name] != "String" else str(value)
        for name, value in values.items()
        if value is not None
    }


def _person(person: Principal) -> Entity:
    attributes: dict[str, object] = {
        "tenant": person.tenant,
        "kind": person.kind.value,
        "teams": sorted(person.teams),
    }
    return _entity(uid("User", person.tenant, person.id), attributes, _roles(person.roles))


def _roles(roles: Iterable[Role]) -> list[Uid]:
    return [{"type": "Role", "id": role.value} for role in roles]


def _entity(identity: Uid, attributes: dict[str, object], parents: list[Uid]) -> Entity:
    return {"uid": identity, "attrs": attributes, "parents": parents}
