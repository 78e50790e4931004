"""What was said in a room is kept once, in the order it was said, and follows what people edit and delete."""

from datetime import timedelta
from typing import Any

import pytest

from memory.errors import InvalidInput
from memory.store import Store
from tests.fakes.time import MIDNIGHT
from tests.memory.room_calls import transcript_line


def said(number: int, seconds: int) -> dict[str, Any]:
    return {
        "id": f"said:T1:C1:{number}",
        "text": f"line {number}",
        "said_at": MIDNIGHT + timedelta(seconds=seconds),
    }


async def test_lines_stand_in_the_order_they_were_said_whenever_they_came(store: Store) -> None:
    for number, seconds in ((3, 30), (1, 10), (2, 20)):
        assert await store.transcripts.keep(transcript_line(**said(number, seconds)))
    found = await store.transcripts.of("acme", "inc_1")
    assert [each.text for each in found.items] == ["line 1", "line 2", "line 3"]


async def test_pages_cover_every_line_once_also_where_several_were_said_at_the_same_moment(store: Store) -> None:
    for number in range(7):
        await store.transcripts.keep(transcript_line(**said(number, number // 3)))
    texts, cursor = [], None
    while True:
        page = await store.transcripts.of("acme", "inc_1", cursor, 2)
        texts += [each.text for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert texts == [f"line {number}" for number in range(7)]
    with pytest.raises(InvalidInput, match="cursor"):
        await store.transcripts.of("acme", "inc_1", "bm9uc2Vuc2U", 2)


async def test_a_line_that_comes_again_changes_nothing_after_it_was_edited(store: Store) -> None:
    line = transcript_line()
    await store.transcripts.keep(line)
    assert await store.transcripts.reword("acme", line.id, "Nobody can pay.", MIDNIGHT)
    assert not await store.transcripts.keep(line)
    (found,) = (await store.transcripts.of("acme", "inc_1")).items
    assert (found.text, found.edited_at) == ("Nobody can pay.", MIDNIGHT)


async def test_of_what_was_deleted_the_words_are_gone_for_good(store: Store) -> None:
    line = transcript_line()
    await store.transcripts.keep(line)
    assert await store.transcripts.withdraw("acme", line.id, MIDNIGHT)
    assert not await store.transcripts.reword("acme", line.id, "late edit", MIDNIGHT)
    assert not await store.transcripts.withdraw("acme", line.id, MIDNIGHT)
    (found,) = (await store.transcripts.of("acme", "inc_1")).items
    assert (found.text, found.deleted_at) == ("", MIDNIGHT)


async def test_what_is_old_goes_and_what_is_new_stays(store: Store) -> None:
    await store.transcripts.keep(transcript_line(**said(1, 0)))
    await store.transcripts.keep(transcript_line(**said(2, 60)))
    assert await store.transcripts.prune("acme", MIDNIGHT + timedelta(seconds=30)) == 1
    assert [each.text for each in (await store.transcripts.of("acme", "inc_1")).items] == ["line 2"]
