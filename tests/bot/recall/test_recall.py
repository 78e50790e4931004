"""Have we seen this before? What is found, compared, warned of and forgotten, and what if the index fails."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.surfaces.recall import RecallQuery, Wish
from memory.errors import InvalidInput, PolicyDenied, RecallTaken, RecallUnavailable, UnderHold
from memory.model.bodies import EntryKind
from memory.model.memory import MemoryKind
from memory.model.people import Role
from memory.model.record import Hold
from memory.recall.brute import BruteForce
from memory.recall.opening import embedded
from memory.store.memory_tables import memories
from tests.bot.recall.conftest import Remembering, incident
from tests.fakes.people import ALICE, BOB, MALLORY, TENANT, person
from tests.fakes.time import MIDNIGHT

ADA = person("ada", Role.ADMIN)
POOL = incident(
    1,
    "Checkout fails: connection pool exhausted",
    text="## What happened\n\n- checkout answered 500, the pool of connections was exhausted",
    cause="The pool of connections was too small for the traffic.",
    fix="The pool was made larger.",
)
CERTIFICATE = incident(
    2,
    "Checkout fails: certificate expired",
    text="## What happened\n\n- checkout answered 500, the handshake failed",
    cause="Nobody renewed that certificate.",
    fix="A new certificate was installed.",
)


async def ids(memory: Remembering, text: str, tenant: str = TENANT, **given: object) -> list[str]:
    return [each.memory for each in await memory.recall.similar(tenant, text, **given)]  # type: ignore[arg-type]  # as given


async def test_what_was_seen_before_is_shown_with_what_is_alike_and_what_fixed_it(memory: Remembering) -> None:
    await memory.recall.remember(POOL)
    (found,) = await memory.recall.similar(
        TENANT, "checkout answers 500, connections exhausted", services=["checkout"], environment="staging"
    )
    assert found.subject == "incident:inc_1"
    assert found.alike[0] == "the same service: checkout"
    assert "exhausted" in found.alike[1]
    assert found.differs == (
        "it was in production, not staging",
        "its title has fails, pool, which was not asked about",
    )
    assert (found.cause, found.fixed_by) == (POOL.cause, POOL.fix)
    assert found.warning == ""


async def test_the_same_looks_with_another_cause_are_warned_of(memory: Remembering) -> None:
    for each in (POOL, CERTIFICATE):
        await memory.recall.remember(each)
    found = await memory.recall.similar(TENANT, "checkout fails and answered 500")
    assert len(found) == 2
    assert all("the cause was another" in each.warning for each in found)


async def test_what_has_no_cause_and_what_is_old_say_so(memory: Remembering) -> None:
    old = incident(3, "Search is slow", services=("search",), at=MIDNIGHT - timedelta(days=800), cause="A disk.")
    await memory.recall.remember(incident(4, "Search is down", services=("search",)))
    await memory.recall.remember(old)
    found = {each.subject: each for each in await memory.recall.similar(TENANT, "search is slow, search is down")}
    assert "never written down" in found["incident:inc_4"].warning
    assert "it was 2 years ago" in found["incident:inc_3"].differs
    assert "changed since" in found["incident:inc_3"].warning


async def test_the_askers_own_incident_is_left_out_and_a_subject_is_shown_once(memory: Remembering) -> None:
    review = POOL.model_copy(update={"id": "mem:rev_1", "kind": MemoryKind.REVIEW})
    for each in (POOL, review, CERTIFICATE):
        await memory.recall.remember(each)
    found = await memory.recall.similar(TENANT, "checkout fails")
    assert sorted(each.subject for each in found) == ["incident:inc_1", "incident:inc_2"]
    assert await ids(memory, "checkout fails", without="incident:inc_1") == ["mem:inc_2"]


async def test_only_the_kinds_that_are_asked_for_are_found(memory: Remembering) -> None:
    await memory.recall.remember(POOL)
    await memory.room.keep(ALICE, Wish(text="checkout fails softly at night, let it sleep"))
    assert await ids(memory, "checkout fails") == ["mem:inc_1"]
    assert await ids(memory, "checkout fails", kinds=[MemoryKind.PREFERENCE]) == ["mem_1"]


async def test_nothing_is_found_where_nothing_is_remembered_or_nothing_fits(memory: Remembering) -> None:
    assert await ids(memory, "checkout fails") == []
    await memory.recall.remember(POOL)
    assert await ids(memory, "zebra quagga okapi") == []


@pytest.mark.parametrize("text", ["", "   ", "\n"])
async def test_an_empty_question_finds_nothing_and_opens_nothing(memory: Remembering, text: str) -> None:
    assert await ids(memory, text) == []
    assert memory.opens == 0
    with pytest.raises(InvalidInput, match="expected something to recall, found an empty question"):
        await memory.room.recall(ALICE, RecallQuery(query=text))


async def test_a_question_of_100_kb_and_one_in_another_language_are_answered(memory: Remembering) -> None:
    await memory.recall.remember(POOL)
    assert await ids(memory, "checkout fails " + "pool exhausted " * 7000) == ["mem:inc_1"]
    german = incident(5, "Kasse antwortet nicht", text="- Die Kasse antwortet nicht mehr, Zeitüberschreitung")
    await memory.recall.remember(german)
    assert await ids(memory, "Die Kasse antwortet nicht") == ["mem:inc_5"]
    assert await ids(memory, "結帳失敗 🔥 \x00") == []


async def test_a_tenant_finds_and_forgets_nothing_of_another(memory: Remembering) -> None:
    await memory.recall.remember(POOL)
    await memory.recall.remember(CERTIFICATE.model_copy(update={"tenant": "evil", "id": POOL.id}))
    assert [each.title for each in await memory.recall.similar("evil", "checkout fails")] == [CERTIFICATE.title]
    assert (await memory.room.forget(MALLORY, POOL.subject)).memories == 0
    assert await ids(memory, "checkout fails: pool") == ["mem:inc_1"]


async def test_what_is_told_better_takes_the_place_of_what_was(memory: Remembering) -> None:
    assert await memory.recall.remember(POOL)
    assert not await memory.recall.remember(POOL)
    await ids(memory, "checkout")
    await memory.recall.remember(POOL.model_copy(update={"title": "Payments stand still"}))
    assert [each.title for each in await memory.recall.similar(TENANT, "payments stand still")] == [
        "Payments stand still"
    ]


async def test_what_is_forgotten_is_gone_from_store_and_index_told_in_the_log_and_stays_so(
    memory: Remembering,
) -> None:
    await memory.recall.remember(POOL)
    await ids(memory, "checkout")
    assert (await memory.room.forget(ADA, POOL.subject)).memories == 1
    assert await ids(memory, "checkout fails") == []
    assert isinstance(memory.index, BruteForce)
    assert memory.index.known(TENANT) == {}
    async with memory.store._database.reading() as connection:
        (row,) = await connection.execute(select(memories))
    assert "pool" not in repr(row)
    (entry,) = (await memory.store.ledger.page(TENANT, kind=EntryKind.ERASURE)).items
    assert entry.entry.body["memories"] == ["mem:inc_1"]
    assert not await memory.recall.remember(POOL)


async def test_people_forget_their_own_words_and_administrators_anything(memory: Remembering) -> None:
    await memory.recall.remember(POOL)
    own = await memory.room.keep(ALICE, Wish(text="never restart search at night"))
    for subject in (POOL.subject, own.subject):
        with pytest.raises(PolicyDenied, match="expected an administrator"):
            await memory.room.forget(BOB, subject)
    assert (await memory.room.forget(ALICE, own.subject)).memories == 1
    with pytest.raises(InvalidInput, match="expected a preference or a correction"):
        await memory.room.keep(ALICE, Wish(text="x", kind=MemoryKind.INCIDENT))


async def test_what_a_hold_covers_is_not_forgotten(memory: Remembering) -> None:
    await memory.recall.remember(POOL)
    await memory.store.holds.place(Hold(id="hold_1", tenant=TENANT, scope="tenant", placed_at=MIDNIGHT))
    with pytest.raises(UnderHold, match="under a legal hold"):
        await memory.room.forget(ADA, POOL.subject)
    assert await ids(memory, "checkout fails") == ["mem:inc_1"]


async def test_what_is_kept_no_longer_is_not_shown(memory: Remembering) -> None:
    await memory.recall.remember(POOL)
    memory.clock.at = MIDNIGHT + timedelta(days=366)
    assert await ids(memory, "checkout fails") == []


@pytest.mark.parametrize("error", [RecallTaken("taken"), RecallUnavailable("away")])
async def test_without_the_index_brute_force_answers_from_the_same_texts(
    memory: Remembering, error: Exception
) -> None:
    memory.index = error
    await memory.recall.remember(POOL)
    assert await ids(memory, "checkout fails") == ["mem:inc_1"]
    assert memory.recall.backend == "numpy"


async def test_vectors_are_made_once_and_kept_with_the_texts(memory: Remembering) -> None:
    await memory.recall.remember(POOL)
    await ids(memory, "checkout fails")
    asked = memory.embedder.asked
    memory.recall._followed, memory.index, memory.recall._vectors = {}, BruteForce(), None
    assert await ids(memory, "checkout fails") == ["mem:inc_1"]
    assert memory.embedder.asked == asked + 1  # the question alone


async def test_a_corrupt_index_is_set_aside_and_nothing_is_lost(memory: Remembering, tmp_path: Path) -> None:
    memory.index, _ = embedded(tmp_path / "memory", "words", MIDNIGHT)
    for each in (POOL, CERTIFICATE):
        await memory.recall.remember(each)
    assert len(await ids(memory, "checkout fails")) == 2
    await memory.recall.close()
    (tmp_path / "memory" / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 999)
    memory.index, aside = embedded(tmp_path / "memory", "words", MIDNIGHT)
    assert aside is not None
    assert len(await ids(memory, "checkout fails")) == 2


async def test_the_index_is_made_anew_on_demand(memory: Remembering) -> None:
    await memory.recall.remember(POOL)
    await ids(memory, "checkout")
    assert isinstance(memory.index, BruteForce)
    memory.index.clear(TENANT)
    assert (await memory.room.rebuild(ADA)).memories == 1
    assert await ids(memory, "checkout fails") == ["mem:inc_1"]
    with pytest.raises(PolicyDenied):
        await memory.room.rebuild(ALICE)


async def test_an_index_that_has_more_than_the_store_forgets_it(memory: Remembering) -> None:
    other = Remembering(memory.store, memory.clock)
    assert isinstance(memory.index, BruteForce)
    other.index = memory.index
    await memory.recall.remember(POOL)
    await ids(memory, "checkout")
    await memory.store.memories.forget_subject(TENANT, POOL.subject)
    assert await ids(other, "checkout fails") == []
    assert memory.index.known(TENANT) == {}


async def test_the_runbook_for_an_incident_is_found_by_its_alerts_and_by_its_title(memory: Remembering) -> None:
    (found, *_) = await memory.recall.likely_runbook(TENANT, "no space left on the device of checkout")
    assert (found.runbook, found.runnable) == ("disk-full.md", False)
    assert found.why
    assert await memory.recall.likely_runbook(TENANT, "zebra quagga okapi") == ()


async def test_a_question_shows_memories_and_runbooks_together(memory: Remembering) -> None:
    await memory.recall.remember(POOL)
    found = await memory.room.recall(ALICE, RecallQuery(query="a pod of checkout restarts again, pool exhausted"))
    assert [each.subject for each in found.memories] == ["incident:inc_1"]
    assert found.runbooks[0].runbook == "KubePodCrashLooping.md"
    assert (await memory.room.report(ALICE)).model_dump() == {"memories": {"incident": 1}, "index": "numpy"}
