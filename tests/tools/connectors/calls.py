"""Calling hands as the gate does, now."""

from datetime import UTC, datetime

from tools.contract import CallContext


def context(key: str = "run_1:0", *, correlation: str = "msg_1", deadline_s: float = 10.0) -> CallContext:
    return CallContext(
        tenant="acme",
        principal="alice",
        correlation=correlation,
        key=key,
        now=datetime.now(UTC),
        deadline_s=deadline_s,
    )
