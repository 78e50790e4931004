"""What is erased is gone everywhere but in the log's digests; what is held, or still open, is refused whole."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.surfaces.archive import Erasure, HoldRequest
from memory.errors import BlobErased, Conflict, InvalidInput, NotFound, PolicyDenied, UnderHold
from memory.ids import derived
from memory.log.checkpoint import Checkpoint
from memory.log.merkle import root_of
from memory.model.access import StoredResponse
from memory.model.bodies import EntryKind, Erased
from memory.model.record import Hold, LogFilter
from memory.model.run import Run, RunStatus
from memory.scrubbing import ERASED
from memory.store import Store
from memory.store.tables import metadata
from tests.bot.audit.conftest import ADMIN, AUDITOR, SECRET, Archived
from tests.fakes.people import ALICE, BOB, MALLORY, TENANT
from tests.fakes.time import FakeClock
from tests.keys import LOG_KEY

CHANGES = (EntryKind.HOLD, EntryKind.ERASURE)


async def stored(room: Archived) -> str:
    """Return everything the database holds, as text."""
    async with room.store._database.reading() as connection:
        rows = [row for table in metadata.sorted_tables for row in await connection.execute(select(table))]
    return "\n".join(map(repr, rows))


def files_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def consistent(room: Archived) -> None:
    """Assert that the tree is that of the leaves, and the entries those of the tree."""
    checkpoint = Checkpoint.parse((await room.store.ledger.checkpoint(TENANT)).text)
    leaves = await room.store.ledger.hashes(TENANT, 0, 0, checkpoint.size)
    assert root_of(leaves) == checkpoint.root
    assert len((await room.store.ledger.page(TENANT, limit=200)).items) == checkpoint.size


async def told(room: Archived) -> list[Erased]:
    page = await room.store.ledger.page(TENANT, kind=EntryKind.ERASURE)
    bodies = [each.entry.told() for each in page.items]
    return [body for body in bodies if isinstance(body, Erased)]


async def erase_turn(room: Archived, correlation: str) -> None:
    await room.records.erase(ADMIN, correlations=(correlation,), person=None)


async def test_an_erased_turn_leaves_no_word_behind_and_the_log_as_valid_as_before(room: Archived) -> None:
    reply = await room.desk.say(room.message(SECRET), ALICE)
    assert SECRET in await stored(room)
    done = await room.records.erase(ADMIN, correlations=(reply.correlation,), person=None)
    assert done.by_kind == {"interpretation": 1, "message": 1, "reply": 1}
    assert "hunter2" not in await stored(room)
    await consistent(room)
    (body,) = await told(room)
    assert (body.why, body.correlations, len(body.blobs)) == ("request", (reply.correlation,), 3)
    page = await room.desk.transcript(ALICE, "t1", None, 5)
    assert [(each.message.text, each.reply and each.reply.text) for each in page.items] == [(ERASED, ERASED)]
    assert (await room.desk.threads(ALICE, None, 5)).items[0].opening == ERASED


async def test_an_erased_run_keeps_what_the_log_shows_and_nothing_else(room: Archived) -> None:
    run = await room.rolled_back()
    await erase_turn(room, run.correlation)
    left = await room.desk.run(BOB, run.id)
    assert (left.status, left.plan_digest, left.plan.requester) == (run.status, run.plan_digest, "alice")
    assert [step.status for step in left.steps] == [step.status for step in run.steps]
    card = room.desk.card(left, BOB)
    assert (card.title, card.steps[0].says, card.steps[0].arguments) == (ERASED, ERASED, ())
    assert "Kowalski" not in await stored(room)
    for fact in run.evidence:
        assert (await room.desk.evidence(BOB, fact)).summary == ERASED


async def test_an_entry_says_which_of_its_texts_were_erased_and_where_that_stands(room: Archived) -> None:
    reply = await room.desk.say(room.message(SECRET), ALICE)
    before = await room.records.beside(BOB, "0")
    assert [blob.erased_at for blob in before.blobs] == [None]
    await erase_turn(room, reply.correlation)
    after = await room.records.beside(BOB, "0")
    (digest,) = after.erased_in
    named = await room.store.ledger.find(TENANT, str(after.erased_in[digest]))
    assert named.entry.kind is EntryKind.ERASURE
    assert digest in str(named.entry.body["blobs"])
    with pytest.raises(BlobErased):
        await room.store.blobs.get(TENANT, digest)


async def test_what_the_conversation_remembered_and_answers_kept_for_repeats_go_too(room: Archived) -> None:
    reply = await room.desk.say(room.message(SECRET), ALICE)
    await room.store.idempotency.begin(TENANT, "alice", "k1", "a" * 64)
    kept = StoredResponse(status=200, body=reply.model_dump_json() + SECRET)
    await room.store.idempotency.finish(TENANT, "alice", "k1", kept)
    await erase_turn(room, reply.correlation)
    assert room.forgotten == [(TENANT, "t1", "alice")]
    assert "hunter2" not in await stored(room)


async def test_the_files_of_sqlite_hold_no_erased_word_once_they_are_closed(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", FakeClock(), LOG_KEY)
    room = Archived(store, {})
    long = " ".join([SECRET] * 200)
    replies = [await room.desk.say(room.message(long, id_=f"m{number}"), ALICE) for number in range(5)]
    await room.records.erase(ADMIN, correlations=[each.correlation for each in replies], person=None)
    await room.runner.close()
    await store.close()
    assert b"hunter2" not in files_in(tmp_path)


async def test_other_turns_are_left_as_they_are(room: Archived) -> None:
    first = await room.desk.say(room.message("one"), ALICE)
    await room.desk.say(room.message("two", id_="m2"), ALICE)
    await erase_turn(room, first.correlation)
    page = await room.desk.transcript(ALICE, "t1", None, 5)
    assert {each.message.text for each in page.items} == {ERASED, "two"}


async def test_an_open_run_is_never_touched(room: Archived) -> None:
    card = (await room.desk.say(room.message("roll back"), ALICE)).card
    assert card is not None
    run = await room.desk.run(ALICE, card.run)
    before = await stored(room)
    for target in ({"correlations": (run.correlation,), "person": None}, {"correlations": (), "person": "alice"}):
        with pytest.raises(Conflict, match=run.id):
            await room.records.erase(ADMIN, **target)
    assert await stored(room) == before
    await room.desk.cancel(ALICE, card.run, "")
    await erase_turn(room, run.correlation)


async def test_an_erased_person_is_nobody_any_more(room: Archived) -> None:
    run = await room.rolled_back()
    await room.desk.say(room.message(SECRET, id_="m2"), ALICE)
    pseudonym = await room.store.pseudonyms.find(TENANT, "alice")
    done = await room.records.erase(ADMIN, correlations=(), person="alice")
    assert done.correlations == tuple(sorted({run.correlation, derived("cor", TENANT, "m2")}))
    left = await stored(room)
    assert "hunter2" not in left
    assert "'alice'" not in left
    assert '"alice"' not in left
    assert (await room.desk.run(BOB, run.id)).plan.requester == pseudonym
    assert await room.store.pseudonyms.find(TENANT, "alice") is None
    await consistent(room)


async def test_an_erased_approver_takes_their_reason_with_them_and_leaves_the_run(room: Archived) -> None:
    run = await room.rolled_back()
    done = await room.records.erase(ADMIN, correlations=(), person="bob")
    assert done.by_kind == {"approval": 1, "event": 1, "reason": 1}
    left = await room.desk.run(ALICE, run.id)
    assert left.approvals[0].reason == ERASED
    assert left.approvals[0].approver.startswith("p_")
    assert left.plan == run.plan
    assert "Kowalski" not in await stored(room)


async def test_the_keys_of_an_erased_person_open_nothing(room: Archived) -> None:
    await room.desk.say(room.message("hello"), ALICE)
    await room.door.mint(TENANT, "alice", ("observe",), label="Alice's laptop")
    await room.records.erase(ADMIN, correlations=(), person="alice")
    (key,) = await room.store.keys.of(TENANT)
    assert key.revoked_at is not None
    assert (key.principal[:2], key.label) == ("p_", ERASED)
    kinds = [each.entry.kind for each in (await room.store.ledger.page(TENANT, kind=EntryKind.ACCESS)).items]
    assert EntryKind.ACCESS in kinds


async def test_erasing_again_changes_nothing_more(room: Archived) -> None:
    reply = await room.desk.say(room.message(SECRET), ALICE)
    await erase_turn(room, reply.correlation)
    again = await room.records.erase(ADMIN, correlations=(reply.correlation,), person=None)
    assert again.blobs == 0


@pytest.mark.parametrize(
    ("correlations", "person", "error"),
    [
        ((), None, InvalidInput),
        (("cor_1",), "alice", InvalidInput),
        (("cor_none",), None, NotFound),
        ((), "nobody", NotFound),
    ],
)
async def test_what_cannot_be_meant_is_refused(
    room: Archived, correlations: tuple[str, ...], person: str | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await room.records.erase(ADMIN, correlations=correlations, person=person)


async def test_only_administrators_erase_and_hold_and_only_in_their_tenant(room: Archived) -> None:
    run = await room.rolled_back()
    hold = HoldRequest(scope="tenant", reason="case")
    for anybody in (ALICE, BOB, AUDITOR):
        with pytest.raises(PolicyDenied):
            await room.records.erase(anybody, correlations=(run.correlation,), person=None)
        with pytest.raises(PolicyDenied):
            await room.records.retain(anybody, dry_run=True)
        with pytest.raises(PolicyDenied):
            await room.records.place(anybody, hold)
        with pytest.raises(PolicyDenied):
            await room.records.lift(anybody, "hold_1")
    with pytest.raises(NotFound):
        await room.records.erase(MALLORY, correlations=(run.correlation,), person=None)
    with pytest.raises(NotFound):
        await room.records.erase(MALLORY, correlations=(), person="alice")


def holds_on(run: Run) -> list[HoldRequest]:
    reason = "case 2026/114, Anna Bergmann"
    return [
        HoldRequest(scope="tenant", reason=reason),
        HoldRequest(scope="correlation", value=run.correlation, reason=reason),
        HoldRequest(scope="kind", value="message", reason=reason),
        HoldRequest(scope="person", value="alice", reason=reason),
        HoldRequest(scope="person", value="bob", reason=reason),
    ]


@pytest.mark.parametrize("which", range(5))
async def test_what_a_hold_covers_is_not_erased_and_the_refusal_names_the_hold(room: Archived, which: int) -> None:
    run = await room.rolled_back()
    hold = await room.records.place(ADMIN, holds_on(run)[which])
    before = await stored(room)
    with pytest.raises(UnderHold, match=hold.id):
        await erase_turn(room, run.correlation)
    with pytest.raises(UnderHold, match=hold.id):
        await room.records.erase(ADMIN, correlations=(), person="alice")
    assert await stored(room) == before
    await room.records.lift(ADMIN, hold.id)
    await erase_turn(room, run.correlation)


async def test_a_hold_stands_in_the_log_without_its_reason_and_without_a_name(room: Archived) -> None:
    run = await room.rolled_back()
    placed = await room.records.place(ADMIN, holds_on(run)[3])
    await room.records.lift(ADMIN, placed.id)
    with pytest.raises(Conflict, match="lifted before"):
        await room.records.lift(ADMIN, placed.id)
    page = await room.store.ledger.page(TENANT, kind=EntryKind.HOLD)
    assert [each.entry.body["change"] for each in page.items] == ["lifted", "placed"]
    written = str([each.entry for each in page.items])
    assert "Bergmann" not in written
    assert "alice" not in written
    assert [hold.lifted_at is None for hold in await room.records.holds(AUDITOR)] == [False]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"scope": "tenant", "value": "x"}, InvalidInput),
        ({"scope": "kind", "value": "policy"}, InvalidInput),
        ({"scope": "correlation", "value": "cor_none"}, NotFound),
        ({"scope": "person", "value": "nobody"}, NotFound),
    ],
)
async def test_what_cannot_be_held_is_refused(
    room: Archived, asked: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await room.records.place(ADMIN, HoldRequest.model_validate(asked | {"reason": "case"}))


async def test_what_is_older_than_it_is_kept_goes_kind_by_kind(room: Archived) -> None:
    run = await room.rolled_back()
    await room.desk.say(room.message(SECRET, id_="m2"), ALICE)
    room.clock.move(timedelta(days=8).total_seconds())
    tried = await room.records.retain(ADMIN, dry_run=True)
    assert set(tried.by_kind) == {"evidence"}
    assert await told(room) == []
    done = await room.records.retain(ADMIN, dry_run=False)
    assert (done.by_kind, done.dry_run) == (tried.by_kind, False)
    assert "hunter2" in await stored(room)
    room.clock.move(timedelta(days=23).total_seconds())
    assert set((await room.records.retain(ADMIN, dry_run=False)).by_kind) == {"message"}
    page = await room.desk.transcript(ALICE, "t1", None, 5)
    assert {each.message.text for each in page.items} == {ERASED}
    assert {each.reply.text for each in page.items if each.reply} == {"All is well.", "Here is a plan."}
    assert {body.why for body in await told(room)} == {"retention"}
    assert (await room.desk.run(BOB, run.id)).plan == run.plan
    await consistent(room)


async def test_retention_passes_over_what_is_held_or_open_and_says_how_much(room: Archived) -> None:
    held = await room.desk.say(room.message("hello"), ALICE)
    open_ = await room.desk.say(room.message("roll back", id_="m2"), ALICE)
    await room.desk.say(room.message("three", id_="m3"), ALICE)
    await room.records.place(ADMIN, HoldRequest(scope="correlation", value=held.correlation, reason="case"))
    room.clock.move(timedelta(days=31).total_seconds())
    done = await room.records.retention.sweep(TENANT)
    assert (done.by_kind["message"], done.held) == (1, 1)
    assert done.in_progress >= 1
    texts = {
        each.message.id: each.message.text for each in (await room.desk.transcript(ALICE, "t1", None, 5)).items
    }
    assert texts == {"m1": "hello", "m2": "roll back", "m3": ERASED}
    assert (await room.desk.run(ALICE, open_.card.run if open_.card else "")).status is RunStatus.WAITING


async def test_a_hold_and_an_erasure_on_two_nodes_never_cross(room: Archived, address: str) -> None:
    store = await Store.open(address, FakeClock(), LOG_KEY)
    other = Archived(store, {})
    for number in range(6):
        turn = (await room.desk.say(room.message(SECRET, id_=f"m{number}"), ALICE)).correlation
        hold = HoldRequest(scope="correlation", value=turn, reason="case")
        both = (room.records.place(ADMIN, hold), other.records.erase(ADMIN, correlations=(turn,), person=None))
        placed, erased = await asyncio.gather(*both, return_exceptions=True)
        assert isinstance(placed, Hold)
        if isinstance(erased, Erasure):
            newest = await room.store.ledger.page(TENANT, matching=LogFilter(kinds=CHANGES), limit=2)
            assert [each.entry.kind for each in newest.items] == [EntryKind.HOLD, EntryKind.ERASURE]
        else:
            assert isinstance(erased, UnderHold)
            assert len(await room.store.blobs.standing(TENANT, correlations=(turn,))) == 3
    await other.runner.close()
    await store.close()
