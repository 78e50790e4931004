"""A clock that stands until it is moved, and ids that count."""

from collections import Counter
from datetime import UTC, datetime, timedelta

MIDNIGHT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


class FakeClock:
    """Tells the time it was set to. Pausing moves it, so that waiting takes no time."""

    def __init__(self, at: datetime = MIDNIGHT) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    async def pause(self, seconds: float) -> None:
        self.move(seconds)


class CountingIds:
    """Makes `kind_1`, then `kind_2`, and so on."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def new(self, kind: str) -> str:
        self._counts[kind] += 1
        return f"{kind}_{self._counts[kind]}"
