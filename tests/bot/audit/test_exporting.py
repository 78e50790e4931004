"""An export holds all of its range and says so in a way that checks; it is on record before it leaves."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from bot.audit import exporting
from bot.surfaces.desk import LogQuery
from memory.errors import NotFound, PolicyDenied
from memory.exports.export import Checked, Form, check
from memory.exports.files import opened
from memory.model.bodies import EntryKind, Exported
from memory.model.people import Principal
from tests.bot.audit.conftest import ADMIN, AUDITOR, SECRET, WHY, Archived
from tests.fakes.people import ALICE, BOB, TENANT
from tests.keys import LOG_KEY

KEY = LOG_KEY.signer(TENANT).key


async def exported(
    room: Archived, folder: Path, asked: LogQuery, form: Form = Form.JSONL, by: Principal = AUDITOR
) -> tuple[Checked, bytes]:
    """Return what a check of the export finds, and its bytes."""
    async with room.records.export(by, asked, form) as parcel:
        data = parcel.path.read_bytes()
        assert (parcel.size, parcel.digest) == (len(data), hashlib.sha256(data).hexdigest())
    assert not parcel.path.exists()
    kept = folder / parcel.name
    kept.write_bytes(data)
    with opened(kept) as (header, rows):
        return check(header, rows, KEY), data


@pytest.mark.parametrize("form", Form)
async def test_an_export_of_everything_checks_in_every_form(room: Archived, form: Form, tmp_path: Path) -> None:
    await room.rolled_back()
    size = (await room.store.ledger.head(TENANT)).size
    found, _ = await exported(room, tmp_path, LogQuery(), form)
    assert (found.first, found.until, found.size, found.shown, found.left_out) == (0, size, size, size, 0)


@pytest.mark.parametrize("rows", [1, 3, 1_000])
async def test_a_filtered_export_shows_what_matches_and_counts_the_rest(
    room: Archived, rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "ROWS", rows)
    await room.rolled_back()
    size = (await room.store.ledger.head(TENANT)).size
    found, data = await exported(room, tmp_path, LogQuery(kinds=(EntryKind.APPROVAL,)))
    assert (found.shown, found.left_out) == (1, size - 1)
    assert b'"kind":"message"' not in data


async def test_times_are_a_range_of_indices(room: Archived, tmp_path: Path) -> None:
    await room.desk.say(room.message("hello"), ALICE)
    first = (await room.store.ledger.head(TENANT)).size
    later = room.store._clock.now() + timedelta(hours=1)
    room.store._clock.at = later  # type: ignore[attr-defined]  # likewise
    await room.desk.say(room.message("hello", id_="m2"), ALICE)
    size = (await room.store.ledger.head(TENANT)).size
    for asked, expected in (
        (LogQuery(since=later), (first, size)),
        (LogQuery(until=later), (0, first)),
        (LogQuery(since=later + timedelta(hours=1)), (size + 2, size + 2)),
    ):
        found, _ = await exported(room, tmp_path, asked)
        assert (found.first, found.until) == expected


async def test_an_export_is_on_record_before_it_leaves(room: Archived) -> None:
    await room.rolled_back()
    async with room.records.export(ADMIN, LogQuery(principal="bob"), Form.CSV) as parcel:
        page = await room.store.ledger.page(TENANT, kind=EntryKind.EXPORT)
        (told,) = [each.entry.told() for each in page.items]
    assert isinstance(told, Exported)
    assert (told.form, told.entries, told.content) == ("csv", 1, parcel.digest)
    assert page.items[0].entry.actor == await room.store.pseudonyms.find(TENANT, "ada")


async def test_an_export_holds_no_words_and_no_names(room: Archived, tmp_path: Path) -> None:
    await room.desk.say(room.message(SECRET, id_="m2"), ALICE)
    await room.rolled_back()
    for form in (Form.JSONL, Form.CSV):
        _, data = await exported(room, tmp_path, LogQuery(), form)
        for word in (SECRET, WHY, "hunter2", "Kowalski", '"alice"', '"bob"'):
            assert word.encode() not in data


async def test_only_auditors_and_administrators_take_the_log_away(room: Archived) -> None:
    await room.rolled_back()
    size = (await room.store.ledger.head(TENANT)).size
    with pytest.raises(PolicyDenied):
        async with room.records.export(BOB, LogQuery(), Form.JSONL):
            pytest.fail("it was given")
    assert (await room.store.ledger.head(TENANT)).size == size


async def test_nothing_is_exported_of_an_empty_log_or_of_somebody_unknown(room: Archived) -> None:
    with pytest.raises(NotFound, match="log with entries"):
        async with room.records.export(AUDITOR, LogQuery(), Form.JSONL):
            pytest.fail("it was given")
    await room.rolled_back()
    with pytest.raises(NotFound, match="nobody"):
        async with room.records.export(AUDITOR, LogQuery(principal="nobody"), Form.JSONL):
            pytest.fail("it was given")
