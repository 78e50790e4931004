"""What surfaces ask of rooms: which stand, what somebody missed, a note for whoever takes over, who was told."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.identity.directory import Directory
from bot.incidents import Incidents
from bot.incidents.room import IncidentRoom
from bot.incidents.rooms import Fixtures, Furnisher, RoomCounter, RoomKeeper, Teller
from bot.incidents.rooms.facts import KeptFacts
from bot.surfaces.incidents import Declaration
from bot.surfaces.venues import Venue
from memory.errors import InvalidInput, NotFound, PolicyDenied
from memory.ids import RandomIds
from memory.model.evidence import Evidence
from memory.model.incident import Happening, TimelineEntry
from memory.store import Store
from tests.bot.incidents.core.houses import by
from tests.bot.incidents.rooms.conftest import TERMS
from tests.fakes.people import ALICE, EVERYBODY, MALLORY, TENANT, VIC, policy
from tests.fakes.time import MIDNIGHT, FakeClock
from tests.fakes.venue import FakeVenue
from tests.memory.opening import opened
from tools.in_force import PolicyInForce

ROOM = "room-1"


@dataclass(frozen=True)
class House:
    store: Store
    clock: FakeClock
    incidents: Incidents
    chat: FakeVenue
    keeper: RoomKeeper
    desk: RoomCounter


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock, chat, people = FakeClock(), FakeVenue(), Directory(EVERYBODY)
    async with opened(f"sqlite:///{tmp_path / 'q.db'}", clock) as store:
        incidents, facts = Incidents(store, lambda _: None, clock, RandomIds()), KeptFacts(store)
        teller = Teller(incidents, facts, people, TERMS, clock)
        venues: dict[str, Venue] = {"chat": chat}
        keeper = RoomKeeper(
            TENANT,
            incidents,
            store.war_rooms,
            venues,
            teller=teller,
            furnisher=Furnisher(Fixtures(incidents, people, facts, TERMS)),
            terms=TERMS,
            clock=clock,
        )
        desk = RoomCounter(
            IncidentRoom(incidents, PolicyInForce(policy()), clock),
            incidents,
            store.war_rooms,
            venues,
            teller=teller,
            facts=facts,
            terms=TERMS,
            clock=clock,
            permitted=lambda person: frozenset({"incident.note"} if person == ALICE else ()),
        )
        wanted = Declaration(title="Checkout is failing", severity=2, services=("checkout",), thread="chat:hall")
        await incidents.declare(by(), wanted)
        await keeper.look()
        yield House(store, clock, incidents, chat, keeper, desk)


async def test_a_place_leads_to_its_incident_and_another_to_none(house: House) -> None:
    room = await house.desk.at(TENANT, "chat", ROOM)
    assert room is not None
    assert room.name == "inc-1-checkout-is-failing"
    assert await house.desk.at(TENANT, "chat", "room-9") is None
    assert await house.desk.at("evil", "chat", ROOM) is None


async def test_rooms_are_shown_with_names_and_the_cadence(house: House) -> None:
    view = await house.desk.of(VIC, "1")
    assert [room.place for room in view.rooms] == [ROOM]
    assert view.update_minutes == 30
    assert view.names["alice"] == "Alice"
    assert not view.unfinished


async def test_whoever_comes_late_hears_all_and_whoever_was_there_what_is_new(house: House) -> None:
    found = await house.incidents.named(TENANT, "1")
    house.clock.move(60)
    await house.incidents.note(by("bob"), found.id, "Customers see errors when they pay.")
    late = await house.desk.catch_up(VIC, "1")
    there = await house.desk.catch_up(ALICE, "1")
    assert "Checkout is failing" in late.text
    for told in (late, there):
        assert "Customers see errors when they pay." in told.text


async def test_a_hand_over_is_said_in_the_room_once_and_noted(house: House) -> None:
    for _ in range(2):
        note = await house.desk.hand_over(ALICE, "1")
        assert note.sources
    handed = [key for key in house.chat.posts[ROOM] if ":note:" in key]
    assert handed
    with pytest.raises(PolicyDenied):
        await house.desk.hand_over(VIC, "1")


async def test_a_draft_for_people_outside_names_nobody(house: House) -> None:
    draft = await house.desk.public_update(ALICE, "1")
    assert "Alice" not in draft
    assert "alice" not in draft


async def test_what_people_were_told_is_kept_in_their_words(house: House) -> None:
    told = await house.desk.told(ALICE, "1", " We are looking into it. ")
    assert (told.kind, told.text, told.author) == (Happening.UPDATE, "We are looking into it.", "alice")
    with pytest.raises(PolicyDenied):
        await house.desk.told(VIC, "1", "All is well.")
    for words in (" ", "x" * 4001):
        with pytest.raises(InvalidInput):
            await house.desk.told(ALICE, "1", words)


async def test_a_source_is_an_entry_of_the_incident_or_evidence_and_nothing_else(house: House) -> None:
    found = await house.incidents.named(TENANT, "1")
    entry = (await house.incidents.entries(TENANT, found.id))[0]
    fact = Evidence(id="ev_1", source="prometheus", query="up", summary="It is up", observed_at=MIDNIGHT)
    await house.store.evidence.put(TENANT, "cor_1", [fact])
    assert isinstance(await house.desk.source(VIC, "1", entry.id), TimelineEntry)
    assert await house.desk.source(VIC, "1", "ev_1") == fact
    other = await house.incidents.declare(by(), Declaration(title="Another one"))
    elsewhere = (await house.incidents.entries(TENANT, other.id))[0]
    for name in ("tl_unknown", elsewhere.id):
        with pytest.raises(NotFound):
            await house.desk.source(VIC, "1", name)


async def test_nobody_of_another_tenant_hears_anything(house: House) -> None:
    for ask in (house.desk.of, house.desk.living, house.desk.catch_up, house.desk.review):
        with pytest.raises((NotFound, PolicyDenied)):
            await ask(MALLORY, "1")
