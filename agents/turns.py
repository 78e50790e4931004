"""Answers about the talk itself: help, plans and their state, why, and dropping what was begun."""

import re
from collections.abc import Mapping

from agents.answer import Answer, AnswerKind
from agents.case import Case
from agents.explanation import explained
from agents.units import counted, moment, sentence
from memory.errors import Conflict, QuarterdeckError
from memory.model.plan import Effect
from memory.model.run import Run, RunStatus
from memory.model.talk import Button, ButtonAction
from tools.contract import Capability

MOST_PLANS = 10
_STATES = {
    "waiting": (RunStatus.WAITING,),
    "running": (RunStatus.RUNNING, RunStatus.UNDOING),
    "finished": tuple(status for status in RunStatus if status.final()),
    "all": tuple(RunStatus),
}
_STAND_INS = {"version": "1.4.1", "window": "2h", "duration": "1h", "number": "4"}
_TRY = ("how are things?", "what is wrong with {service}?", "what changed in {service} today?")


async def help_(case: Case) -> Answer:
    """Say what this person can ask for and what they can propose, each with a way to say it."""
    permitted = case.observer.permitted(case.turn)
    every = [each for each in case.capabilities.values() if each.name in permitted and not _of_the_talk(each)]
    if not every:
        return _said(case, "There is nothing that policy lets you do here. Somebody has to give you a role first.")
    known = _stand_ins(case)
    looks = [_told(each, known) for each in every if each.effect is Effect.READ]
    acts = [_told(each, known) for each in every if each.effect is not Effect.READ]
    lines = ["I look things up:", *looks] if looks else []
    if acts:
        lines += ["I propose changes, and other people approve them before anything is done:", *acts]
    service = next(iter(case.catalogue.names()), None)
    says = [phrase.format(service=service) for phrase in _TRY if service or "{" not in phrase]
    buttons = tuple(Button(label=phrase, action=ButtonAction.SAY, value=phrase) for phrase in says)
    return Answer(kind=AnswerKind.ANSWER, text="\n".join(lines), intent=case.intent, buttons=buttons)


def _of_the_talk(capability: Capability) -> bool:
    return capability.name.startswith("turn.")


def _stand_ins(case: Case) -> dict[str, str]:
    """Return what an example is filled in with here."""
    stand_ins = _STAND_INS | {
        "service": next(iter(case.catalogue.names()), ""),
        "environment": next(iter(case.catalogue.environments()), ""),
        "flag": next(iter(case.catalogue.flags()), ""),
    }
    return {name: value for name, value in stand_ins.items() if value}


def _told(capability: Capability, known: Mapping[str, str]) -> str:
    """Return a capability as a line, with the first of its examples that can be filled in."""
    example = next((e for e in capability.examples if set(re.findall(r"{(\w+)}", e)) <= known.keys()), "")
    said = f': "{example.format_map(known)}"' if example else ""
    return f"- {capability.title}{said}"


async def runs(case: Case) -> Answer:
    """List plans in the state that was asked for."""
    state = str(case.argument("state"))
    found = await case.plans.plans(case.turn, _STATES[state])
    if not found:
        said = {"waiting": "No plan waits.", "running": "No plan runs.", "finished": "No plan is finished yet."}
        return Answer(kind=AnswerKind.ANSWER, text=said.get(state, "There are no plans."), intent=case.intent)
    lines = [f"- {_line(run, case)}" for run in found[:MOST_PLANS]]
    if len(found) > MOST_PLANS:
        lines.append(f"- and {len(found) - MOST_PLANS} more")
    text = "\n".join([f"{counted(len(found), 'plan').capitalize()}:", *lines])
    only = found[0] if len(found) == 1 else None
    return Answer(kind=AnswerKind.ANSWER, text=text, intent=case.intent, run=only)


def _line(run: Run, case: Case) -> str:
    asked = f"asked for by {run.plan.requester} at {moment(run.created_at, case.now)}"
    until = f", until {moment(run.expires_at, case.now)}" if run.status is RunStatus.WAITING else ""
    return f"{run.plan.goal}: {run.status.value}{until}, {asked}"


async def why(case: Case) -> Answer:
    """Say why the turn before ended as it did, with its plan as it stands now."""
    last = case.recollection.last
    run = await _plan(case, last.run) if last is not None and last.run else None
    return explained(case.intent, last, run, case.capabilities)


async def dismiss(case: Case) -> Answer:
    """Drop the open question or the suggestion; else withdraw the plan of this person's that waits."""
    last = case.recollection.last
    if last is not None and last.kind == AnswerKind.CLARIFY:
        return _said(case, "All right, I have dropped the question.")
    if case.recollection.offer is not None:
        return _said(case, "All right, I have dropped the suggestion. Nothing was done.")
    run = await _plan(case, last.run) if last is not None and last.run else None
    if run is None or run.status is not RunStatus.WAITING:
        return _said(case, "There is nothing to drop: no question is open and no plan of this conversation waits.")
    try:
        withdrawn = await case.plans.withdraw(run.id, case.turn)
    except Conflict as conflict:
        return _said(case, f"It is too late to withdraw the plan: {sentence(conflict.message)}", run)
    return _said(case, "I have withdrawn the plan. Nothing was done.", withdrawn)


async def _plan(case: Case, run: str) -> Run | None:
    """Return the plan as it stands; what cannot be looked up is left out of the answer."""
    try:
        found = await case.plans.plans(case.turn, tuple(RunStatus))
    except QuarterdeckError:
        return None
    return next((each for each in found if each.id == run), None)


def _said(case: Case, text: str, run: Run | None = None) -> Answer:
    return Answer(kind=AnswerKind.ANSWER, text=text, intent=case.intent, run=run)
