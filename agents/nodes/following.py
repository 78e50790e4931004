"""Runbooks in a conversation: which there are, what one says, and a plan made of one. Nothing here acts."""

from langgraph.runtime import Runtime

from agents.answer import Answer, AnswerKind
from agents.nodes.proposing import refused, submitted
from agents.procedures import Asked, Procedures, Wanted, command
from agents.rehearsing import foretold
from agents.state import Desk, State
from agents.units import counted
from memory.errors import InvalidInput, RunbookOnlySuggests
from memory.ids import derived
from memory.model.evidence import Evidence
from memory.model.intent import Argument, Intent
from memory.model.run import Outcome
from memory.model.talk import Button, ButtonAction
from runbooks.format import Compiled, InputType, Runbook, bound, compiled

MOST_LISTED = 20
MOST_OFFERED = 6


async def follow(state: State, runtime: Runtime[Desk]) -> State:
    """Answer a message that speaks of a runbook."""
    desk, asked = runtime.context, state["procedure"]
    procedures = desk.procedures
    if procedures is None or asked.wanted is Wanted.LIST:
        return {"answer": _list(asked.intent, procedures)}
    if not asked.found:
        return {"answer": _which(asked, procedures)}
    runbook = procedures.runbooks.find(asked.found)
    if asked.wanted is Wanted.SHOW:
        return {"answer": _show(asked.intent, runbook, desk)}
    return {"answer": await _run(asked.intent, runbook, desk, simulated=bool(state.get("simulated")))}


def _list(intent: Intent, procedures: Procedures | None) -> Answer:
    known = procedures.runbooks.newest() if procedures else ()
    lines = [f"{each.head.id}: {each.head.title} ({each.head.tier.value})" for each in known[:MOST_LISTED]]
    more = [f"and {len(known) - MOST_LISTED} more"] if len(known) > MOST_LISTED else []
    text = "\n".join(
        [f"There {'is' if len(known) == 1 else 'are'} {counted(len(known), 'runbook')}.", *lines, *more]
    )
    return Answer(kind=AnswerKind.ANSWER, text=text, intent=intent)


def _which(asked: Asked, procedures: Procedures) -> Answer:
    if not asked.near:
        text = 'I know no runbook for that. "List the runbooks" shows those there are.'
        return Answer(kind=AnswerKind.ANSWER, text=text, intent=asked.intent)
    verb = "run" if asked.wanted is Wanted.RUN else "show"
    near = [procedures.runbooks.find(name) for name in asked.near]
    buttons = tuple(
        Button(label=each.head.title, action=ButtonAction.SAY, value=f"{verb} the runbook {each.head.id}")
        for each in near
    )
    names = ", ".join(f"{each.head.title} ({each.head.id})" for each in near)
    return Answer(kind=AnswerKind.CLARIFY, text=f"Which runbook: {names}?", intent=asked.intent, buttons=buttons)


def _show(intent: Intent, runbook: Runbook, desk: Desk, why: str = "") -> Answer:
    head = runbook.head
    steps = counted(len(runbook.steps), "step")
    acts = (
        counted(len(runbook.actions), "action")
        if runbook.actions
        else "no action: it is read and followed by hand"
    )
    text = f"{why}{head.title} is the runbook {head.id}, version {head.version}, with {steps} and {acts} [1]."
    if runbook.actions:
        needed = {
            name: f"<{name}>" for name, each in head.inputs.items() if each.default is None and not each.optional
        }
        text += f" To run it, say: run the runbook {' '.join([head.id, *(f'{n}={v}' for n, v in needed.items())])}"
    shown = Evidence(
        id=derived("ev", desk.turn.message.tenant, desk.turn.message.id, runbook.name),
        source="runbooks",
        query=runbook.name,
        summary=head.title,
        observed_at=desk.clock.now(),
        text=runbook.body,
    )
    return Answer(kind=AnswerKind.ANSWER, text=text, intent=intent, evidence=(shown,))


async def _run(intent: Intent, runbook: Runbook, desk: Desk, *, simulated: bool) -> Answer:
    given = {name: each for name, each in intent.arguments.items() if name != "runbook"}
    try:
        inputs = bound(runbook.head.inputs, given, desk.catalogue)
        made = compiled(runbook, inputs, desk.catalogue, desk.capabilities)
    except RunbookOnlySuggests as error:
        return _show(intent, runbook, desk, f"{error.message}. ")
    except InvalidInput as error:
        return _ask_back(intent, runbook, given, desk, error)
    seen = [await desk.observer.observe(look.call, desk.turn) for look in made.looks]
    if not made.proposal.calls:
        return _looked(intent, made, seen)
    evidence = tuple(fact.id for each in seen for fact in each.evidence)
    proposal = made.proposal.model_copy(update={"evidence": evidence})
    if simulated:
        return foretold(intent, *await desk.proposer.simulate(proposal, desk.turn))
    submission = await desk.proposer.follow(proposal, desk.turn)
    if submission.run is None:
        return refused(intent, submission, desk)
    answer = submitted(intent, submission.run, desk.clock.now())
    missing = tuple(dict.fromkeys(part for each in seen for part in each.missing))
    facts = tuple(fact for each in seen for fact in each.evidence)
    return answer.model_copy(update={"evidence": facts, "missing": missing})


def _looked(intent: Intent, made: Compiled, seen: list[Outcome]) -> Answer:
    facts = tuple(fact for each in seen for fact in each.evidence)
    told = [f"{look.step}. {each.summary}" for look, each in zip(made.looks, seen, strict=True)]
    missing = tuple(dict.fromkeys(part for each in seen for part in each.missing))
    return Answer(kind=AnswerKind.ANSWER, text="\n".join(told), intent=intent, evidence=facts, missing=missing)


def _ask_back(
    intent: Intent, runbook: Runbook, given: dict[str, Argument], desk: Desk, error: InvalidInput
) -> Answer:
    """Say what is missing or does not fit, and offer the names of the catalogue where it is a service."""
    values = {name: each.value for name, each in given.items() if name in runbook.head.inputs}
    open_ = [
        name for name, each in runbook.head.inputs.items() if each.type is InputType.SERVICE and name not in values
    ]
    buttons = tuple(
        Button(label=each, action=ButtonAction.SAY, value=command(runbook.head.id, {**values, open_[0]: each}))
        for each in desk.catalogue.names()[:MOST_OFFERED]
        if open_
    )
    text = f"{error.message}. {error.hint}".strip()
    return Answer(kind=AnswerKind.CLARIFY, text=text, intent=intent, buttons=buttons)
