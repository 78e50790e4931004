"""What each thing in a trace is called, and what is worth saying of it. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime

from pydantic import Field

from memory.errors import LogMalformed
from memory.model.bodies import (
    Acted,
    Answered,
    Approved,
    Body,
    BrokeGlass,
    Checked,
    DeadLettered,
    Decided,
    Denied,
    Ended,
    Granted,
    Interpreted,
    LetterSettled,
    Measured,
    MessageReceived,
    ModelCalled,
    Observed,
    Planned,
    PolicyChanged,
    Recalled,
    Reviewed,
    StandingChanged,
    TakenBack,
)
from memory.model.record import SYSTEM, Entry
from memory.model.value import Digest, Identifier, Value
from memory.trace import CausalGraph, Chain, Node

_SHORT = 8  # characters of a pseudonym that nobody may resolve


class Trace(Value):
    """Everything that one message led to, as the log tells it. `subject` is what was asked about.

    `people` names those behind the pseudonyms whom the reader may know; `policies` gives, for a policy set's hash,
    the index of the entry that put it in force.
    """

    subject: Identifier
    graph: CausalGraph
    chains: tuple[Chain, ...] = ()
    people: dict[str, str] = Field(default_factory=dict)
    policies: dict[Digest, int] = Field(default_factory=dict)

    def began(self) -> datetime:
        """Return when the first thing happened."""
        return min(node.first.at for node in self.graph.nodes)

    def who(self, entry: Entry) -> str:
        """Return who did it: a name, the beginning of a pseudonym, or nobody where Quarterdeck itself did."""
        if entry.actor == SYSTEM:
            return ""
        return self.people.get(entry.actor, f"{entry.actor[:_SHORT]}…")


class Told(Value):
    """One thing in words: what it is, what is worth knowing of it, and whether it is bad news."""

    title: str
    details: tuple[str, ...] = ()
    bad: bool = False


def told(node: Node, trace: Trace) -> Told:
    """Return a thing in words. What a later version recorded is called by its kind alone."""
    try:
        body = node.first.told()
    except LogMalformed:
        return Told(title=node.kind.value)
    say = _WORDS.get(type(body))
    found = say(body) if say else Told(title=node.kind.value.replace("_", " ").capitalize())
    known = tuple(_in_force(body, trace.policies))
    again = (f"recorded {len(node.entries)} times",) if len(node.entries) > 1 else ()
    details = tuple(detail for detail in (*found.details, *known, *again) if detail)
    return found.model_copy(update={"details": details})


def seconds(at: datetime, began: datetime) -> str:
    """Return how long after the beginning something was, as `+1.2 s`."""
    passed = (at - began).total_seconds()
    if passed < 60:  # noqa: PLR2004 - a minute
        return f"+{passed:.2g} s" if passed < 10 else f"+{passed:.0f} s"  # noqa: PLR2004 - two digits are enough
    minutes, rest = divmod(round(passed), 60)
    return f"+{minutes} min {rest} s"


def _in_force(body: Body, policies: Mapping[str, int]) -> list[str]:
    """Return where the policy set that decided was put in force."""
    if not isinstance(body, Observed | Decided | Granted):
        return []
    index = policies.get(body.policy_hash)
    since = "" if index is None else f", since #{index}"
    return [f"policy set {body.policy_hash[:8]}{since}"]


def _message(body: MessageReceived) -> Told:
    return Told(title="Message", details=(body.surface.value,))


def _recall(body: Recalled) -> Told:
    return Told(title="Remembered", details=(f"{body.items} of this {body.source}",))


def _model(body: ModelCalled) -> Told:
    counted = "" if body.input_tokens is None else f"{body.input_tokens} + {body.output_tokens or 0} tokens"
    return Told(title="Asked the model", details=(body.model, counted, body.code), bad=bool(body.code))


def _interpretation(body: Interpreted) -> Told:
    sure = f"{body.confidence:.0%} sure, {body.brain}"
    return Told(title="Understood", details=(body.tool or body.meant.value.replace("_", " "), sure))


def _look(body: Observed) -> Told:
    return Told(title="Looked", details=(body.tool, body.code), bad=not body.ok)


def _plan(body: Planned) -> Told:
    return Told(title="Proposed", details=(", ".join(body.tools),))


def _decision(body: Decided) -> Told:
    needs = f"{body.approvals} approval{'' if body.approvals == 1 else 's'} needed" if body.approvals else ""
    titles = {"allow": "Policy allows", "needs_approval": "Policy asks people", "deny": "Policy denies"}
    return Told(
        title=titles[body.decision], details=(needs, ", ".join(body.policies)), bad=body.decision == "deny"
    )


def _approval(body: Approved) -> Told:
    yes = body.verdict.value == "approve"
    return Told(title="Approved" if yes else "Said no", details=(f"{body.surface.value}, {body.assurance.value}",))


def _grant(body: Granted) -> Told:
    return Told(title="Granted", details=(f"{body.tool}, once", ", ".join(body.policies)))


def _action(body: Acted) -> Told:
    title = "Done" if body.ok else "Failed"
    if isinstance(body, TakenBack):
        title = "Taken back" if body.ok else "Not taken back"
    return Told(title=title, details=(body.tool, body.code), bad=not body.ok)


def _check(body: Checked) -> Told:
    measured = "" if body.value is None else f"measured {body.value:.4g}"
    title = "Verified" if body.ok else "Not verified"
    return Told(title=title, details=(body.tool, measured, body.code), bad=not body.ok)


def _measured(body: Measured) -> Told:
    measured = f"{body.value:.4g}" if body.value is not None else "no number"
    return Told(title=f"Measured {body.moment}", details=(body.tool, measured, body.code))


def _end(body: Ended) -> Told:
    return Told(title=f"Ended: {body.status.value}", bad=body.status.value in {"failed", "undone"})


def _denial(body: Denied) -> Told:
    often = f"{body.times} times" if body.times > 1 else ""
    return Told(title="Denied", details=(body.tool, body.code, often, ", ".join(body.policies)), bad=True)


def _reply(body: Answered) -> Told:
    cited = f"cites {len(body.evidence)}" if body.evidence else ""
    return Told(title="Answered", details=(body.answer, cited), bad=body.answer == "error")


def _policy(body: PolicyChanged) -> Told:
    return Told(title=f"Policy {body.change.replace('_', ' ')}", details=(body.policy_hash[:12],))


def _broke_glass(body: BrokeGlass) -> Told:
    return Told(title="Broke glass", details=(f"{body.missing} approvals were missing",), bad=True)


def _reviewed(body: Reviewed) -> Told:
    return Told(
        title="Reviewed", details=("justified" if body.justified else "not justified",), bad=not body.justified
    )


def _standing(body: StandingChanged) -> Told:
    use = f"use {body.use} of {body.most_uses}" if body.change == "used" and body.most_uses else ""
    return Told(title=f"Standing approval {body.change.replace('_', ' ')}", details=(use,))


def _dead_letter(body: DeadLettered) -> Told:
    return Told(title="Dead letter", details=(body.code,), bad=True)


def _settlement(body: LetterSettled) -> Told:
    return Told(title=f"Dead letter {body.change}", details=(f"as {body.run}" if body.run else "",))


_WORDS: dict[type[Body], Callable[..., Told]] = {
    MessageReceived: _message,
    Recalled: _recall,
    ModelCalled: _model,
    Interpreted: _interpretation,
    Observed: _look,
    Planned: _plan,
    Decided: _decision,
    Approved: _approval,
    Granted: _grant,
    Acted: _action,
    TakenBack: _action,
    Checked: _check,
    Measured: _measured,
    Ended: _end,
    Denied: _denial,
    Answered: _reply,
    PolicyChanged: _policy,
    BrokeGlass: _broke_glass,
    Reviewed: _reviewed,
    StandingChanged: _standing,
    DeadLettered: _dead_letter,
    LetterSettled: _settlement,
}
