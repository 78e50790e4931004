"""Looking, and saying what was seen. Every way here is a read."""

from collections.abc import Awaitable

from langgraph.runtime import Runtime

from agents import turns
from agents.answer import Answer, AnswerKind
from agents.case import Case, Handler, together
from agents.digest import digest
from agents.failures import failed, unknown_service
from agents.findings import findings
from agents.investigator import diagnose
from agents.narrator import narrated, narrated_signal
from agents.savings.answering import answered
from agents.state import Desk, State
from memory.errors import InvalidInput
from memory.model.run import Outcome
from tools.readings import ChangeReading, unpacked
from tools.registry import validated


async def observe(state: State, runtime: Runtime[Desk]) -> State:
    """Answer by looking; arguments that do not fit are said and nothing is looked at."""
    case = _case(state, runtime.context)
    try:
        validated(case.capabilities[case.intent.tool], case.intent.values())
    except InvalidInput as error:
        text = f"{error.message} {error.hint}".strip()
        return {"answer": Answer(kind=AnswerKind.ERROR, text=text, intent=case.intent)}
    found = await _HANDLERS.get(case.intent.tool, _look)(case)
    return {"answer": await _further(case, found, state, runtime.context)}


async def _further(case: Case, found: Answer, state: State, desk: Desk) -> Answer:
    """Return the answer with what a model adds to it, where there is one and the question is what is wrong."""
    if desk.inquiry is None or case.intent.tool not in _INQUIRED or found.kind is not AnswerKind.ANSWER:
        return found
    inquired = await desk.inquiry.inquire(case, found)
    await desk.journal.asked(desk.turn, inquired.exchanges, before=state.get("asked", 0))
    return inquired.answer


def _case(state: State, desk: Desk) -> Case:
    return Case(
        intent=state["intent"],
        turn=desk.turn,
        now=desk.clock.now(),
        catalogue=desk.catalogue,
        capabilities=desk.capabilities,
        observer=desk.observer,
        plans=desk.plans,
        recollection=state["recollection"],
    )


async def _look(case: Case) -> Answer:
    """Look with the one tool that was asked for."""
    outcome = await case.look(case.intent.tool, **case.intent.values())
    return narrated(case.intent, outcome) if outcome.ok else _failed(case, outcome)


async def _savings(case: Case) -> Answer:
    """Look for savings, and offer to take them up."""
    outcome = await case.look(case.intent.tool, **case.intent.values())
    return answered(case.intent, outcome) if outcome.ok else _failed(case, outcome)


async def _signal(case: Case) -> Answer:
    """Look at a signal, and at what was changed meanwhile."""
    service, window = case.text("service"), case.text("window")
    looks: dict[str, Awaitable[Outcome]] = {
        "signal": case.look("metrics.signal", **case.intent.values()),
        "changes": case.look("deploys.list", service=service, window=window),
    }
    outcomes = await together(looks)
    if not outcomes["signal"].ok:
        return _failed(case, outcomes["signal"])
    changes = unpacked(outcomes["changes"], "changes", ChangeReading)
    return narrated_signal(case.intent, outcomes["signal"], changes, case.now)


async def _costs(case: Case) -> Answer:
    """Look into the bills, and say what they say as costs are said."""
    from agents.costs.narrating import narrated_costs  # only where bills are

    outcome = await case.look(case.intent.tool, **case.intent.values())
    if not outcome.ok:
        return _failed(case, outcome)
    return narrated_costs(case.intent, outcome) or narrated(case.intent, outcome)


async def _health(case: Case) -> Answer:
    service = case.catalogue.find(case.text("service"))
    if service is None:
        said = f"There is no service {case.text('service')} in the catalogue"
        return unknown_service(case.intent, said, case.catalogue)
    return findings(await diagnose(case, service), case.intent, case.catalogue, case.now)


def _failed(case: Case, outcome: Outcome) -> Answer:
    return failed(case.intent, outcome, catalogue=case.catalogue, recollection=case.recollection, now=case.now)


_INQUIRED = frozenset({"service.health"})
_HANDLERS: dict[str, Handler] = {
    "cost.ask": _costs,
    "metrics.signal": _signal,
    "savings.list": _savings,
    "savings.under": _savings,
    "service.health": _health,
    "status.digest": digest,
    "turn.help": turns.help_,
    "turn.explain": turns.why,
    "turn.dismiss": turns.dismiss,
    "runs.list": turns.runs,
}
