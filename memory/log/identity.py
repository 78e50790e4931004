"""Who signs: one private key, which signs a log of its own for each tenant. Pure; others make and keep the key."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from memory.log.keys import Signer
from memory.log.note import check_name


class LogKey:
    """The key of every log of one installation. A log's origin, and its key's name, is `NAME/TENANT`."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        check_name(name)
        self.name = name
        self._private = private

    def origin(self, tenant: str) -> str:
        """Return the name of a tenant's log."""
        return f"{self.name}/{tenant}"

    def signer(self, tenant: str) -> Signer:
        """Return who signs a tenant's log; raises `LogMalformed` where the tenant's name holds a `+`."""
        return Signer(self.origin(tenant), self._private)
