"""From a wish to a submitted plan. Nothing here acts: what is submitted waits for policy and people.

Both nodes may run again. The same turn and the same calls always give the same run.
"""

from datetime import datetime

from langgraph.runtime import Runtime

from agents.answer import Answer, AnswerKind
from agents.failures import unknown_service
from agents.interpreter.sentences import sentence as in_words
from agents.nodes.interpreting import ACCEPT
from agents.recollection import LastTurn
from agents.rehearsing import foretold
from agents.standing import STANDS
from agents.state import Desk, State, Wish
from agents.units import counted, listed, moment, sentence
from agents.waiting import STOPPED, waiting
from memory.errors import AmbiguousService, InvalidInput, PolicyDenied, UnknownService
from memory.model.decision import NeedsApproval
from memory.model.intent import Intent
from memory.model.plan import Call
from memory.model.run import Run, RunStatus
from memory.model.talk import Button, ButtonAction, Submission
from memory.model.value import Identifier
from runbooks.proposal import Proposal
from tools.contract import Capability
from tools.registry import validated

NO_CHANGE = "plan.no_change"
UNCONFIRMED = "plan.unconfirmed"  # it was said aloud, and is read back before it is submitted


async def plan(state: State, runtime: Runtime[Desk]) -> State:
    """Make calls of what was asked for or taken up, and leave the rest to the proposer."""
    intent, recollection, desk = state["intent"], state["recollection"], runtime.context
    if waiting().stop.pressed:
        return {"answer": Answer(kind=AnswerKind.SMALLTALK, text=STOPPED, intent=intent)}
    if intent.tool == ACCEPT:
        offer = recollection.offer
        if offer is None:
            return {"answer": _nothing_offered(intent)}
        calls, evidence = (offer.call,), offer.evidence
    else:
        provenance = {name: argument.provenance for name, argument in intent.arguments.items()}
        calls = (Call(tool=intent.tool, arguments=intent.values(), provenance=provenance),)
        evidence = _evidence(intent, recollection.last)
    try:
        goal = listed([_goal(desk.capabilities, call) for call in calls])
    except InvalidInput as error:
        text = f"{error.message} {error.hint}".strip()
        return {"answer": Answer(kind=AnswerKind.ERROR, text=text, intent=intent)}
    return {"wish": Wish(goal=goal, calls=calls, evidence=evidence)}


async def planned(state: State) -> str:
    """Return the node that comes next: there may be nothing to submit."""
    return "submit" if state.get("wish") is not None else "remember"


async def submit(state: State, runtime: Runtime[Desk]) -> State:
    """Submit the plan; it waits on its own from here."""
    desk, wish = runtime.context, state["wish"]
    if state.get("simulated"):
        proposal = Proposal(goal=wish.goal, calls=wish.calls, evidence=wish.evidence)
        return {"answer": foretold(state["intent"], *await desk.proposer.simulate(proposal, desk.turn))}
    submission = await desk.proposer.propose(wish.goal, wish.calls, desk.turn, wish.evidence)
    if submission.run is None:
        return {"answer": refused(state["intent"], submission, desk)}
    return {"answer": submitted(state["intent"], submission.run, desk.clock.now())}


def _nothing_offered(intent: Intent) -> Answer:
    text = (
        "There is nothing to take up: I have suggested nothing lately. "
        "Say what to do; a plan that waits is approved with its button, not with words."
    )
    return Answer(kind=AnswerKind.ANSWER, text=text, intent=intent)


def _goal(capabilities: dict[str, Capability], call: Call) -> str:
    """Return what the call is for in plain words; raises `InvalidInput` when its arguments do not fit."""
    capability = capabilities[call.tool]
    validated(capability, call.arguments)
    return in_words(capability, {name: value for name, value in call.arguments.items() if value is not None})


def _evidence(intent: Intent, last: LastTurn | None) -> tuple[Identifier, ...]:
    """Return what was just seen of the same service: it is why this is asked for."""
    service = intent.values().get("service")
    if last is None or service is None or last.intent.values().get("service") != service:
        return ()
    return tuple(fact.id for fact in last.evidence)


def submitted(intent: Intent, run: Run, now: datetime) -> Answer:
    """Return what is said of a plan that was submitted."""
    says = listed([step.says for step in run.plan.steps])
    if run.status is RunStatus.WAITING and isinstance(run.decision, NeedsApproval):
        approvals = counted(run.decision.quorum(), "approval")
        text = f"The plan: {sentence(says)} It waits for {approvals} until {moment(run.expires_at, now)}; "
        text += "nothing has been done yet."
    elif run.status is RunStatus.RUNNING:
        text = f"{sentence(says)} Policy allows it without asking anyone, so it runs now."
    else:
        text = f"{sentence(says)} This plan {STANDS[run.status]} already."
    return Answer(kind=AnswerKind.PLAN, text=text, intent=intent, run=run)


def unconfirmed(intent: Intent, submission: Submission, desk: Desk) -> Answer:
    """Return what is shown of a wish that was said aloud: typing it, as its button does, is another thing."""
    button = Button(label="Go ahead", action=ButtonAction.SAY, value=desk.turn.message.text, primary=True)
    text = f"I heard: {submission.refusal} Nothing is done before you confirm it."
    return Answer(kind=AnswerKind.CLARIFY, text=text, intent=intent, buttons=(button,))


def refused(intent: Intent, submission: Submission, desk: Desk) -> Answer:
    """Return what is said where no plan came of it."""
    text = " ".join(sentence(part) for part in (submission.refusal, submission.hint) if part)
    if submission.code == UNCONFIRMED:
        return unconfirmed(intent, submission, desk)
    if submission.code == NO_CHANGE:
        return Answer(kind=AnswerKind.ANSWER, text=f"Nothing would change: {text}", intent=intent)
    if submission.code == PolicyDenied.code:
        return Answer(
            kind=AnswerKind.REFUSAL, text=f"Policy says no: {text}", intent=intent, policies=submission.policies
        )
    if submission.code in {UnknownService.code, AmbiguousService.code}:
        return unknown_service(intent, submission.refusal, desk.catalogue)
    return Answer(kind=AnswerKind.ERROR, text=f"I made no plan of it: {text}", intent=intent)
