"""What each kind of entry says, in one sentence for people. Pure."""

from collections.abc import Iterator
from functools import singledispatch

from memory.model import bodies
from memory.model.approval import Verdict
from memory.model.value import JsonValue

_OPENED = ("text", "content", "prompt", "output", "reason", "remark", "scope", "statement", "event")


def texts_of(body: dict[str, JsonValue]) -> Iterator[str]:
    """Yield the addresses of the blobs that an entry's body names, in the order of its fields."""
    for name, value in body.items():
        if name in _OPENED and isinstance(value, str):
            yield value
        if name == "evidence" and isinstance(value, list):
            yield from (str(each["digest"]) for each in value if isinstance(each, dict))


@singledispatch
def says(body: bodies.Body) -> str:
    """Return what an entry of this kind tells."""
    return f"{body.kind.value.replace('_', ' ').capitalize()}: {body.subject()}."


@says.register
def _(body: bodies.MessageReceived) -> str:
    return f"A message came in through {body.surface.value}, in the thread {body.thread}."


@says.register
def _(body: bodies.Recalled) -> str:
    return f"{body.items} earlier things were remembered from {body.source}."


@says.register
def _(body: bodies.ModelCalled) -> str:
    ended = f"failed with {body.code}" if body.code else "answered"
    return f"The language model {body.model} was asked for {body.purpose} and {ended}."


@says.register
def _(body: bodies.Interpreted) -> str:
    meant = body.tool or body.meant.value
    return f"Understood as {meant}, {body.confidence:.0%} sure, by {body.brain}."


@says.register
def _(body: bodies.Observed) -> str:
    return (
        f"{body.tool} looked{_result(body.ok, body.code)}. Policy: {body.decision} ({_policies(body.policies)})."
    )


@says.register
def _(body: bodies.Planned) -> str:
    return f"Plan {body.run} was proposed: {', '.join(body.tools)}. Digest {body.plan_digest}."


@says.register
def _(body: bodies.Decided) -> str:
    needed = f", with {body.approvals} to agree" if body.approvals else ""
    return f"Policy said {body.decision.replace('_', ' ')}{needed} ({_policies(body.policies)})."


@says.register
def _(body: bodies.Approved) -> str:
    verb = "Said yes" if body.verdict is Verdict.APPROVE else "Said no"
    return f"{verb} to digest {body.plan_digest}, on {body.surface.value}, known by {body.assurance.value}."


@says.register
def _(body: bodies.Granted) -> str:
    what = "Taking back step" if body.undo else "Step"
    return f"{what} {body.step + 1}, {body.tool}, was let through once, on {len(body.approvals)} approvals."


@says.register
def _(body: bodies.Acted) -> str:
    what = "Taking back step" if isinstance(body, bodies.TakenBack) else "Step"
    return f"{what} {body.step + 1}, {body.tool}, was carried out{_result(body.ok, body.code)}."


@says.register
def _(body: bodies.Checked) -> str:
    value = "" if body.value is None else f", measured {body.value:g}"
    held = "holds" if body.ok else "does not hold"
    return f"Check {body.number} of step {body.step + 1} {held}{value}."


@says.register
def _(body: bodies.Measured) -> str:
    value = "no number" if body.value is None else f"measured {body.value:g}"
    when = "Before the first step" if body.moment == "before" else "At the end"
    return f"{when}, check {body.number} of step {body.step + 1}: {value}."


@says.register
def _(body: bodies.Ended) -> str:
    return f"The plan ended: {body.status.value}."


@says.register
def _(body: bodies.Denied) -> str:
    about = f" to {body.tool}" if body.tool else ""
    return f"No{about}: {body.code} ({_policies(body.policies)})."


@says.register
def _(body: bodies.Answered) -> str:
    return f"Answered with {body.answer}."


@says.register
def _(body: bodies.PolicyChanged) -> str:
    return f"Policy {body.policy_hash} was {body.change.replace('_', ' ')}."


@says.register
def _(body: bodies.PolicySaid) -> str:
    verb = "agreed to" if body.verdict is Verdict.APPROVE else "refused"
    return f"Policy {body.policy_hash} was {verb}, at the level {body.assurance.value}."


@says.register
def _(body: bodies.Erased) -> str:
    if body.memories:
        return f"{len(body.memories)} memories were erased, by {body.why}."
    return f"{len(body.blobs)} texts were erased, by {body.why}."


@says.register
def _(body: bodies.DeadLettered) -> str:
    return f"The plan could not finish: {body.code}."


@says.register
def _(body: bodies.LetterSettled) -> str:
    return f"The dead letter was {body.change}{f' as {body.run}' if body.run else ''}."


def _result(ok: bool, code: str) -> str:
    return "" if ok else f" and failed with {code or 'no reason given'}"


def _policies(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "no policy"
