"""Why, down to the model: what it was shown and said, what it took and cost, for whoever may read it."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from agents.prompts import prompt
from agents.reading import ModelExchange, Reading
from agents.recollection import LastTurn, Recollection
from bot import entries
from bot.identity import Directory
from bot.journal import Journal
from bot.records import Records
from memory.model.bodies import EntryKind
from memory.model.intent import Intent, IntentKind
from memory.model.people import Principal, Role
from memory.model.usage import UsageFact, UsageKind
from memory.store import Store
from tests.agents.talking import turn
from tests.fakes.people import ALICE, BOB, EVERYBODY, TENANT, person
from tests.fakes.time import FakeClock
from tests.keys import LOG_KEY

INTENT = Intent(text="what is wrong with checkout?", kind=IntentKind.TOOL, tool="service.health", brain="a-model")
ASKED = ModelExchange(
    purpose="interpretation",
    model="a-model",
    provider="here",
    version="2026-10",
    template=prompt("interpret"),
    prompt="You read. Ask <email:1>.",
    output='{"tool": "service.health"}',
    input_tokens=812,
    output_tokens=40,
)
FAILED = ModelExchange(purpose="interpretation", model="b-model", prompt="You read.", code="model.unavailable")
BEFORE = Recollection(message="m0", last=LastTurn(intent=INTENT, kind="answer"))
AUDITOR = person("audrey", Role.AUDITOR)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", FakeClock(), LOG_KEY)
    yield opened
    await opened.close()


@pytest.fixture
async def records(store: Store) -> Records:
    said, clock = turn("what is wrong with checkout?", ALICE), FakeClock()
    await store.ledger.append(entries.received(said.message, said.correlation, clock.now()))
    reading = Reading(intent=INTENT, exchanges=(FAILED, ASKED))
    await Journal(store, clock).understood(said, reading, BEFORE)
    paid = UsageFact(
        id="call_1",
        tenant=TENANT,
        at=clock.now(),
        kind=UsageKind.MODEL,
        correlation=said.correlation,
        purpose="interpretation",
        provider="here",
        name="a-model",
        cost=Decimal("0.000125"),
    )
    other = paid.model_copy(update={"id": "call_2", "correlation": "c-other", "cost": Decimal(9)})
    await store.usage.add(TENANT, [other, paid])
    return Records(store, Directory((*EVERYBODY, AUDITOR)))


async def test_each_call_is_told_with_its_model_prompt_tokens_and_cost(records: Records) -> None:
    found = await records.explain(ALICE, turn("", ALICE).correlation)
    failed, asked = found.models
    assert (failed.code, failed.model, failed.cost) == ("model.unavailable", "b-model", None)
    assert (asked.model, asked.version, asked.provider) == ("a-model", "2026-10", "here")
    assert (asked.input_tokens, asked.output_tokens, asked.cost) == (812, 40, Decimal("0.000125"))
    assert asked.template.startswith("interpret ")
    assert asked.template_digest == prompt("interpret").sha256
    assert found.recalled == 1


async def test_each_call_is_linked_to_its_entry_in_the_log(records: Records) -> None:
    found = await records.explain(ALICE, turn("", ALICE).correlation)
    kinds = {each.receipt.index: each.entry.kind for each in found.entries}
    assert [kinds[use.index] for use in found.models] == [EntryKind.MODEL, EntryKind.MODEL]


@pytest.mark.parametrize(("who", "reads"), [(ALICE, True), (AUDITOR, True), (BOB, False)])
async def test_its_words_are_for_whoever_asked_and_for_auditors(
    records: Records, who: Principal, reads: bool
) -> None:
    asked = (await records.explain(who, turn("", ALICE).correlation)).models[1]
    assert (asked.prompt == ASKED.prompt) is reads
    assert (asked.output == ASKED.output) is reads
    assert asked.input_tokens == 812


async def test_what_was_erased_is_not_shown_and_the_rest_still_is(records: Records, store: Store) -> None:
    before = (await records.explain(ALICE, turn("", ALICE).correlation)).entries
    address = next(each.entry.body["prompt"] for each in before if each.entry.body.get("model") == "a-model")
    await store.blobs.erase(TENANT, [str(address)])
    asked = (await records.explain(ALICE, turn("", ALICE).correlation)).models[1]
    assert (asked.prompt, asked.output, asked.input_tokens) == (None, ASKED.output, 812)
