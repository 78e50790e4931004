"""A simulation in a conversation: which words ask for one, and what is said of it. Pure.

Whoever asks what would happen never gets a plan: words that ask for both are read as asking for the simulation.
"""

import re

from agents.answer import Answer, AnswerKind
from agents.units import counted, listed, sentence
from memory.model.decision import Deny, NeedsApproval
from memory.model.intent import Intent, IntentKind
from runbooks.simulation import Outlook, Simulation, StepForecast

NOTHING_DONE = "This is a simulation: nothing was submitted or done."

_ASKS = re.compile(
    r"\b(?:simulate|rehearse|do a dry[- ]run of|dry[- ]run|what would happen if (?:i|we|you))\b[\s:,]*",
    re.IGNORECASE,
)


def without_asking(heard: str) -> str | None:
    """Return what is to be simulated, None where no simulation is asked for."""
    words, found = _ASKS.subn(" ", heard)
    return " ".join(words.split()).rstrip("?") if found else None


def foretold(intent: Intent, simulation: Simulation, outlook: Outlook | None) -> Answer:
    """Return what is said of a simulation."""
    if simulation.plan is None:
        why = " ".join(sentence(each) for each in (simulation.refusal, simulation.hint) if each)
        return Answer(
            kind=AnswerKind.ANSWER, text=f"No plan would come of it: {why} {NOTHING_DONE}", intent=intent
        )
    steps = [f"- {step.says}: {_changes(step)}" for step in simulation.steps]
    text = [NOTHING_DONE, "It would:", *steps, _policy(simulation, outlook)]
    if outlook is not None:
        text += [f"- {line}" for line in (*outlook.reach[:4], *outlook.record)]
        helped = sum(past.worked for past in outlook.past)
        if outlook.past:
            text.append(f"- Of the last {counted(len(outlook.past), 'run')} of this kind, {helped} worked.")
    return Answer(kind=AnswerKind.ANSWER, text="\n".join(text), intent=intent)


def unclear(intent: Intent) -> Intent:
    """Return what is answered where a question would have to be asked first: a simulation asks nothing back."""
    reply = f"To simulate it, say all of it in one sentence. {intent.question}".strip()
    return Intent(
        text=intent.text, kind=IntentKind.OUT_OF_SCOPE, reply=reply, brain=intent.brain, note=intent.note
    )


def _changes(step: StepForecast) -> str:
    changes = [f"{change.field} {change.before} → {change.after}" for change in step.preview.changes]
    return listed(changes) or "no change as things stand"


def _policy(simulation: Simulation, outlook: Outlook | None) -> str:
    decision = simulation.decision
    if isinstance(decision, NeedsApproval):
        able = listed([each.name for each in outlook.approvers], last="or") if outlook else ""
        who = f", which {able} could give" if able else ""
        return f"- It would wait for {counted(decision.quorum(), 'approval')}{who}."
    return f"- Policy says no: {decision.because()}" if isinstance(decision, Deny) else "- Nobody would be asked."
