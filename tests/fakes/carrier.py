"""A carrier that does what it is told leg by leg, and keeps count of what it was asked for."""

import asyncio
import threading
from collections import Counter
from collections.abc import Sequence

from memory.errors import QuarterdeckError
from runbooks.engine import Report, Work

LEGS = ("begin", "second", "third")


class FakeCarrier:
    """Carries out three legs of every work. `gate` holds them back; `errors` are raised, the first one first."""

    def __init__(self, legs: Sequence[str] = LEGS) -> None:
        self._legs = tuple(legs)
        self.carried: list[tuple[str, str]] = []  # legs that ended: the work's id and the leg
        self.begun: Counter[tuple[str, str]] = Counter()
        self.at_once: Counter[str] = Counter()  # works under way, by tenant
        self.most: Counter[str] = Counter()
        self.errors: dict[str, list[QuarterdeckError]] = {}
        self.rest_s = 0.0
        self.gate = asyncio.Event()
        self.gate.set()
        self.threads: set[int] = set()

    async def carry(self, work: Work, leg: str) -> Report:
        self.begun[work.id, leg] += 1
        self.threads.add(threading.get_ident())
        self.at_once[work.tenant] += 1
        self.most[work.tenant] = max(self.most[work.tenant], self.at_once[work.tenant])
        try:
            await self.gate.wait()
            await asyncio.sleep(0)
            if self.errors.get(work.run):
                raise self.errors[work.run].pop(0)
        finally:
            self.at_once[work.tenant] -= 1
        self.carried.append((work.id, leg))
        after = self._legs.index(leg) + 1
        return Report(next=self._legs[after] if after < len(self._legs) else None, after_s=self.rest_s)

    def of(self, work: Work) -> list[str]:
        """Return the legs of a work that ended, in order."""
        return [leg for name, leg in self.carried if name == work.id]
