"""Nobody's words, and nothing that looks like a secret, ever gets into an entry, wherever they are put in."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.ports import Turn
from agents.reading import ModelExchange
from bot import entries
from bot.surfaces.archive import HoldRequest
from memory.canonical import canonical
from memory.model.approval import Verdict
from memory.model.bodies import Observed
from memory.model.evidence import Evidence
from memory.model.intent import Argument, Intent, IntentKind, Provenance
from memory.model.people import Surface
from memory.model.record import Attachment, Entry, Record
from memory.model.talk import Reply
from tests.bot.audit.conftest import ADMIN, Archived
from tests.fakes.people import ALICE, BOB, TENANT
from tests.fakes.time import MIDNIGHT
from tests.memory.samples import message

WORDS = (
    "Anna Bergmann, born 1984-05-17, anna.bergmann@example.org",
    "AKIAIOSFODNN7EXAMPLE",
    "-----BEGIN PRIVATE KEY-----MIIEvQIBADANBg",
    "qd_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4",
)


async def written(room: Archived) -> bytes:
    """Return the bytes of every entry of the log."""
    size = (await room.store.ledger.head(TENANT)).size
    return b"\n".join(await room.store.ledger.entries(TENANT, 0, size))


@pytest.mark.parametrize("words", WORDS)
async def test_words_said_anywhere_stay_out_of_the_log(room: Archived, words: str) -> None:
    await room.desk.say(room.message(words), ALICE)
    card = (await room.desk.say(room.message("roll back", id_="m2"), ALICE)).card
    assert card is not None
    await room.desk.cancel(ALICE, card.run, words)
    card = (await room.desk.say(room.message("roll back", id_="m3"), ALICE)).card
    assert card is not None
    await room.desk.decide(BOB, card.run, card.plan_digest, Verdict.APPROVE, words, Surface.REST)
    run = await room.runner.finished(TENANT, card.run)
    turn = Turn(message=room.message(words, id_="m3"), principal=ALICE, correlation=run.correlation)
    exchange = ModelExchange(purpose="interpretation", model="m", prompt=words, output=words)
    await room.store.ledger.append(entries.model_called(turn, 1, exchange, MIDNIGHT))
    alert = Evidence(
        id="ev_alert", source="alertmanager", query=words, summary=words, observed_at=MIDNIGHT, text=words
    )
    body = Observed(
        message="m3",
        tool="alerts.list",
        call_digest="0" * 64,
        decision="allow",
        policies=("p",),
        policy_hash="0" * 64,
        ok=True,
    )
    seen = Attachment(field="evidence", kind="evidence", id=alert.id, content=canonical(alert))
    await room.store.ledger.append(
        Record(
            tenant=TENANT, at=MIDNIGHT, actor="alice", correlation=run.correlation, body=body, attachments=(seen,)
        )
    )
    await room.records.place(ADMIN, HoldRequest(scope="tenant", reason=words))
    log = await written(room)
    assert words.encode() not in log
    assert all(part.encode() not in log for part in words.split(", "))
    assert b'"alice"' not in log


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=12, max_size=80).filter(lambda text: len(set(text)) > 6))
def test_no_text_of_a_turn_is_in_its_entries(words: str) -> None:
    said = message().model_copy(update={"text": words})
    turn = Turn(message=said, principal=ALICE, correlation="cor_1")
    argument = Argument(value=words, provenance=Provenance.UNTRUSTED, quote=words)
    intent = Intent(text=words, kind=IntentKind.TOOL, tool="service.health", arguments={"service": argument})
    reply = Reply(id="r", thread="t1", to=said.id, kind="answer", text=words, correlation="cor_1", at=MIDNIGHT)
    exchange = ModelExchange(purpose="interpretation", model="m", prompt=words, output=words)
    for record in (
        entries.received(said, "cor_1", MIDNIGHT),
        entries.interpreted(turn, intent, MIDNIGHT),
        entries.answered(turn, reply),
        entries.model_called(turn, 1, exchange, MIDNIGHT),
    ):
        entry = canonical(Entry.of(record, actor="p_1", logged=MIDNIGHT))
        assert words.encode("utf-8", "backslashreplace") not in entry
