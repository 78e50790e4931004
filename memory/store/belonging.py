"""The last check before a record leaves the store or enters it: that it is the tenant's who asks. Pure."""

from memory.errors import TenantMismatch


def belonging(tenant: str, *found: str) -> None:
    """Raise `TenantMismatch` when any tenant found in a record is not `tenant`. The message names neither."""
    if any(other != tenant for other in found):
        raise TenantMismatch(
            "expected a record of the tenant that asked, found another tenant's",
            hint="Nothing was read or written. This is a defect or tampering: keep the database and report it.",
        )
