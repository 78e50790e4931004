"""A small tenant: who is who, and what runs."""

from bot.policies import shipped
from memory.model.catalogue import Catalogue, Service
from memory.model.people import Principal, PrincipalKind, Role
from tools.capabilities import EVERY
from tools.contract import Capability
from tools.policy import Facts, Policy

TENANT = "acme"


def person(name: str, *roles: Role, tenant: str = TENANT, kind: PrincipalKind = PrincipalKind.PERSON) -> Principal:
    return Principal(id=name, tenant=tenant, name=name.capitalize(), kind=kind, roles=roles)


VIC = person("vic", Role.VIEWER)
ALICE = person("alice", Role.OPERATOR, Role.APPROVER)
BOB = person("bob", Role.APPROVER)
CARA = person("cara", Role.APPROVER)
ROBOT = person("robot", Role.OPERATOR, Role.APPROVER, kind=PrincipalKind.SERVICE)
MALLORY = person("mallory", Role.ADMIN, tenant="evil")
EVERYBODY = (VIC, ALICE, BOB, CARA, ROBOT)

CATALOGUE = Catalogue(
    services=(
        Service(name="storefront", depends_on=("checkout",), criticality=2, owner="web"),
        Service(name="checkout", depends_on=("payments",), criticality=2, owner="shop"),
        Service(name="payments", criticality=1, owner="money"),
    )
)


def default_text() -> str:
    return shipped().text()


def glass(role: Role = Role.OPERATOR, *, environment: str = "production", minutes: int = 15) -> str:
    """Return a policy by which people of a role may go ahead alone."""
    return f"""
@id("{role.value}s-break-the-glass-in-{environment}")
@minutes("{minutes}")
@needed("the role {role.value}, in {environment}")
permit (principal in Role::"{role.value}", action == Action::"break_glass", resource is Run)
when {{ context.environment == "{environment}" }};
"""


def facts(
    *,
    capabilities: tuple[Capability, ...] = EVERY,
    people: tuple[Principal, ...] = EVERYBODY,
    catalogue: Catalogue = CATALOGUE,
) -> Facts:
    return Facts(tenant=TENANT, capabilities=capabilities, people=people, catalogue=catalogue)


def policy(
    text: str | None = None,
    *,
    capabilities: tuple[Capability, ...] = EVERY,
    people: tuple[Principal, ...] = EVERYBODY,
    catalogue: Catalogue = CATALOGUE,
) -> Policy:
    known = facts(capabilities=capabilities, people=people, catalogue=catalogue)
    return Policy(default_text() if text is None else text, known)
