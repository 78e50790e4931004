"""Sign-ins and one-time codes, in memory."""

from datetime import datetime

from bot.sessions import Sessions
from memory.clock import Clock
from memory.ids import Ids
from memory.model.identity import SignIn
from tests.fakes.people import TENANT
from tests.fakes.time import CountingIds

KEY = b"k" * 32


class FakeSignIns:
    """Keeps sign-ins until they end."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], SignIn] = {}

    async def begin(self, sign_in: SignIn) -> None:
        self.kept[sign_in.tenant, sign_in.id] = sign_in

    async def find(self, tenant: str, sign_in: str) -> SignIn | None:
        return self.kept.get((tenant, sign_in))

    async def of(self, tenant: str, person: str) -> tuple[SignIn, ...]:
        return tuple(each for each in self.kept.values() if (each.tenant, each.person) == (tenant, person))

    async def move(self, sign_in: SignIn, before: int) -> bool:
        known = self.kept.get((sign_in.tenant, sign_in.id))
        if known is None or known.serial != before:
            return False
        self.kept[sign_in.tenant, sign_in.id] = sign_in
        return True

    async def end(self, tenant: str, person: str, now: datetime, only: str | None = None) -> int:
        del now
        over = [each.id for each in await self.of(tenant, person) if only in {None, each.id}]
        for name in over:
            del self.kept[tenant, name]
        return len(over)


class FakeCodes:
    """Keeps codes until they are taken."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, str], tuple[str, datetime]] = {}

    async def issue(self, tenant: str, purpose: str, code: str, document: str, expires_at: datetime) -> None:
        self.kept[tenant, purpose, code] = (document, expires_at)

    async def take(self, tenant: str, purpose: str, code: str, now: datetime) -> str | None:
        document, until = self.kept.pop((tenant, purpose, code), ("", now))
        return document if until > now else None


def sessions_in_memory(
    clock: Clock,
    *,
    key: bytes = KEY,
    tenant: str = TENANT,
    sign_ins: FakeSignIns | None = None,
    ids: Ids | None = None,
) -> Sessions:
    """Return sessions of one node; nodes that share `sign_ins` are one house."""
    return Sessions(key, tenant, sign_ins or FakeSignIns(), FakeCodes(), clock, ids or CountingIds())
