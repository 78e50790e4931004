"""Text that one of the two databases could not hold is refused by both, wherever it stands in a call."""

from collections.abc import Awaitable, Callable

import pytest

from memory.errors import InvalidEncoding
from memory.model.access import StoredResponse
from memory.store import Store
from tests.memory.pairs import pairs, write
from tests.memory.samples import evidence, grant, key, reply, run

Call = Callable[[Store, str], Awaitable[object]]

DIGEST = "a" * 64
ANSWER = StoredResponse(status=200, body="{}")
CALLS: dict[str, Call] = {
    "runs.get": lambda store, text: store.runs.get("acme", text),
    "runs.get of": lambda store, text: store.runs.get(text, "run_1"),
    "runs.page": lambda store, text: store.runs.page(text),
    "runs.page thread": lambda store, text: store.runs.page("acme", thread=text),
    "grants.consume": lambda store, text: store.grants.consume("acme", text, DIGEST, grant().minted_at),
    "grants.consume digest": lambda store, text: store.grants.consume("acme", "grant_1", text, grant().minted_at),
    "evidence.get": lambda store, text: store.evidence.get("acme", text),
    "evidence.of": lambda store, text: store.evidence.of("acme", text),
    "evidence.put": lambda store, text: store.evidence.put("acme", text, [evidence()]),
    "evidence.put of": lambda store, text: store.evidence.put(text, "cor_1", [evidence("ev_1"), evidence("ev_2")]),
    "turns.reply_to": lambda store, text: store.turns.reply_to("acme", text),
    "turns.answer": lambda store, text: store.turns.answer(text, reply()),
    "turns.transcript": lambda store, text: store.turns.transcript("acme", text),
    "turns.threads": lambda store, text: store.turns.threads("acme", text),
    "ledger.page": lambda store, text: store.ledger.page("acme", correlation=text),
    "ledger.page actor": lambda store, text: store.ledger.page("acme", actor=text),
    "ledger.trace": lambda store, text: store.ledger.trace(text, "cor_1"),
    "keys.find": lambda store, text: store.keys.find(text),
    "keys.of": lambda store, text: store.keys.of(text),
    "keys.add": lambda store, text: store.keys.add(key(), text),
    "keys.revoke": lambda store, text: store.keys.revoke("acme", text, key().created_at),
    "idempotency.begin": lambda store, text: store.idempotency.begin("acme", "alice", text, DIGEST),
    "idempotency.begin digest": lambda store, text: store.idempotency.begin("acme", "alice", "k1", text),
    "idempotency.finish": lambda store, text: store.idempotency.finish("acme", text, "k1", ANSWER),
    "idempotency.abandon": lambda store, text: store.idempotency.abandon("acme", "alice", text),
}
UNFIT = {"a NUL": "a\0b", "half a pair, high": "\ud83d", "half a pair, low": "a\udc00"}


@pytest.mark.parametrize("text", UNFIT.values(), ids=UNFIT)
async def test_text_that_no_database_can_hold_is_refused_in_every_call(store: Store, text: str) -> None:
    for name, call in CALLS.items():
        with pytest.raises(InvalidEncoding, match="expected text"):
            pytest.fail(f"{name} gave {await call(store, text)!r}")
    await write(store, "after")
    assert await pairs(store) == {"after"}


@pytest.mark.parametrize("text", UNFIT.values(), ids=UNFIT)
async def test_it_is_refused_inside_a_transaction_and_nothing_of_that_is_written(store: Store, text: str) -> None:
    async def put() -> None:
        async with store.transaction() as unit:
            await unit.runs.add(run())
            await unit.evidence.put("acme", text, [evidence()])

    with pytest.raises(InvalidEncoding):
        await put()
    assert not (await store.runs.page("acme")).items


@pytest.mark.parametrize(
    "text", ["héllo", "日本", "🚀", "e\u0301", "\u202e", "\ufeff", "\x01", "'; DROP TABLE runs; --"]
)
async def test_every_other_text_is_looked_for_as_it_is(store: Store, text: str) -> None:
    await store.evidence.put("acme", text, [evidence()])
    assert await store.evidence.of("acme", text) == (evidence(),)
    assert await store.evidence.of("acme", f"{text} ") == ()


async def test_a_document_may_say_anything_that_unicode_has(store: Store) -> None:
    said = "a NUL \0, a rocket 🚀 and a mark \u202e"
    await write(store, "m1", said)
    assert (await store.turns.transcript("acme", "t1")).items[0].message.text == said
