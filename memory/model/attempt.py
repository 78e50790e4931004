"""What a connector did under one idempotency key, remembered by us, for targets that remember nothing."""

from memory.model.run import Outcome
from memory.model.value import Digest, Identifier, JsonValue, Moment, Value


class Attempt(Value):
    """One call that was begun. Without an outcome, nobody knows whether it took effect."""

    tenant: Identifier
    key: Identifier  # `run:step`
    tool: Identifier
    correlation: Identifier
    arguments: dict[str, JsonValue]
    begun_at: Moment
    outcome: Outcome | None = None


class Suspension(Value):
    """An imported tool that is not what a person agreed to any more; None: it is gone. Nobody may call it."""

    tenant: Identifier
    tool: Identifier
    pinned: Digest
    found: Digest | None
    at: Moment
