"""How programs prove who they are, and how a repeated request is recognised."""

from datetime import datetime

from pydantic import Field

from memory.model.value import Identifier, Moment, Value


class ApiKey(Value):
    """A program's key to one tenant as one principal, limited to scopes. The secret itself is kept nowhere."""

    id: Identifier
    tenant: Identifier
    principal: Identifier
    label: str = Field(default="", max_length=200)
    scopes: tuple[Identifier, ...]
    created_at: Moment
    expires_at: Moment | None = None
    revoked_at: Moment | None = None

    def usable(self, now: datetime) -> bool:
        """Return whether the key is neither expired nor revoked."""
        return (self.expires_at is None or now < self.expires_at) and self.revoked_at is None


class StoredResponse(Value):
    """What was answered to a request under an idempotency key, to be answered again."""

    status: int
    body: str
    headers: dict[str, str] = Field(default_factory=dict)
