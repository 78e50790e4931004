"""The hand behind "have we seen this before?": what it asks of memory, and what it answers."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta

from memory.model.incident import Incident
from memory.model.memory import MemoryKind
from tests.bot.recall.conftest import Remembering, incident
from tests.fakes.people import TENANT
from tests.fakes.time import MIDNIGHT
from tools.capabilities.memory import EVERY, Recollection
from tools.connectors.recollections import MemoryRecall
from tools.contract import CallContext

CONTEXT = CallContext(tenant=TENANT, principal="alice", correlation="cor_1", key="cor_1:0", now=MIDNIGHT)
OPEN = Incident(
    id="inc_9",
    tenant=TENANT,
    number=9,
    title="Checkout fails: connections exhausted",
    severity=2,
    services=("checkout",),
    environment="production",
    declared_by="alice",
    started_at=MIDNIGHT,
    detected_at=MIDNIGHT,
)


def hand(memory: Remembering, *under_way: Incident) -> MemoryRecall:
    async def known(tenant: str) -> Sequence[Incident]:
        assert tenant == TENANT
        return under_way

    return MemoryRecall(memory.recall, known)


async def test_without_words_the_incident_under_way_is_asked_about_and_left_out(memory: Remembering) -> None:
    for number in (1, 9):
        await memory.recall.remember(
            incident(number, "Checkout fails: connections exhausted", cause="A small pool.", fix="A larger pool.")
        )
    outcome = await hand(memory, OPEN).read(Recollection(), CONTEXT)
    assert outcome.value == 1
    assert outcome.summary == "Yes: 1 thing like it is remembered."
    (fact,) = outcome.evidence
    assert fact.source == "memory"
    assert "alike: the same service: checkout; the same environment: production" in fact.summary
    assert "cause: A small pool. fixed by: A larger pool" in fact.summary


async def test_words_of_ones_own_and_a_service_are_asked_about(memory: Remembering) -> None:
    await memory.recall.remember(incident(1, "Search is slow", services=("search",)))
    assert (await hand(memory).read(Recollection(about="search is slow"), CONTEXT)).value == 1
    assert (await hand(memory, OPEN).read(Recollection(service="search"), CONTEXT)).value == 1


async def test_different_causes_of_the_same_looks_are_said_first(memory: Remembering) -> None:
    causes = ("The pool was exhausted by retries.", "Nobody renewed that certificate.")
    for number, cause in enumerate(causes, start=1):
        await memory.recall.remember(
            incident(number, "Checkout fails", cause=cause, at=MIDNIGHT - timedelta(days=number))
        )
    outcome = await hand(memory).read(Recollection(about="checkout fails"), CONTEXT)
    assert "had different causes" in outcome.summary


async def test_decisions_and_wishes_stand_beside_what_was_seen(memory: Remembering) -> None:
    kinds = (MemoryKind.INCIDENT, MemoryKind.DECISION, MemoryKind.PREFERENCE)
    for number, kind in enumerate(kinds, start=1):
        await memory.recall.remember(incident(number, "Checkout fails: restart it", kind=kind, fix="It worked."))
    outcome = await hand(memory).read(Recollection(about="checkout fails"), CONTEXT)
    assert (outcome.value, outcome.summary) == (
        1,
        "Yes: 1 thing like it is remembered. Beside it: 2 decisions or wishes.",
    )
    assert "decision: Checkout fails: restart it" in outcome.evidence[1].summary


async def test_nothing_remembered_and_nothing_asked_are_said_so(memory: Remembering) -> None:
    nothing = await hand(memory).read(Recollection(about="checkout fails"), CONTEXT)
    assert (nothing.ok, nothing.value, nothing.summary) == (True, 0, "Nothing like it is remembered.")
    assert "say what this is about" in (await hand(memory).read(Recollection(), CONTEXT)).summary


def test_people_ask_for_it_in_many_ways() -> None:
    (capability,) = EVERY
    assert len(set(capability.examples)) == len(capability.examples) >= 30


def test_nothing_of_chroma_is_imported_when_a_house_is_put_together() -> None:
    code = "import sys, bot.wiring, bot.wiring.recall; sys.exit('chromadb' in sys.modules)"
    assert subprocess.run((sys.executable, "-W", "ignore", "-c", code), check=False).returncode == 0
