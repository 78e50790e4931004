"""Who may do what with the records of a tenant. Everybody is asked for in their own tenant alone. Pure."""

from memory.errors import PolicyDenied
from memory.model.people import Principal, Role

AUDITING = frozenset({Role.AUDITOR, Role.ADMIN})


def reader(principal: Principal) -> str:
    """Return the tenant a person may look things up in: their own, if they hold any role there."""
    if not principal.roles:
        raise PolicyDenied(
            f"expected somebody with a role, found {principal.id} with none",
            hint="Ask an administrator for the role viewer.",
        )
    return principal.tenant


def audits(principal: Principal) -> bool:
    """Return whether a person may know who did what, and read what was said."""
    return bool(AUDITING & set(principal.roles))


def auditor(principal: Principal) -> str:
    """Return the tenant whose records a person may take out of the house; raises `PolicyDenied`."""
    if not audits(principal):
        raise PolicyDenied(f"expected an auditor or an administrator, found {principal.id}, who is neither")
    return principal.tenant


def administrator(principal: Principal) -> str:
    """Return the tenant in which a person may hold and erase records; raises `PolicyDenied`."""
    if Role.ADMIN not in principal.roles:
        raise PolicyDenied(f"expected an administrator, found {principal.id}, who is none")
    return principal.tenant
