"""The timeline is ordered by when things happened, however late they came, and every page of it fits the whole."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memory.errors import InvalidInput
from memory.model.incident import Duty, Happening, TimelineEntry, TimelineWindow
from memory.model.record import SYSTEM
from memory.store.timeline import Written
from tests.bot.incidents.core.houses import CHECKOUT, CareHouse, by, care_house, moment
from tests.memory.incident_calls import entry

ALL = TimelineWindow()
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(
    happened=st.lists(
        st.tuples(st.integers(0, 20), st.integers(-3, 40), st.sampled_from(list(Happening))),
        max_size=25,
    ),
    page=st.integers(1, 7),
    newest_first=st.booleans(),
)
def test_late_arrivals_and_skewed_clocks_stand_where_they_happened_on_every_page(
    tmp_path_factory: pytest.TempPathFactory,
    happened: list[tuple[int, int, Happening]],
    page: int,
    newest_first: bool,
) -> None:
    folder = tmp_path_factory.mktemp("timeline")

    async def story() -> None:
        async with care_house(f"sqlite:///{folder / 'q.db'}") as house:
            entries = [
                entry(
                    id=f"tl_{number}",
                    at=moment(at),
                    recorded_at=moment(at + late),
                    kind=kind,
                    text=f"entry {number}",
                )
                for number, (at, late, kind) in enumerate(happened)
            ]
            for each in sorted(entries, key=lambda each: (each.recorded_at, each.id)):
                await house.store.timeline.add([each])
            expected = sorted(entries, key=lambda each: (each.at, each.id), reverse=newest_first)
            window = TimelineWindow(newest_first=newest_first)
            assert await paged(house, window, page) == expected
            whole = [json.loads(each.document) async for some in documents(house, window) for each in some]
            assert [TimelineEntry.model_validate(each) for each in whole] == expected
            until = moment(10)
            early = [each for each in expected if each.at < until and each.kind is Happening.NOTE]
            asked = window.model_copy(update={"until": until, "kinds": (Happening.NOTE,)})
            assert await paged(house, asked, page) == early

    asyncio.run(story())


async def paged(house: CareHouse, window: TimelineWindow, limit: int) -> list[TimelineEntry]:
    found: list[TimelineEntry] = []
    cursor = None
    while True:
        page = await house.incidents.timeline("acme", "inc_1", window, cursor, limit)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


def documents(house: CareHouse, window: TimelineWindow) -> AsyncIterator[list[Written]]:
    return house.incidents.documents("acme", "inc_1", window, at_once=3)


async def test_what_comes_in_while_somebody_turns_pages_moves_no_page(house: CareHouse) -> None:
    await house.store.timeline.add([entry(id=f"tl_{number}", at=moment(number)) for number in range(6)])
    first = await house.incidents.timeline("acme", "inc_1", ALL, None, 3)
    late = entry(id="tl_late", at=moment(0.5), recorded_at=moment(9))
    await house.store.timeline.add([late])
    second = await house.incidents.timeline("acme", "inc_1", ALL, first.next_cursor, 3)
    assert [each.id for each in second.items] == ["tl_3", "tl_4", "tl_5"]
    known = TimelineWindow(recorded_since=moment(8))
    assert (await house.incidents.timeline("acme", "inc_1", known)).items == (late,)


async def test_a_text_is_found_in_any_case_and_as_it_is(house: CareHouse) -> None:
    await house.store.timeline.add(
        [entry(id="tl_a", text="ÄRGER: 100 % of Carts"), entry(id="tl_b", text="100 x")]
    )
    for text in ("ärger", "100 %", "carts"):
        found = await house.incidents.timeline("acme", None, TimelineWindow(text=text))
        assert [each.id for each in found.items] == ["tl_a"], text


async def test_the_mark_changes_with_everything_that_is_shown_and_with_nothing_else(house: CareHouse) -> None:
    found = await house.incidents.declare(by(), CHECKOUT)
    marks = [await house.incidents.mark("acme", found.id, ALL)]

    async def changed() -> None:
        marks.append(await house.incidents.mark("acme", found.id, ALL))
        assert len(set(marks)) == len(marks)

    assert await house.incidents.mark("acme", found.id, ALL) == marks[0]
    note = await house.incidents.note(by(), found.id, "x")
    await changed()
    await house.incidents.pin(by(), found.id, note.id)
    await changed()
    await house.incidents.pin(by(), found.id, note.id, pinned=False)
    await changed()
    other = await house.incidents.declare(by(), CHECKOUT)
    assert await house.incidents.mark("acme", found.id, ALL) == marks[-1]
    await house.incidents.merge(by(), other.id, found.id)
    await changed()


async def test_a_page_of_more_than_a_thousand_entries_is_refused(house: CareHouse) -> None:
    with pytest.raises(InvalidInput, match="1 to 1000 entries"):
        await house.incidents.timeline("acme", None, ALL, None, 1001)


async def test_a_clock_that_is_ahead_is_kept_as_it_told(house: CareHouse) -> None:
    act = by("github", source="github", key="d1", at=moment(2))
    told = await house.incidents.record(act, Happening.DEPLOY, "deployed")
    assert (told.at, told.recorded_at) == (moment(2), moment(0))


async def test_erasing_a_turn_erases_its_words_here_and_renaming_a_person_leaves_their_name_nowhere(
    house: CareHouse,
) -> None:
    found = await house.incidents.declare(by("dora", correlation="cor_1"), CHECKOUT)
    await house.incidents.assign(by("dora"), found.id, Duty.SCRIBE, "dora")
    async with house.store.transaction() as unit:
        await unit.copies.scrub("acme", ["cor_1"], ["message"])
        await unit.copies.rename("acme", "dora", "p_0", house.clock.now())
    after = await house.incidents.get("acme", found.id)
    assert (after.title, after.declared_by, after.duties) == ("[erased]", "p_0", {Duty.SCRIBE: "p_0"})
    told = [each.model_dump_json() for each in await house.entries(found.id)]
    assert told
    assert not any("dora" in each or "checkout is failing" in each for each in told)


async def test_what_nobody_did_is_told_by_nobody(house: CareHouse) -> None:
    found = await house.incidents.declare(by(SYSTEM), CHECKOUT)
    (declared,) = await house.entries(found.id)
    assert (declared.author, declared.trusted) == (SYSTEM, False)
