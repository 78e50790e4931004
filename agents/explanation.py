"""Answers "why?": how the words were read, what the answer rests on, what policy said, what was not done. Pure."""

from collections.abc import Iterator

from agents.answer import Answer, AnswerKind
from agents.footnotes import Footnotes
from agents.recollection import LastTurn
from agents.standing import STANDS
from agents.units import counted, listed, sentence
from agents.untrusted import quoted
from memory.model.decision import Allow, Decision, NeedsApproval
from memory.model.intent import Argument, Intent, IntentKind, Provenance
from memory.model.run import Run
from tools.contract import Capability

_ORIGIN = {
    Provenance.SAID: "your words",
    Provenance.CONVERSATION: "our conversation",
    Provenance.CATALOGUE: "the only value the catalogue allows",
    Provenance.RUNBOOK: "the runbook",
    Provenance.DEFAULT: "the default",
    Provenance.MODEL: "the model's choice",
    Provenance.UNTRUSTED: "text from outside",
}


def explained(
    intent: Intent, last: LastTurn | None, run: Run | None, capabilities: dict[str, Capability]
) -> Answer:
    """Return why the turn before ended as it did; `run` is its plan as it stands now, if there is one."""
    if last is None:
        return Answer(kind=AnswerKind.ANSWER, text="I have not answered anything here yet.", intent=intent)
    notes = Footnotes()
    lines = [
        *_understood(last.intent, capabilities),
        *_evidence(last, notes),
        *_decided(last, run),
        *_undone(last),
    ]
    return Answer(
        kind=AnswerKind.ANSWER,
        text="\n".join(lines),
        intent=intent,
        evidence=notes.evidence,
        run=run,
        considered=last.considered,
    )


def _understood(intent: Intent, capabilities: dict[str, Capability]) -> Iterator[str]:
    who = "" if intent.brain == "embedded" else f" by {intent.brain}"
    if intent.kind is not IntentKind.TOOL:
        reading = {
            IntentKind.CLARIFY: "not clear enough to act on, so I asked",
            IntentKind.OUT_OF_SCOPE: "nothing I can do",
            IntentKind.SMALLTALK: "small talk",
        }[intent.kind]
        yield f"You said {quoted(intent.text)}. I took it{who} as {reading}."
    else:
        capability = capabilities.get(intent.tool)
        title = capability.title if capability else intent.tool
        sure = f"{intent.confidence:.0%}".replace("%", " %")
        yield f'You said {quoted(intent.text)}. I took it{who} as "{title}" ({intent.tool}), {sure} sure.'
        yield from (f"- {_argument(name, argument)}" for name, argument in intent.arguments.items())
    if intent.note:
        yield sentence(intent.note)


def _argument(name: str, argument: Argument) -> str:
    quote = f", {quoted(argument.quote)}" if argument.quote else ""
    return f"{name} is {argument.value}, from {_ORIGIN[argument.provenance]}{quote}"


def _evidence(last: LastTurn, notes: Footnotes) -> Iterator[str]:
    if last.evidence:
        yield "It rests on:"
        yield from (f"- {fact.summary.rstrip('.')} ({fact.source}){notes.cite(fact)}" for fact in last.evidence)
    elif last.kind == AnswerKind.ANSWER:
        yield "No evidence was needed for it."


def _decided(last: LastTurn, run: Run | None) -> Iterator[str]:
    decision = run.decision if run is not None else last.decision
    if decision is None:
        if last.kind == AnswerKind.REFUSAL and last.intent.kind is IntentKind.TOOL:
            deciding = f"policy {listed(last.policies)}" if last.policies else "no policy allows it"
            yield sentence(f"Policy said no: {deciding}")
        return
    basis = decision.basis
    policies = f"policy {listed(basis.policies)}" if basis.policies else "no policy allows it, so it is denied"
    yield sentence(f"{_verdict(decision)}: {policies}, of the policy set {basis.policy_hash[:12]}")
    if run is not None:
        yield sentence(f"The plan {STANDS[run.status]}{f': {run.summary}' if run.summary else ''}")


def _verdict(decision: Decision) -> str:
    if isinstance(decision, Allow):
        return "Policy allows it without asking anyone"
    if isinstance(decision, NeedsApproval):
        return f"Policy asks for {counted(decision.quorum(), 'approval')}"
    return f"Policy says no, {decision.reason.rstrip('.')}"


def _undone(last: LastTurn) -> Iterator[str]:
    others = [f"{each.tool} ({each.confidence:.0%})".replace("%)", " %)") for each in last.intent.alternatives[:3]]
    if others:
        yield sentence(f"I also considered reading it as {listed(others, last='or')}")
    if last.considered:
        yield "Considered and not done:"
        yield from (f"- {line}" for line in last.considered)
