"""What connectors did under which key, in memory."""

from datetime import datetime

from memory.model.attempt import Attempt
from memory.model.run import Outcome


class FakeAttempts:
    """Remembers as the store does."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Attempt] = {}

    async def begin(self, attempt: Attempt) -> Attempt | None:
        this = (attempt.tenant, attempt.key)
        if this in self.kept:
            return self.kept[this]
        self.kept[this] = attempt
        return None

    async def find(self, tenant: str, key: str) -> Attempt | None:
        return self.kept.get((tenant, key))

    async def finish(self, tenant: str, key: str, outcome: Outcome, at: datetime) -> None:
        found = self.kept.get((tenant, key))
        if found is not None and found.outcome is None:
            self.kept[tenant, key] = found.model_copy(update={"outcome": outcome})

    async def forget(self, tenant: str, key: str) -> None:
        found = self.kept.get((tenant, key))
        if found is not None and found.outcome is None:
            del self.kept[tenant, key]
