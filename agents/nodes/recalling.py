"""The first and the last step: what was said before comes back, and what was said now is kept."""

from langgraph.runtime import Runtime

from agents.answer import Answer, AnswerKind
from agents.interpreter.focus import Focus
from agents.procedures import Wanted
from agents.recollection import Offer, Recollection, recollected, remembered
from agents.state import Desk, State
from memory.model.intent import Argument, Intent, Provenance
from memory.model.plan import Effect

_ASIDE = {"turn.explain", "turn.help", "runbook.list", "runbook.show"}  # talk about the talk
_PROCEDURES = frozenset(Wanted)  # no tools: what follows up on one names it again
_ENDS_OFFER = {"turn.accept", "turn.dismiss"}


async def recall(state: State, runtime: Runtime[Desk]) -> State:
    """Bring back what is fresh enough to be meant.

    A message that was taken before is taken again from where it began, so that "do it" still finds its offer.
    """
    desk = runtime.context
    memory = recollected(state.get("memory"))
    if memory.message == desk.turn.message.id:
        memory = recollected(state.get("before"))
    return {"recollection": memory.at_turn(desk.clock.now())}


async def remember(state: State, runtime: Runtime[Desk]) -> State:
    """Keep what the next turn may lean on. Nothing follows up on a simulation: it might be taken for a wish."""
    if state.get("simulated"):
        before, desk = state["recollection"], runtime.context
        memory = before.model_copy(update={"message": desk.turn.message.id, "at": desk.clock.now()})
        return {"memory": memory.model_dump(mode="json"), "before": before.model_dump(mode="json")}
    return kept(runtime.context, state["recollection"], state["answer"])


def kept(desk: Desk, before: Recollection, answer: Answer) -> State:
    """Return what stays of a turn. An aside changes nothing of what was talked about."""
    intent = answer.intent
    aside = answer.kind is AnswerKind.SMALLTALK or intent.tool in _ASIDE
    offer = _offer(desk, before, answer)
    memory = Recollection(
        message=desk.turn.message.id,
        at=desk.clock.now(),
        focus=_focus(before.focus, intent, offer) if intent.tool not in _PROCEDURES else before.focus,
        last=before.last if aside and before.last is not None else remembered(answer),
        offer=offer,
    )
    return {"memory": memory.model_dump(mode="json"), "before": before.model_dump(mode="json")}


def _focus(before: Focus, intent: Intent, offer: Offer | None) -> Focus:
    """Return what "it" and "do it" mean from now on."""
    focus = before.after(intent)
    if offer is None:
        return focus.model_copy(update={"suggestion": None})
    origin = offer.call.provenance
    arguments = {
        name: Argument(value=value, provenance=origin.get(name, Provenance.CONVERSATION))
        for name, value in offer.call.arguments.items()
    }
    return focus.suggesting(offer.call.tool, arguments)


def _offer(desk: Desk, before: Recollection, answer: Answer) -> Offer | None:
    """Return the offer that is open now: a new one replaces it, acting or dropping ends it, looking does not."""
    if answer.suggestion is not None:
        evidence = tuple(fact.id for fact in answer.evidence)
        return Offer(call=answer.suggestion, evidence=evidence, at=desk.clock.now())
    capability = desk.capabilities.get(answer.intent.tool)
    acts = capability is not None and capability.effect is not Effect.READ
    return None if acts or answer.intent.tool in _ENDS_OFFER else before.offer
