"""Who may let a credential count, and who may end it: never its holder alone. Pure.

It counts once an administrator who is not its holder agreed. It stops counting the moment its holder or an
administrator asks, and is revoked for good once a second person, an administrator again, agreed to that too.
"""

from datetime import datetime

from memory.errors import CredentialRefused, PolicyDenied
from memory.model.credential import Credential, CredentialStanding
from memory.model.people import Principal, PrincipalKind, Role


def confirmed(credential: Credential, by: Principal, now: datetime) -> Credential:
    """Return the credential after a second person agreed to what was asked last: that it counts, or that it ends.

    Raises `PolicyDenied` or `CredentialRefused`.
    """
    standing = credential.standing()
    asked_by = credential.suspended_by if standing is CredentialStanding.SUSPENDED else credential.holder
    if by.kind is not PrincipalKind.PERSON or Role.ADMIN not in by.roles:
        raise PolicyDenied(f"expected an administrator, found {by.id}, who is none", hint=_SECOND)
    if by.id in {credential.holder, asked_by}:
        raise PolicyDenied(
            f"expected a second person, found {by.id}, who holds it or asked for this", hint=_SECOND
        )
    if standing is CredentialStanding.PROPOSED:
        return credential.model_copy(update={"confirmed_by": by.id, "confirmed_at": now})
    if standing is CredentialStanding.SUSPENDED:
        return credential.model_copy(update={"revoked_by": by.id, "revoked_at": now})
    raise CredentialRefused(f"expected a credential that waits for a second person, found one that is {standing}")


def ended(credential: Credential, by: Principal, now: datetime) -> Credential:
    """Return the credential after somebody asked to end it: it counts no more. Raises as `confirmed`."""
    if by.kind is not PrincipalKind.PERSON or (by.id != credential.holder and Role.ADMIN not in by.roles):
        raise PolicyDenied(f"expected its holder or an administrator, found {by.id}")
    standing = credential.standing()
    if standing is CredentialStanding.PROPOSED:  # it never counted: nobody else has to agree
        return credential.model_copy(update={"revoked_by": by.id, "revoked_at": now})
    if standing is CredentialStanding.ACTIVE:
        return credential.model_copy(update={"suspended_by": by.id, "suspended_at": now})
    raise CredentialRefused(f"expected a credential that counts, found one that is {standing.value}")


_SECOND = "An administrator other than its holder, and than whoever asked, has to agree."
