"""Talk of incidents is understood, with what is wrong in the person's own words, and only where it is one."""

from datetime import UTC, datetime

import pytest

from agents.interpreter.focus import Focus
from agents.interpreter.interpreter import Interpreter
from agents.interpreter.slots import Line, incidents
from memory.model.intent import IntentKind
from tests.eval.catalogue import CATALOGUE
from tools.capabilities import EVERY

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    from memory.embedding import MiniLmEmbedder

    return Interpreter(EVERY, CATALOGUE, MiniLmEmbedder.from_packages(), ("alice", "bob"))


UNDERSTOOD = {
    "declare sev2 checkout is failing": ("incident.declare", {"title": "checkout is failing", "severity": 2}),
    "declare an incident: payments down": ("incident.declare", {"title": "payments down"}),
    "we have a sev1: Everything is DOWN": ("incident.declare", {"title": "Everything is DOWN", "severity": 1}),
    "make it sev1": ("incident.severity", {"severity": 1}),
    "downgrade incident 4 to sev3": ("incident.severity", {"severity": 3, "incident": "4"}),
    "I am commander": ("incident.assign", {"duty": "commander", "person": "me"}),
    "alice is scribe": ("incident.assign", {"duty": "scribe", "person": "alice"}),
    "bob is no longer scribe": ("incident.release", {"duty": "scribe"}),
    "note: we saw timeouts since 10:02": ("incident.note", {"text": "we saw timeouts since 10:02"}),
    "resolve incident 12": ("incident.resolve", {"incident": "12"}),
    "reopen incident 12": ("incident.reopen", {"incident": "12"}),
    "incident 12 is mitigated": ("incident.mitigate", {"incident": "12"}),
    "incident 12 was a false alarm": ("incident.withdraw", {"incident": "12"}),
    "merge incident 13 into 12": ("incident.merge", {"into": "12", "incident": "13"}),
    "what incidents are open?": ("incident.list", {}),
    "show the timeline of incident 12": ("incident.timeline", {"incident": "12"}),
    "show me incident number twenty-one": ("incident.show", {"incident": "21"}),
    "declare incdient: carts are empty": ("incident.declare", {"title": "carts are empty"}),
    "set the severity of incident 8 to 3": ("incident.severity", {"severity": 3, "incident": "8"}),
    "change incident 8 from sev4 to sev2": ("incident.severity", {"severity": 2, "incident": "8"}),
    "I am not the scribe any more": ("incident.release", {"duty": "scribe"}),
    "correct tl_d8eh52d460vb66f9: it was staging": (
        "incident.correct",
        {"entry": "tl_d8eh52d460vb66f9", "text": "it was staging"},
    ),
    "comms goes to bob": ("incident.assign", {"duty": "communications", "person": "bob"}),
    "alice will be scribe": ("incident.assign", {"duty": "scribe", "person": "alice"}),
    "bleeding stopped, incident 7 is mitigated": ("incident.mitigate", {"incident": "7"}),
    "incident 4 duplicates incident 3": ("incident.merge", {"into": "3", "incident": "4"}),
    "incident 12 was never real, withdraw it": ("incident.withdraw", {"incident": "12"}),
    "sev2 for incident 15 please": ("incident.severity", {"severity": 2, "incident": "15"}),
    "incident 12 note: cache is warming up": ("incident.note", {"text": "cache is warming up", "incident": "12"}),
    "tl_8f3k2m9q should read: failover at 14:10": (
        "incident.correct",
        {"entry": "tl_8f3k2m9q", "text": "failover at 14:10"},
    ),
    "have we ever run into clock skew?": ("memory.recall", {"about": "clock skew"}),
    "have we seen this before: checkout 5xx after deploy?": (
        "memory.recall",
        {"about": "checkout 5xx after deploy"},
    ),
    "have we seen this before, slow carts after the release?": (
        "memory.recall",
        {"about": "slow carts after the release"},
    ),
    "have we seen this before:\nHighErrorRate is firing on checkout": (
        "memory.recall",
        {"about": "HighErrorRate is firing on checkout"},
    ),
    "have we seen this before, roll back checkout in production": (
        "deploy.rollback",
        {"service": "checkout", "environment": "production"},
    ),
    "did we have this before - disk full on search": ("memory.recall", {"about": "disk full on search"}),
    "have we seen this before, or is it new?": ("memory.recall", {}),
    "has payments failed like this in the past?": ("memory.recall", {"service": "payments"}),
}


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_what_is_said_of_an_incident_is_understood(interpreter: Interpreter, text: str) -> None:
    intent = interpreter.interpret(text, now=NOW)
    values = {name: value for name, value in intent.values().items() if name != "state"}
    assert (intent.kind, intent.tool, values) == (IntentKind.TOOL, *UNDERSTOOD[text])


