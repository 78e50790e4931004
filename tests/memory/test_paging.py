"""A list is read to its end page by page, nothing twice, nothing left out; a mark not given out is refused."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.errors import InvalidInput
from memory.model.value import Identifier, Index, Moment, Value
from memory.page import LONGEST_CURSOR, Page, read, written
from memory.store import Store
from tests.fakes.time import MIDNIGHT
from tests.memory.samples import message, record, run

Fill = Callable[[Store, int], Awaitable[object]]
Turn = Callable[[Store, str | None], Awaitable[Page[Any]]]


@dataclass(frozen=True)
class Listed:
    """A list: how an item gets into it, how a page of two is read, what names an item, and a place in it."""

    add: Fill
    page: Turn
    name: Callable[[Any], str]
    place: dict[str, object]


AT = "2026-11-20T03:00:00Z"
LISTS = {
    "runs": Listed(
        add=lambda store, number: store.runs.add(run(name=f"run_{number}")),
        page=lambda store, cursor: store.runs.page("acme", cursor=cursor, limit=2),
        name=lambda found: found.id,
        place={"created_at": AT, "id": "run_1"},
    ),
    "transcript": Listed(
        add=lambda store, number: store.turns.receive(message(name=f"m{number}")),
        page=lambda store, cursor: store.turns.transcript("acme", "t1", cursor=cursor, limit=2),
        name=lambda found: found.message.id,
        place={"at": AT, "id": "m1"},
    ),
    "threads": Listed(
        add=lambda store, number: store.turns.receive(
            message(name=f"m{number}").model_copy(update={"thread": f"t{number}"})
        ),
        page=lambda store, cursor: store.turns.threads("acme", "alice", cursor=cursor, limit=2),
        name=lambda found: found.id,
        place={"last_at": AT, "thread": "t1"},
    ),
    "ledger": Listed(
        add=lambda store, number: store.ledger.append(record(correlation=f"cor_{number}")),
        page=lambda store, cursor: store.ledger.page("acme", cursor=cursor, limit=2),
        name=lambda found: found.entry.correlation,
        place={"index": 1},
    ),
}
NO_MOMENT = (
    "0001-01-01T00:00:00+14:00",  # before the first moment that can be said in UTC
    "9999-12-31T23:59:59-14:00",  # after the last
    "2026-11-20T03:00:00",  # without a zone
    "tomorrow",
    "",
    0,
    1e300,
    True,
    None,
)
NO_ID = ("", "a\0b", "\ud800", "x" * 121, "a b", "-", 7, None)
NO_INDEX = (-1, 2**63, 10**400, 1.5, True, "1", None)
UNFIT = {
    "created_at": NO_MOMENT,
    "at": NO_MOMENT,
    "last_at": NO_MOMENT,
    "id": NO_ID,
    "thread": NO_ID,
    "index": NO_INDEX,
}

lists = pytest.mark.parametrize("listed", LISTS.values(), ids=LISTS)


def cursor_of(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def forged(place: dict[str, object]) -> str:
    return cursor_of(json.dumps(place, separators=(",", ":")))


@lists
async def test_a_list_of_equal_moments_is_read_to_its_end_nothing_twice_nothing_left_out(
    store: Store, listed: Listed
) -> None:
    for number in range(5):
        await listed.add(store, number)
    pages = [await listed.page(store, None)]
    while pages[-1].next_cursor is not None:
        pages.append(await listed.page(store, pages[-1].next_cursor))
    assert [len(page.items) for page in pages] == [2, 2, 1]
    assert len({listed.name(item) for page in pages for item in page.items}) == 5


@lists
async def test_what_is_added_while_a_list_is_read_moves_no_page(store: Store, listed: Listed) -> None:
    for number in range(4):
        await listed.add(store, number)
    first = await listed.page(store, None)
    before = await listed.page(store, first.next_cursor)
    await listed.add(store, 9)
    assert await listed.page(store, first.next_cursor) == before


@lists
async def test_a_place_made_as_the_list_makes_it_is_believed(store: Store, listed: Listed) -> None:
    assert (await listed.page(store, forged(listed.place))).next_cursor is None


@lists
async def test_a_place_that_no_database_could_compare_with_is_refused(store: Store, listed: Listed) -> None:
    places = [listed.place | {field: value} for field in listed.place for value in UNFIT[field]]
    for place in [*places, {}, {**listed.place, "tenant": "evil"}]:
        with pytest.raises(InvalidInput, match="cursor"):
            await listed.page(store, forged(place))


@lists
async def test_what_is_no_cursor_at_all_is_refused(store: Store, listed: Listed) -> None:
    good = forged(listed.place)
    spaced = cursor_of(json.dumps(listed.place, indent=1))
    deep = cursor_of("[" * 700)
    for cursor in ("", "=", "!!!!", "\ud800", "\0", "é" * 9, "A" * 10_000_000, deep, spaced):
        with pytest.raises(InvalidInput, match="cursor"):
            await listed.page(store, cursor)
    for cursor in (f"{good}=", f" {good}", f"{good}\n", good.replace("e", "e!", 1), good[:-1], good + "A"):
        with pytest.raises(InvalidInput, match="cursor"):
            await listed.page(store, cursor)


async def test_a_cursor_of_another_list_is_refused(store: Store) -> None:
    for (mine, listed), (_, other) in permutations(LISTS.items(), 2):
        with pytest.raises(InvalidInput, match="cursor"):
            pytest.fail(f"{mine} took it: {await listed.page(store, forged(other.place))}")


class Place(Value):
    index: Index
    at: Moment
    id: Identifier


ZONES = st.timedeltas(timedelta(hours=-14), timedelta(hours=14)).map(
    lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1)))
)
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001 - hypothesis puts the zone on them
IDS = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,119}\Z")


@given(st.builds(Place, index=st.integers(0, 2**63 - 1), at=MOMENTS, id=IDS))
def test_every_place_reads_back_as_it_was_written(place: Place) -> None:
    assert len(written(place)) <= LONGEST_CURSOR
    assert read(written(place), Place) == place


@given(st.text(max_size=400) | st.binary(max_size=300).map(lambda data: urlsafe_b64encode(data).decode()))
def test_no_other_text_is_a_place(text: str) -> None:
    with pytest.raises(InvalidInput, match="cursor"):
        read(text, Place)


def test_the_first_and_the_last_moment_of_utc_are_places() -> None:
    for at in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        place = Place(index=0, at=at, id="a")
        assert read(written(place), Place) == place


async def test_pages_of_a_thread_keep_the_order_in_which_it_was_said(store: Store) -> None:
    said = [message(name=f"m{number}", minutes=number // 2) for number in range(6)]  # two at each moment
    for each in reversed(said):
        await store.turns.receive(each)
    late = await store.turns.transcript("acme", "t1", limit=3)
    early = await store.turns.transcript("acme", "t1", limit=3, cursor=late.next_cursor)
    assert [exchange.message for exchange in early.items + late.items] == said
    assert early.next_cursor is None


async def test_threads_last_spoken_in_at_one_moment_come_in_one_order(store: Store) -> None:
    for thread, minutes in (("t1", 0), ("t2", 5), ("t3", 5), ("t4", 5)):
        spoken = message(name=f"m_{thread}", minutes=minutes)
        await store.turns.receive(spoken.model_copy(update={"thread": thread}))
    await store.turns.receive(message(name="m_again", minutes=5).model_copy(update={"thread": "t1"}))
    whole = await store.turns.threads("acme", "alice")
    assert [thread.id for thread in whole.items] == ["t4", "t3", "t2", "t1"]
    assert {thread.last_at for thread in whole.items} == {MIDNIGHT + timedelta(minutes=5)}
    first = await store.turns.threads("acme", "alice", limit=2)
    second = await store.turns.threads("acme", "alice", limit=2, cursor=first.next_cursor)
    assert first.items + second.items == whole.items
