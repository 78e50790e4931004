"""The log answers who did what and when, in terms of people, and tells names only to those who may know them."""

from datetime import timedelta

import pytest

from bot.surfaces.desk import LogPage, LogQuery
from memory.errors import PolicyDenied
from memory.model.bodies import EntryKind
from memory.model.people import Principal
from tests.bot.audit.conftest import ADMIN, AUDITOR, Archived
from tests.fakes.people import ALICE, BOB, MALLORY, VIC, person
from tests.fakes.time import MIDNIGHT


async def asked(room: Archived, viewer: Principal = AUDITOR, **given: object) -> LogPage:
    return await room.desk.log(viewer, LogQuery.model_validate(given), None, 50)


def kinds(page: LogPage) -> set[str]:
    return {each.entry.kind.value for each in page.items}


async def test_a_person_is_found_by_their_id_and_a_stranger_has_no_entries(room: Archived) -> None:
    await room.rolled_back()
    assert kinds(await asked(room, principal="bob")) == {"approval"}
    assert "message" in kinds(await asked(room, principal="alice"))
    assert (await asked(room, principal="nobody")).items == ()


async def test_filters_narrow_together(room: Archived) -> None:
    run = await room.rolled_back()
    await room.desk.say(room.message("hello", id_="m2"), ALICE)
    both = await asked(room, kinds=(EntryKind.APPROVAL, EntryKind.PLAN))
    assert kinds(both) == {"approval", "plan"}
    assert kinds(await asked(room, tool="deploy.rollback", decision="allow")) == {"decided"}
    turn = await asked(room, correlation=run.correlation)
    assert {each.entry.correlation for each in turn.items} == {run.correlation}
    assert (
        await asked(room, correlation=run.correlation, principal="bob", kinds=(EntryKind.MESSAGE,))
    ).items == ()
    assert (await asked(room, incident="inc_1")).items == ()


async def test_a_time_is_when_it_was_logged_and_the_end_is_excluded(room: Archived) -> None:
    await room.desk.say(room.message("hello"), ALICE)
    assert (await asked(room, since=MIDNIGHT, until=MIDNIGHT + timedelta(seconds=1))).items
    assert (await asked(room, until=MIDNIGHT)).items == ()
    assert (await asked(room, since=MIDNIGHT + timedelta(seconds=1))).items == ()


async def test_pages_follow_one_another_under_the_same_filter(room: Archived) -> None:
    for number in range(5):
        await room.desk.say(room.message("hello", id_=f"m{number}"), ALICE)
    query, cursor, found = LogQuery(kinds=(EntryKind.MESSAGE,)), None, []
    for _ in range(3):
        page = await room.desk.log(AUDITOR, query, cursor, 2)
        found += [each.entry.body["message"] for each in page.items]
        cursor = page.next_cursor
    assert found == ["m4", "m3", "m2", "m1", "m0"]
    assert cursor is None


async def test_auditors_and_administrators_know_everybody_and_others_know_themselves(room: Archived) -> None:
    await room.rolled_back()
    for viewer, known in ((AUDITOR, {"Alice", "Bob"}), (ADMIN, {"Alice", "Bob"}), (BOB, {"Bob"}), (VIC, set())):
        page = await asked(room, viewer)
        assert page.items
        assert set(page.people.values()) == known


async def test_nobody_reads_the_log_without_a_role_or_from_another_tenant(room: Archived) -> None:
    await room.rolled_back()
    with pytest.raises(PolicyDenied):
        await asked(room, person("nobody"))
    assert (await asked(room, MALLORY)).items == ()
