"""One of each further thing that Slack's rooms keep, for any tenant."""

from memory.model.shown import Success
from tests.fakes.time import MIDNIGHT


def success(tenant: str = "acme", **changes: object) -> Success:
    told: dict[str, object] = {"tenant": tenant, "run": "run_1", "team": "T1", "channel": "C1"}
    told |= {"day": "2026-07-01", "title": "Roll back checkout", "requester": "Alice", "at": MIDNIGHT}
    return Success.model_validate(told | changes)
