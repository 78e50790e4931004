"""The demo's walk, from the question to the record, taken through the REST surface as people would take it.

Whoever asks is not who approves. What each step came to goes into one report; a step that does not come to what
it promises ends the walk with what it did come to.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack

import httpx
from pydantic import Field

from bot.demo.people import ALICE
from bot.demo.running import Running
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.session import over_network
from bot.surfaces.cli.shapes import PlanView
from memory.errors import ApprovalRefused, NotFound
from memory.ids import RandomIds
from memory.model.approval import Approval, Verdict
from memory.model.evidence import TimeRange
from memory.model.run import Outcome, Run, RunStatus
from memory.model.talk import Reply
from memory.model.value import Digest, Identifier, JsonValue, Moment, Value

QUESTION = "What is wrong with checkout?"
WISH = "roll it back"
LOOK_EVERY_S = 0.2
ENDS_WITHIN_S = 120.0

Progress = Callable[[str], None]


class Seen(Value):
    """One fact the answer rests on."""

    id: Identifier
    source: str
    query: str
    summary: str
    range: TimeRange | None
    value: JsonValue
    unit: str
    link: str


class Proposed(Value):
    """The plan, as it was shown to those who decided."""

    run: Identifier
    digest: Digest
    requester: Identifier
    steps: tuple[str, ...]
    undo: tuple[str, ...]
    quorum: int
    own_approval: str  # the code by which the requester's own approval was refused


class Approved(Value):
    """One person's yes."""

    by: Identifier
    digest: Digest
    at: Moment


class Ended(Value):
    """What came of it."""

    status: RunStatus
    summary: str
    steps: tuple[str, ...]


class Verified(Value):
    """One measurement after the step, and what it was to be."""

    expected: str
    found: str
    value: float | None
    ok: bool


class Kept(Value):
    """What the log holds of it: how many entries of which kind, under which correlation id."""

    correlation: Identifier
    entries: dict[str, int]


class Declared(Value):
    """The incident that the alerts made meanwhile, by themselves."""

    number: int
    title: str
    severity: int
    services: tuple[Identifier, ...]
    declared_by: Identifier


class WalkReport(Value):
    """The whole walk."""

    ok: bool
    question: str
    answer: str
    evidence: tuple[Seen, ...]
    plan: Proposed
    approvals: tuple[Approved, ...]
    outcome: Ended
    verification: tuple[Verified, ...]
    record: Kept = Field(description="What the log holds of it")
    incident: Declared | None = Field(default=None, description="What the alerts declared meanwhile")


async def walked(running: Running, tell: Progress) -> WalkReport:
    """Take the walk through a demo that runs: one of its people asks, the others approve."""
    async with AsyncExitStack() as stack:
        lines = {
            person: await stack.enter_async_context(over_network(running.url, key, here=True))
            for person, key in running.keys.items()
        }
        people = {person: Client(line, RandomIds()) for person, line in lines.items()}
        report = await walk(people.pop(ALICE.id), people, tell)
        return report.model_copy(update={"incident": await _declared(lines[ALICE.id])})


async def _declared(line: httpx.AsyncClient) -> Declared | None:
    """Return the first incident there is."""
    answer = await line.get("/v1/incidents")
    found = answer.raise_for_status().json()["items"]
    known = set(Declared.model_fields)
    return Declared.model_validate({name: found[-1][name] for name in known}) if found else None


async def walk(asker: Client, approvers: Mapping[str, Client], tell: Progress) -> WalkReport:
    """Ask, propose, approve, follow, look it up; raises `NotFound` when no plan comes of the wish."""
    tell(f"Asking: {QUESTION}")
    answer = await asker.ask(QUESTION, None)
    tell(f"Saying: {WISH}")
    proposal = await asker.ask(WISH, answer.thread)
    if proposal.card is None:
        raise NotFound(f"expected a plan to roll checkout back, found: {proposal.text}")
    plan = await _proposed(asker, proposal.card.run)
    tell("Approving as another person")
    view = await _approved(plan, approvers)
    tell("Rolling back and verifying")
    run = await _ended(asker, view)
    record = await _kept(asker, run)
    return _report(answer, plan, run, record)


async def _proposed(asker: Client, run: str) -> Proposed:
    view = await asker.plan(run)
    return Proposed(
        run=view.run.id,
        digest=view.run.plan_digest,
        requester=view.run.plan.requester,
        steps=tuple(step.says for step in view.run.plan.steps),
        undo=tuple(step.undo for step in view.card.steps),
        quorum=view.card.quorum,
        own_approval=await _own_approval(asker, view.run),
    )


async def _own_approval(asker: Client, run: Run) -> str:
    """Return the code by which the requester's own yes is refused, empty where it was taken."""
    try:
        await asker.decide(run.id, run.plan_digest, Verdict.APPROVE, "")
    except ApprovalRefused as refusal:
        return refusal.code
    return ""


async def _approved(plan: Proposed, approvers: Mapping[str, Client]) -> PlanView:
    """Let one person after another approve, until the plan no longer waits."""
    for person in approvers.values():
        view = await person.decide(plan.run, plan.digest, Verdict.APPROVE, "confirmed on the chart")
        if view.run.status is not RunStatus.WAITING:
            return view
    raise NotFound(f"expected {plan.quorum} approvers, found {len(approvers)}")


async def _ended(asker: Client, view: PlanView) -> Run:
    async with asyncio.timeout(ENDS_WITHIN_S):
        while not view.run.status.final():
            await asyncio.sleep(LOOK_EVERY_S)
            view = await asker.plan(view.run.id)
    return view.run


async def _kept(asker: Client, run: Run) -> Kept:
    page = await asker.log({"correlation": run.correlation}, 200, None)
    kinds = [each.entry.kind.value for each in page.items]
    return Kept(correlation=run.correlation, entries={kind: kinds.count(kind) for kind in sorted(set(kinds))})


def _report(answer: Reply, plan: Proposed, run: Run, record: Kept) -> WalkReport:
    verification = tuple(
        Verified(expected=check.says, found=outcome.summary, value=outcome.value, ok=outcome.ok)
        for step, steps_record in zip(run.plan.steps, run.steps, strict=True)
        for check, outcome in zip(step.checks, steps_record.checks, strict=False)
    )
    well = run.status is RunStatus.SUCCEEDED and bool(verification) and all(each.ok for each in verification)
    return WalkReport(
        ok=well and bool(answer.evidence) and bool(plan.own_approval),
        question=QUESTION,
        answer=answer.text,
        evidence=tuple(Seen(**each.model_dump(include=set(Seen.model_fields))) for each in answer.evidence),
        plan=plan,
        approvals=_approvals(run.approvals),
        outcome=Ended(status=run.status, summary=run.summary, steps=_summaries(run)),
        verification=verification,
        record=record,
    )


def _approvals(approvals: Sequence[Approval]) -> tuple[Approved, ...]:
    return tuple(Approved(by=each.approver, digest=each.plan_digest, at=each.decided_at) for each in approvals)


def _summaries(run: Run) -> tuple[str, ...]:
    outcomes: list[Outcome] = [step.outcome for step in run.steps if step.outcome is not None]
    return tuple(outcome.summary for outcome in outcomes)
