"""What groups give is what Microsoft says now; while it says nothing, nothing new is given."""

from collections.abc import AsyncIterator

import pytest

from bot.surfaces.teams.activities import Incoming
from bot.surfaces.teams.groups import KEPT, EntraGroups
from bot.surfaces.teams.visitors import Visitors
from memory.errors import TeamsUnreachable
from memory.model.identity import Account, AccountSource
from memory.model.people import Principal
from memory.model.teams import Place
from tests.fakes.people import ALICE
from tests.fakes.teams.accounts import FakeIdentities
from tests.fakes.teams.service import TENANT, FakeTeams
from tests.fakes.time import MIDNIGHT, FakeClock

ACCOUNT = Account(source=AccountSource.TEAMS, issuer=TENANT, subject="oid-alice")
PLACE = Place(
    tenant="acme", id="place_1", entra=TENANT, service_url="https://x.test", conversation="a:1", seen_at=MIDNIGHT
)


class Watched(FakeIdentities):
    """Remembers which groups it was told of."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, ...]] = []

    async def seen(self, account: Account, groups: object) -> Principal | None:
        assert isinstance(groups, tuple)
        self.told.append(groups)
        return await self.resolve(account)


class NoConversations:
    async def put(self, place: Place) -> None: ...

    async def find(self, tenant: str, place: str) -> Place | None:
        return None

    async def remove(self, tenant: str, place: str) -> bool:
        return False


class NoGuests:
    async def guest(self, place: Place, member: str) -> bool:
        return False


@pytest.fixture
async def groups(service: FakeTeams, clock: FakeClock) -> AsyncIterator[EntraGroups]:
    made = EntraGroups(service.registration(), clock)
    yield made
    await made.close()


async def test_groups_are_asked_for_once_in_a_while(
    groups: EntraGroups, service: FakeTeams, clock: FakeClock
) -> None:
    service.groups["oid-alice"] = ["g-2", "g-1"]
    assert [await groups.of(ACCOUNT) for _ in range(2)] == [("g-1", "g-2")] * 2
    service.groups["oid-alice"] = []
    clock.move(KEPT.total_seconds())
    assert await groups.of(ACCOUNT) == ()
    assert service.asked["/v1.0/users/oid-alice/getMemberGroups"] == 2


async def test_another_tenants_groups_are_not_asked_for(groups: EntraGroups) -> None:
    assert await groups.of(ACCOUNT.model_copy(update={"issuer": "another"})) is None


async def test_a_person_comes_with_their_groups_and_without_new_ones_while_nobody_says(
    groups: EntraGroups, service: FakeTeams, clock: FakeClock
) -> None:
    identities = Watched()
    identities.people[ACCOUNT] = ALICE
    visitors = Visitors("acme", identities, NoGuests(), NoConversations(), clock, groups)
    came = Incoming(type="message", tenant=TENANT, person="oid-alice", sender="29:alice")
    with pytest.raises(TeamsUnreachable):
        await groups.of(ACCOUNT)
    assert await visitors.person(came, PLACE) == ALICE
    assert identities.told == []
    service.groups["oid-alice"] = ["g-1"]
    assert await visitors.person(came, PLACE) == ALICE
    assert identities.told == [("g-1",)]
