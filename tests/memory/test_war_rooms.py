"""Rooms are begun once, change from the version that was seen, are found by place, and forget when told to."""

from datetime import timedelta

import pytest

from memory.errors import Conflict
from memory.model.incident import Happening, TimelineEntry
from memory.scrubbing import EVERYTHING
from memory.store import Store
from tests.fakes.time import MIDNIGHT
from tests.memory.room_calls import room_post, room_record


async def test_a_room_is_begun_once_for_each_turn(store: Store) -> None:
    first = await store.war_rooms.begin(room_record())
    assert await store.war_rooms.begin(room_record(venue="teams")) == first
    second = await store.war_rooms.begin(room_record(turn=2))
    assert await store.war_rooms.of("acme", "inc_1") == (first, second)


async def test_two_that_change_a_room_at_once_do_not_undo_each_other(store: Store) -> None:
    begun = await store.war_rooms.begin(room_record())
    changed = await store.war_rooms.replace(begun.model_copy(update={"post": "p1"}), begun.version)
    assert changed.version == begun.version + 1
    with pytest.raises(Conflict, match="changed meanwhile"):
        await store.war_rooms.replace(begun.model_copy(update={"post": "p2"}), begun.version)
    assert await store.war_rooms.of("acme", "inc_1") == (changed,)


async def test_a_place_leads_to_its_latest_room(store: Store) -> None:
    await store.war_rooms.begin(room_record())
    later = room_record(turn=2, created_at=MIDNIGHT + timedelta(hours=1))
    await store.war_rooms.begin(later)
    assert await store.war_rooms.at("acme", "slack", "T1/C1") == later
    assert await store.war_rooms.at("acme", "teams", "T1/C1") is None


async def test_a_room_that_was_closed_is_live_no_more(store: Store) -> None:
    begun = await store.war_rooms.begin(room_record())
    assert await store.war_rooms.live("acme") == (begun,)
    await store.war_rooms.replace(begun.model_copy(update={"over_at": MIDNIGHT}), begun.version)
    assert await store.war_rooms.live("acme") == ()


async def test_what_is_said_is_kept_once_for_a_key_and_may_be_replaced(store: Store) -> None:
    assert await store.war_rooms.post(room_post()) == room_post()
    assert await store.war_rooms.post(room_post(notice="again")) == room_post()
    await store.war_rooms.post(room_post(key="post_2", at=MIDNIGHT + timedelta(minutes=1)))
    await store.war_rooms.repost(room_post(notice="better"))
    said = await store.war_rooms.posts("acme", "inc_1")
    assert [(each.key, each.notice) for each in said] == [("post_1", "better"), ("post_2", "{}")]
    assert [each.key for each in await store.war_rooms.posts("acme", "inc_1", limit=1)] == ["post_2"]


async def test_erasing_a_turn_takes_what_was_said_of_it_out_of_the_room(store: Store) -> None:
    entry = TimelineEntry(
        id="tl_1",
        tenant="acme",
        incident="inc_1",
        at=MIDNIGHT,
        recorded_at=MIDNIGHT,
        kind=Happening.NOTE,
        text="what somebody said",
        source="person",
        correlation="cor_1",
    )
    await store.timeline.add([entry])
    await store.war_rooms.post(room_post())
    await store.war_rooms.post(room_post(incident="inc_2"))
    await store.copies.scrub("acme", ["cor_1"], EVERYTHING)
    assert await store.war_rooms.posts("acme", "inc_1") == ()
    assert await store.war_rooms.posts("acme", "inc_2")


async def test_a_forgotten_person_is_in_no_room_by_name(store: Store) -> None:
    await store.war_rooms.begin(room_record(people=("alice", "bob")))
    await store.war_rooms.post(room_post())
    await store.copies.rename("acme", "alice", "p_1", MIDNIGHT)
    (record,) = await store.war_rooms.of("acme", "inc_1")
    assert record.people == ("p_1", "bob")
    assert await store.war_rooms.posts("acme", "inc_1") == ()
