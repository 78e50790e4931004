"""An answer in a chat of one's own ends in two thumbs, and what is pressed is kept for whoever was answered."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from bot.settings import Settings
from bot.surfaces.ports import Ports
from bot.surfaces.teams.pressing import NOT_YOURS, THANKS
from bot.wiring.teams import teams_room
from memory.errors import NotFound
from memory.model.identity import Account, AccountSource
from memory.model.people import Principal
from tests.bot.teaching.lesson_house import lessons_of
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeDoorkeeper
from tests.fakes.people import ALICE, BOB
from tests.fakes.signed_log import FakeSignedLog
from tests.fakes.teams.accounts import FakeIdentities
from tests.fakes.teams.client import CHANNEL, Client, titles
from tests.fakes.teams.service import APP, SECRET, TENANT, teams
from tests.fakes.time import CountingIds, FakeClock
from tests.memory.opening import opened
from tests.patience import until

Given = list[tuple[str, str, bool]]


class House:
    """Teams beside a house that learns; `given` are the thumbs that were kept."""

    def __init__(self, app: FastAPI, service: object, desk: FakeDesk) -> None:
        self.app, self.service, self.desk = app, service, desk
        self.given: Given = []

    def client(self, name: str, **told: object) -> Client:
        return Client(self.app, self.service, name, **told)  # type: ignore[arg-type]  # what `teams` gives


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock = FakeClock(datetime.now(UTC))
    desk, people = FakeDesk(clock), FakeIdentities()
    async with (
        teams(clock) as service,
        opened(f"sqlite:///{tmp_path}/qd.db", clock) as store,
        lessons_of(tmp_path, ()) as lessons,
    ):
        made = House(FastAPI(), service, desk)

        async def thumb(principal: Principal, reply: str, *, up: bool) -> None:
            if principal.id != ALICE.id:
                raise NotFound("expected an answer of theirs, found another")
            made.given.append((principal.id, reply, up))

        lessons.thumb = thumb  # type: ignore[method-assign]  # answers stand in the desk's memory, not in a store
        for person in (ALICE, BOB):
            account = Account(source=AccountSource.TEAMS, issuer=TENANT, subject=f"oid-{person.id}")
            people.people[account] = person
            service.members[f"29:{person.id}"] = {"userRole": "user", "tenantId": TENANT}
        settings = Settings(
            home=tmp_path,
            tenant="acme",
            public_url="https://qd.test",
            teams_app_id=APP,
            teams_app_secret=SecretStr(SECRET),
            teams_home_tenant=TENANT,
        )
        ports = Ports(
            desk=desk,
            log=FakeSignedLog(),
            doorkeeper=FakeDoorkeeper(),
            clock=clock,
            ids=CountingIds(),
            lessons=lessons,
        )
        async with teams_room(settings, ports, store, people, tending=True, cloud=service.cloud()) as room:
            made.app.include_router(room.router)
            yield made


async def test_a_thumb_is_kept_and_thanked_for(house: House) -> None:
    alice = house.client("alice")
    await alice.say("What is wrong with checkout?")
    await until(lambda: "👍" in str(alice.seen()))
    answer = alice.seen()[-1]
    said = await alice.press(answer, "👎")
    assert (said["value"], [(who, up) for who, _, up in house.given]) == (THANKS, [("alice", False)])
    bob = house.client("bob", conversation=alice.conversation, direct=alice.direct)
    assert (await bob.press(answer, "👍"))["value"] == NOT_YOURS
    assert len(house.given) == 1


async def test_a_channel_is_shown_no_thumbs(house: House) -> None:
    alice = house.client("alice", conversation=CHANNEL, direct=False)
    await alice.say("What is wrong with checkout?")
    await until(alice.seen)
    assert "👍" not in titles(alice.seen()[0])
