"""A turn's understanding stands in the log before anything follows: what was remembered, asked and meant."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents.ports import Turn
from agents.reading import ModelExchange, Reading
from agents.recollection import LastTurn, Recollection
from bot.journal import Journal
from memory.model.bodies import Interpreted, ModelCalled, Recalled
from memory.model.intent import Intent, IntentKind
from memory.store import Store
from tests.agents.talking import turn
from tests.fakes.people import ALICE, TENANT
from tests.fakes.time import FakeClock
from tests.keys import LOG_KEY

INTENT = Intent(text="what is wrong with checkout?", kind=IntentKind.TOOL, tool="service.health", brain="a-model")
ASKED = ModelExchange(
    purpose="interpretation",
    model="a-model",
    prompt="You read. \N{SNOWMAN}",
    output='{"tool": "service.health"}',
    input_tokens=812,
    output_tokens=40,
)
BEFORE = Recollection(message="m0", last=LastTurn(intent=INTENT, kind="answer"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", FakeClock(), LOG_KEY)
    yield opened
    await opened.close()


@pytest.fixture
def said() -> Turn:
    return turn("what is wrong with checkout?", ALICE)


async def told(store: Store, said: Turn) -> list[object]:
    return [each.entry.told() for each in await store.ledger.trace(TENANT, said.correlation)]


async def test_what_was_remembered_asked_and_meant_is_recorded_in_that_order(store: Store, said: Turn) -> None:
    await Journal(store, FakeClock()).understood(said, Reading(intent=INTENT, exchanges=(ASKED,)), BEFORE)
    remembered, asked, meant = await told(store, said)
    assert isinstance(remembered, Recalled)
    assert (remembered.source, remembered.items) == ("thread", 1)
    assert isinstance(asked, ModelCalled)
    assert (asked.number, asked.model, asked.input_tokens, asked.output_tokens) == (1, "a-model", 812, 40)
    assert isinstance(meant, Interpreted)
    assert meant.causes() == ("message:m1", "recall:m1/thread", "model:m1/1")


async def test_prompt_output_and_recollection_lie_beside_the_log_and_not_in_it(store: Store, said: Turn) -> None:
    await Journal(store, FakeClock()).understood(said, Reading(intent=INTENT, exchanges=(ASKED,)), BEFORE)
    remembered, asked, meant = await told(store, said)
    assert isinstance(remembered, Recalled)
    assert isinstance(asked, ModelCalled)
    assert isinstance(meant, Interpreted)
    addresses = (remembered.content, asked.prompt, asked.output, meant.content)
    kept = [await store.blobs.get(TENANT, address or "") for address in addresses]
    assert [blob.kind for blob in kept] == ["recollection", "prompt", "output", "interpretation"]
    assert (kept[1].content.decode(), kept[2].content.decode()) == (ASKED.prompt, ASKED.output)
    assert json.loads(kept[0].content)["message"] == "m0"
    written = b"".join(await store.ledger.entries(TENANT, 0, 9))
    assert b"wrong" not in written
    assert b"You read" not in written


async def test_all_of_it_is_one_transaction(store: Store, said: Turn) -> None:
    await Journal(store, FakeClock()).understood(said, Reading(intent=INTENT, exchanges=(ASKED,)), BEFORE)
    assert b"\n3\n" in (await store.ledger.head(TENANT)).checkpoint
    assert len({each.entry.logged for each in await store.ledger.trace(TENANT, said.correlation)}) == 1


async def test_nothing_remembered_and_no_model_asked_leave_the_meaning_alone(store: Store, said: Turn) -> None:
    await Journal(store, FakeClock()).understood(said, Reading(intent=INTENT), Recollection())
    (meant,) = await told(store, said)
    assert isinstance(meant, Interpreted)
    assert meant.causes() == ("message:m1",)


async def test_a_model_that_failed_is_recorded_with_its_code_and_without_an_output(
    store: Store, said: Turn
) -> None:
    failed = ASKED.model_copy(update={"output": "", "code": "model.unavailable"})
    await Journal(store, FakeClock()).understood(said, Reading(intent=INTENT, exchanges=(failed,)), Recollection())
    asked, _ = await told(store, said)
    assert isinstance(asked, ModelCalled)
    assert (asked.code, asked.output) == ("model.unavailable", None)


async def test_half_a_surrogate_pair_from_a_model_is_kept_as_its_escape(store: Store, said: Turn) -> None:
    strange = ASKED.model_copy(update={"output": "\ud800"})
    await Journal(store, FakeClock()).understood(
        said, Reading(intent=INTENT, exchanges=(strange,)), Recollection()
    )
    asked, _ = await told(store, said)
    assert isinstance(asked, ModelCalled)
    assert (await store.blobs.get(TENANT, asked.output or "")).content == b"\\ud800"


async def test_a_turn_that_is_taken_again_is_recorded_again(store: Store, said: Turn) -> None:
    journal = Journal(store, FakeClock())
    for _ in range(2):
        await journal.understood(said, Reading(intent=INTENT, exchanges=(ASKED,)), BEFORE)
    kinds = [each.entry.kind.value for each in await store.ledger.trace(TENANT, said.correlation)]
    assert kinds == ["recall", "model", "interpretation"] * 2
