"""Who: the tenant, the person in it, and the surfaces they speak through."""

from enum import StrEnum

from memory.model.value import Identifier, Value


class Role(StrEnum):
    """What a person may be to a tenant. Policy decides what each role means."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    APPROVER = "approver"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Surface(StrEnum):
    """Where a message came in and a reply goes out."""

    CLI = "cli"
    CONSOLE = "console"
    REST = "rest"
    SLACK = "slack"
    TEAMS = "teams"
    VOICE = "voice"


class PrincipalKind(StrEnum):
    """A person, or a program that acts under its own name."""

    PERSON = "person"
    SERVICE = "service"


class Compliance(StrEnum):
    """Which rules on regions a tenant is under. Policy decides what each means."""

    STANDARD = "standard"
    REGIONAL = "regional"  # a service with a region is changed only by people of that region


class Tenant(Value):
    """An isolated customer. Nothing of one tenant is ever visible to another."""

    id: Identifier
    name: str


class Principal(Value):
    """A person or service in one tenant, whichever surfaces they use. `id` is the person, not the account."""

    id: Identifier
    tenant: Identifier
    name: str
    kind: PrincipalKind = PrincipalKind.PERSON
    roles: tuple[Role, ...] = ()
    teams: tuple[str, ...] = ()
    region: str = ""  # where they work, such as "eu"; empty: not known