@pytest.mark.parametrize(
    "text",
    [
        "don't declare an incident",
        "should we declare a sev1?",
        "if it gets worse, declare an incident",
        "bob said to resolve incident 12",
        "is alice the commander?",
        "our incident review is far too long",
        "there was an incident on the motorway",
        "incident 12 is not resolved",
        "we haven't mitigated incident 12",
        "I am not on incident 12",
        "it is not a sev1",
        "incident 12 is almost over",
        "incident 12 was resolved by alice yesterday",
        "alice wants to be commander",
        "will bob be scribe?",
        "ack incident id entity_id from from_email",
        "taking command is hard",
        "could bob be scribe",
        "alice used to be scribe",
        "I hope incident 12 is over",
        "open an incident if carts fail again",
        "declare a sev1 for slow carts unless bob objects",
        "resolve incident 12, once the queue is empty",
        "sev1 incidents need a commander",
        "we have an incident process: nobody follows it",
        "tl_d8eh52d460vb66f9 was right, it was staging",
    ],
)
def test_what_is_no_order_declares_and_changes_nothing(interpreter: Interpreter, text: str) -> None:
    intent = interpreter.interpret(text, now=NOW)
    acts = {each.name for each in EVERY if each.ours}
    assert intent.kind is not IntentKind.TOOL or intent.tool not in acts


@pytest.mark.parametrize(
    "text", ["restart payments in production", "mute checkout for 2h", "note the p99 of search?"]
)
def test_words_of_incidents_mean_what_they_did_where_nothing_is_about_one(
    interpreter: Interpreter, text: str
) -> None:
    assert not interpreter.interpret(text, now=NOW).tool.startswith("incident.")


def test_a_new_severity_after_a_declaration_declares_nothing_anew(interpreter: Interpreter) -> None:
    declared = interpreter.interpret("declare sev2 checkout is failing", now=NOW)
    meant = interpreter.interpret("make it sev1", Focus().after(declared), now=NOW)
    assert (meant.tool, meant.values()) == ("incident.severity", {"severity": 1})


def after(interpreter: Interpreter, *texts: str) -> Focus:
    focus = Focus()
    for text in texts:
        focus = focus.after(interpreter.interpret(text, focus, now=NOW))
    return focus


@pytest.mark.parametrize(
    ("said", "answer", "tool", "values"),
    [
        ("show incident 9", "resolve it", "incident.resolve", {"incident": "9"}),
        ("how is incident 9", "acknowledge", "incident.acknowledge", {"incident": "9"}),
        ("change the severity of incident 9", "to 2", "incident.severity", {"severity": 2, "incident": "9"}),
        ("merge incident 9", "into 8", "incident.merge", {"into": "8", "incident": "9"}),
        ("declare a sev2", "half of the carts are lost", "incident.declare", {"severity": 2}),
    ],
)
def test_the_conversation_says_which_incident_and_what_was_asked_for(
    interpreter: Interpreter, said: str, answer: str, tool: str, values: dict[str, object]
) -> None:
    meant = interpreter.interpret(answer, after(interpreter, said), now=NOW)
    title = {"title": answer} if tool == "incident.declare" else {}
    assert (meant.tool, meant.values()) == (tool, {**values, **title})


@pytest.mark.parametrize("text", ["never mind", "thanks", "are you sure?", "restart payments in production"])
def test_what_answers_something_else_is_no_title(interpreter: Interpreter, text: str) -> None:
    meant = interpreter.interpret(text, after(interpreter, "declare an incident"), now=NOW)
    assert meant.tool != "incident.declare"


def test_an_id_beside_another_wish_ends_no_silence(interpreter: Interpreter) -> None:
    text = "Could you list the parcels that Nora sent? I need the weight of each. id 4711"
    assert interpreter.interpret(text, now=NOW).tool != "silence.expire"


def test_an_order_that_waits_for_something_is_none(interpreter: Interpreter) -> None:
    text = "restart payments in production, once the queue is empty"
    assert interpreter.interpret(text, now=NOW).tool != "service.restart"


def test_what_is_missing_is_asked_for(interpreter: Interpreter) -> None:
    intent = interpreter.interpret("declare a sev1", now=NOW)
    assert (intent.kind, intent.tool, intent.missing) == (IntentKind.CLARIFY, "incident.declare", "title")


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("note: restart payments in production", "restart payments in production"),
        ("open an incident for slow carts, sev2", "slow carts"),
        ('declare an incident "Carts are empty"', "Carts are empty"),
        ("resolve incident 12: rolled back to 1.4.1", "rolled back to 1.4.1"),
        ("rename incident 12 to Payments time out", "Payments time out"),
        ("declare an incident", None),
        ("open an incident for lost carts if it happens again", "lost carts"),
        ("create incident description", None),
        ("incident history", None),
        ("the incident is mitigated", None),
        ("make it sev1 now", None),
        ("did we open an incident for checkout?", None),
    ],
)
def test_what_follows_a_head_is_one_value_however_it_reads(text: str, matter: str | None) -> None:
    found = [mention.value for mention in incidents.matters(Line(text))]
    assert found == ([matter] if matter else [])
