"""The working copies of what was erased, without what was erased: what remains is what the log shows anyway. Pure.

What a person reads instead of the words is `ERASED`. Ids, digests, states, tools and times stay.
"""

from collections.abc import Collection

from memory.model.approval import Approval
from memory.model.dead_letter import DeadLetter
from memory.model.evidence import Evidence
from memory.model.incident import Duty
from memory.model.memory import Memory
from memory.model.plan import Call, Plan, Step
from memory.model.run import Measurement, Outcome, Preview, Run, StepRecord
from memory.model.talk import Message, Reply
from memory.model.value import JsonValue

ERASED = "[erased]"

KINDS = (
    "message",
    "recollection",
    "prompt",
    "output",
    "interpretation",
    "evidence",
    "plan",
    "reason",
    "approval",
    "event",
    "reply",
)
"""The kinds of blobs that can be erased. Texts of policies, reasons of holds, and lessons with their replays,
whose names and values are gaps, are kept: nobody's words about anybody, and what was in force stays readable."""

EVERYTHING = frozenset(KINDS)

PEOPLE = frozenset(
    {
        "by",
        "approver",
        "principal",
        "holder",
        "subject",
        "person",
        "requester",
        "sender",
        "author",
        *(duty.value for duty in Duty),
    }
)
WORDS = ("reason", "remark", "label")
"""Fields that hold what the person beside them said."""


def scrubbed_message(message: Message) -> Message:
    """Return the message without its words."""
    return message.model_copy(update={"text": ERASED})


def scrubbed_evidence(evidence: Evidence) -> Evidence:
    """Return the evidence without what was asked and seen; where and when stays."""
    return Evidence(
        id=evidence.id, source=evidence.source, query="", summary=ERASED, observed_at=evidence.observed_at
    )


def silenced(memory: Memory) -> Memory:
    """Return the memory without anybody's words; that there was something, when, and of what service stays."""
    return memory.model_copy(update={"title": ERASED, "text": "", "cause": "", "fix": "", "people": ()})


def scrubbed_letter(letter: DeadLetter) -> DeadLetter:
    """Return the dead letter without why people replayed or dropped it."""
    replays = tuple(replay.model_copy(update={"reason": ERASED}) for replay in letter.replays)
    return letter.model_copy(update={"replays": replays, "remark": ERASED if letter.remark else ""})


def scrubbed_reply(reply: Reply, kinds: Collection[str]) -> Reply:
    """Return the reply without what these kinds of blobs hold of it."""
    if "reply" in kinds:
        kept = reply.model_dump(include={"id", "thread", "to", "kind", "brain", "correlation", "at"})
        return Reply(text=ERASED, **kept)
    gone: dict[str, object] = {}
    if {"message", "interpretation"} & set(kinds):
        gone |= {"understood": None, "considered": ()}
    if "evidence" in kinds:
        gone |= {"evidence": (), "charts": ()}
    if "plan" in kinds:
        gone |= {"card": None}
    return reply.model_copy(update=gone)


def scrubbed_run(run: Run, kinds: Collection[str]) -> Run:
    """Return a run that has ended without what these kinds of blobs hold of it."""
    gone: dict[str, object] = {}
    if "plan" in kinds:
        gone |= {
            "plan": _plan(run.plan),
            "previews": tuple(Preview(call=_call(each.call), summary=ERASED) for each in run.previews),
            "summary": ERASED,
        }
    if {"plan", "evidence"} & set(kinds):
        gone |= {
            "steps": tuple(_record(each) for each in run.steps),
            "before": _without_course(run.before),
            "after": _without_course(run.after),
        }
    if {"reason", "approval", "event"} & set(kinds):
        gone |= {"approvals": tuple(_approval(each) for each in run.approvals)}
        if run.wish is not None and run.wish.reason:
            gone |= {"wish": run.wish.model_copy(update={"reason": ERASED})}
    return run.model_copy(update=gone)


def renamed(value: JsonValue, person: str, pseudonym: str) -> JsonValue:
    """Return a document in which a person stands under their pseudonym, without reasons they gave.

    A text is a person only in a field that is for one: elsewhere, equal letters are a coincidence.
    """
    if isinstance(value, list):
        return [renamed(each, person, pseudonym) for each in value]
    if not isinstance(value, dict):
        return value
    theirs = [name for name, each in value.items() if each == person and is_person(name)]
    told = {name: renamed(each, person, pseudonym) for name, each in value.items()}
    if theirs:
        told |= {name: ERASED for name in WORDS if value.get(name)}
    return told | dict.fromkeys(theirs, pseudonym)


def is_person(field: str) -> bool:
    """Return whether a field of a document, or a column, says who it was."""
    return field in PEOPLE or field.endswith("_by")


def _plan(plan: Plan) -> Plan:
    return plan.model_copy(update={"goal": ERASED, "steps": tuple(_step(step) for step in plan.steps)})


def _step(step: Step) -> Step:
    return Step(call=_call(step.call), effect=step.effect, says=ERASED)


def _call(call: Call) -> Call:
    return Call(tool=call.tool)


def _record(record: StepRecord) -> StepRecord:
    outcomes = {
        "outcome": record.outcome and _outcome(record.outcome),
        "checks": tuple(_outcome(each) for each in record.checks),
        "undo": record.undo and _outcome(record.undo),
        "waiting": None,
    }
    return record.model_copy(update=outcomes)


def _without_course(measured: tuple[Measurement, ...] | None) -> tuple[Measurement, ...] | None:
    return measured and tuple(each.model_copy(update={"points": ()}) for each in measured)


def _outcome(outcome: Outcome) -> Outcome:
    return Outcome(ok=outcome.ok, summary=ERASED, value=outcome.value, error_code=outcome.error_code)


def _approval(approval: Approval) -> Approval:
    return approval.model_copy(update={"reason": ERASED if approval.reason else ""})
