"""What ends is remembered by itself, once; and who is erased is forgotten here too."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.recall.learning import Learning
from memory.model.bodies import EntryKind
from memory.model.incident import Happening, Incident, IncidentStatus, TimelineEntry
from memory.model.memory import Memory, MemoryKind
from memory.model.record import Event, Topic
from memory.scrubbing import ERASED
from memory.store import Store
from memory.store.memories import Change
from tests.bot.audit.conftest import ADMIN, Archived
from tests.bot.recall.conftest import KEEP, Remembering, incident
from tests.fakes.people import ALICE, TENANT
from tests.fakes.time import MIDNIGHT, FakeClock
from tests.keys import LOG_KEY

RESOLVED = Incident(
    id="inc_7",
    tenant=TENANT,
    number=7,
    title="Checkout returns 500",
    severity=2,
    status=IncidentStatus.RESOLVED,
    services=("checkout",),
    environment="production",
    declared_by="alice",
    started_at=MIDNIGHT,
    detected_at=MIDNIGHT,
    resolved_at=MIDNIGHT + timedelta(hours=1),
)


def told(minutes: int, kind: Happening, text: str, author: str = "bob", source: str = "slack") -> TimelineEntry:
    at = MIDNIGHT + timedelta(minutes=minutes)
    return TimelineEntry(
        id=f"tl_{minutes}",
        tenant=TENANT,
        incident=RESOLVED.id,
        at=at,
        recorded_at=at,
        kind=kind,
        text=text,
        author=author,
        source=source,
    )


TIMELINE = (
    told(1, Happening.ALERT, "CheckoutErrors is firing", "alertmanager", "alertmanager"),
    told(10, Happening.NOTE, "Root cause: the connection pool was exhausted after release 1.4.2."),
    told(20, Happening.EFFECT, "Rolled back checkout to 1.4.1.", "quarterdeck", "ledger"),
    told(25, Happening.NOTE, "The error rate is back to normal after the rollback of checkout."),
    told(30, Happening.CORRECTION, "It was release 1.4.3, not 1.4.2."),
)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Archived]:
    store = await Store.open(f"sqlite:///{tmp_path / 'archived.db'}", FakeClock(), LOG_KEY)
    made = Archived(store, {"message": 30})
    yield made
    await made.runner.close()
    await store.close()


def learning_of(room: Archived) -> Learning:
    return Learning(Remembering(room.store, room.clock).recall, room.store, TENANT, KEEP)


async def all_of(store: Store) -> tuple[Change, ...]:
    return await store.memories.changes(TENANT, 0)


async def kept(store: Store, kind: MemoryKind) -> tuple[Memory, ...]:
    return await store.memories.of(TENANT, kind)


async def test_an_incident_that_is_over_is_remembered_with_its_cause_what_helped_and_its_corrections(
    memory: Remembering,
) -> None:
    await memory.store.incidents.add(RESOLVED)
    await memory.store.timeline.add(TIMELINE)
    assert await memory.learning.catch_up() == 3
    (found,) = await kept(memory.store, MemoryKind.INCIDENT)
    assert (found.subject, found.services, found.severity) == ("incident:inc_7", ("checkout",), 2)
    assert "connection pool was exhausted" in found.cause
    assert "Rolled back checkout" in found.fix
    assert found.people == ("bob",)
    (corrected,) = await kept(memory.store, MemoryKind.CORRECTION)
    assert (corrected.text, corrected.person) == ("It was release 1.4.3, not 1.4.2.", "bob")
    assert await memory.learning.catch_up() == 0


async def test_what_an_incident_taught_is_remembered_once_it_is_resolved_and_not_while_it_is_mitigated(
    memory: Remembering,
) -> None:
    mitigated = RESOLVED.model_copy(update={"status": IncidentStatus.MITIGATED, "resolved_at": None})
    await memory.store.incidents.add(mitigated)
    await memory.store.timeline.add(TIMELINE)
    await memory.learning.catch_up()
    assert await kept(memory.store, MemoryKind.REVIEW) == ()
    await memory.store.incidents.replace(RESOLVED, mitigated.version)
    assert await memory.learning.catch_up() >= 1
    (taught,) = await kept(memory.store, MemoryKind.REVIEW)
    assert taught.subject == "incident:inc_7"
    assert taught.title == "Review: Checkout returns 500"
    assert "connection pool was exhausted" in taught.text
    assert taught.people == ("bob",)


async def test_an_event_of_the_end_is_enough_and_one_that_comes_twice_changes_nothing(memory: Remembering) -> None:
    await memory.store.incidents.add(RESOLVED)
    await memory.store.timeline.add(TIMELINE)
    event = Event(
        topic=Topic.INCIDENT, tenant=TENANT, thread="t", correlation="c", at=MIDNIGHT, body={"incident": "inc_7"}
    )
    assert [await memory.learning.heard(event) for _ in range(2)] == [3, 0]
    missing = event.model_copy(update={"body": {"incident": "inc_8"}})
    assert await memory.learning.heard(missing) == 0


async def test_a_plan_that_ended_is_remembered_with_what_came_of_it(room: Archived) -> None:
    run = await room.rolled_back()
    learning = learning_of(room)
    event = Event(
        topic=Topic.RUN,
        tenant=TENANT,
        thread="t1",
        correlation=run.correlation,
        at=MIDNIGHT,
        body={"run": run.id, "status": run.status.value},
    )
    assert [await learning.heard(event), await learning.catch_up()] == [1, 0]
    (found,) = await kept(room.store, MemoryKind.DECISION)
    assert (found.subject, found.correlation) == (f"run:{run.id}", run.correlation)
    assert "It worked." in found.text


async def test_a_turn_that_is_erased_is_forgotten_here_and_not_learned_again(room: Archived) -> None:
    run = await room.rolled_back()
    learning = learning_of(room)
    await learning.catch_up()
    await room.records.erase(ADMIN, correlations=(run.correlation,), person=None)
    assert [each.memory for each in await all_of(room.store)] == [None]
    assert await learning.catch_up() == 0
    told_of = [each.entry.body for each in (await room.store.ledger.page(TENANT, kind=EntryKind.ERASURE)).items]
    assert [body["memories"] for body in told_of if body["memories"]] == [[f"mem:{run.id}"]]


async def test_a_person_who_is_erased_takes_their_words_with_them_and_leaves_those_of_others(
    room: Archived,
) -> None:
    await room.desk.say(room.message("hello"), ALICE)
    shared = incident(
        1, "Alice said it was the pool", text="- the pool", people=("alice", "bob"), cause="The pool."
    )
    own = incident(2, "Let it sleep", kind=MemoryKind.PREFERENCE, subject="preference:mem_2", person="alice")
    other = incident(3, "Another", text="- nothing of hers")
    for each in (shared, own, other):
        await room.store.memories.put(each)
    await room.records.erase(ADMIN, correlations=(), person="alice")
    now = {each.id: each.memory for each in await all_of(room.store)}
    assert now["mem:inc_2"] is None
    assert now["mem:inc_3"] == other
    silent = now["mem:inc_1"]
    assert silent is not None
    assert (silent.title, silent.text, silent.cause, silent.people) == (ERASED, "", "", ())


async def test_what_is_kept_no_longer_is_erased_with_an_entry_and_what_is_held_is_not(room: Archived) -> None:
    await room.store.memories.put(incident(1, "Old", until=MIDNIGHT - timedelta(days=1)))
    await room.store.memories.put(incident(2, "New"))
    await room.records.retention.sweep(TENANT)
    assert [each.memory is None for each in await all_of(room.store)] == [False, True]
    (entry,) = (await room.store.ledger.page(TENANT, kind=EntryKind.ERASURE)).items
    assert (entry.entry.body["why"], entry.entry.body["memories"]) == ("retention", ["mem:inc_1"])
