"""What the words mean, and which way the turn goes from there."""

from langgraph.runtime import Runtime

from agents.answer import Answer, AnswerKind
from agents.reading import Reading
from agents.rehearsing import unclear, without_asking
from agents.state import Desk, State
from agents.waiting import STOPPED, waiting
from memory.model.intent import Intent, IntentKind
from memory.model.plan import Effect

ACCEPT = "turn.accept"


async def interpret(state: State, runtime: Runtime[Desk]) -> State:
    """Read the message after what was said before, and record how it was understood before acting on that.

    A tool that is not there is nothing that can be done.
    """
    desk, recollection = runtime.context, state["recollection"]
    asked = without_asking(state["heard"])
    heard, simulated = asked or state["heard"], bool(asked)
    procedure = desk.procedures.hear(heard) if desk.procedures else None
    if procedure is not None:
        await desk.journal.understood(desk.turn, Reading(intent=procedure.intent), recollection)
        return {"intent": procedure.intent, "procedure": procedure, "simulated": simulated}
    reading = await desk.understanding.interpret(heard, recollection.focus)
    intent = reading.intent
    if simulated and intent.kind is IntentKind.CLARIFY:
        intent = unclear(intent)
    if intent.kind is IntentKind.TOOL and intent.tool not in desk.capabilities:
        intent = Intent(text=intent.text, kind=IntentKind.OUT_OF_SCOPE, brain=intent.brain, note=intent.note)
    if waiting().stop.pressed:  # nothing follows from what nobody waits for any more
        intent = Intent(text=intent.text, kind=IntentKind.SMALLTALK, reply=STOPPED)
    await desk.journal.understood(desk.turn, reading.model_copy(update={"intent": intent}), recollection)
    return {"intent": intent, "simulated": simulated, "asked": len(reading.exchanges)}


async def way(state: State, runtime: Runtime[Desk]) -> str:
    """Return the node that comes next. A plain function would be called in a thread of its own."""
    if state.get("procedure") is not None:
        return "follow"
    intent = state["intent"]
    if intent.kind is IntentKind.CLARIFY:
        return "ask"
    if intent.kind is not IntentKind.TOOL:
        return "answer"
    acts = runtime.context.capabilities[intent.tool].effect is not Effect.READ
    return "plan" if acts or intent.tool == ACCEPT else "observe"


async def answer(state: State) -> State:
    """Say what needs neither a look nor a plan: small talk, and that something cannot be done here."""
    intent = state["intent"]
    if intent.kind is IntentKind.SMALLTALK:
        return {"answer": Answer(kind=AnswerKind.SMALLTALK, text=intent.reply or "Hello.", intent=intent)}
    text = intent.reply or 'That is nothing I can do. Say "help" to see what I can.'
    return {"answer": Answer(kind=AnswerKind.REFUSAL, text=text, intent=intent)}
