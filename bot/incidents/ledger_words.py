"""What a ledger entry says in the timeline. The ledger has digests; the words come from what is kept beside it.

What was erased there is erased here. What is only about our own incidents is left out: they tell it themselves.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from bot.incidents.telling import cut
from memory.errors import LogMalformed, NotFound
from memory.model.approval import Verdict
from memory.model.bodies import (
    Acted,
    Approved,
    Body,
    BrokeGlass,
    Checked,
    DeadLettered,
    Decided,
    Denied,
    Ended,
    EntryKind,
    MessageReceived,
    Observed,
    Planned,
    Steered,
    Switched,
    TakenBack,
)
from memory.model.incident import Happening
from memory.model.record import LogFilter, Recorded
from memory.model.run import Run
from memory.scrubbing import ERASED
from memory.store import Store

KINDS = (
    EntryKind.MESSAGE,
    EntryKind.EVIDENCE,
    EntryKind.PLAN,
    EntryKind.DECISION,
    EntryKind.APPROVAL,
    EntryKind.BREAK_GLASS,
    EntryKind.OUTCOME,
    EntryKind.UNDO,
    EntryKind.CHECK,
    EntryKind.END,
    EntryKind.DENIAL,
    EntryKind.STEERING,
    EntryKind.SWITCH,
    EntryKind.DEAD_LETTER,
)
OURS = "incident."  # the tools whose effects an incident tells of itself
LEDGER = "ledger"
_CHANGES = {"deploy": Happening.DEPLOY, "flag": Happening.FLAG}


class Told(NamedTuple):
    """An entry in words. What quotes a system is not `trusted`."""

    kind: Happening
    text: str
    source: str = LEDGER
    evidence: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    trusted: bool = True


class Words:
    """Finds the words of one batch; a run and a conversation are looked up once."""

    def __init__(self, store: Store, tenant: str, titles: Mapping[str, str]) -> None:
        self._store = store
        self._tenant = tenant
        self._titles = titles
        self._runs: dict[str, Run | None] = {}
        self._threads: dict[str, str] = {}

    async def of(self, recorded: Recorded) -> Told | None:
        """Return what the timeline says of an entry, None where it says nothing."""
        try:
            body = recorded.entry.told()
        except LogMalformed:  # of a later version
            return None
        run = await self._run(str(body_run)) if (body_run := recorded.entry.body.get("run")) else None
        if run is not None and all(step.call.tool.startswith(OURS) for step in run.plan.steps):
            return None
        told = await self._said(body, run)
        if told is None:
            return None
        services = told.services or (_services(run) if run else ())
        return told._replace(text=cut(told.text) or told.kind.value, services=services)

    async def thread(self, correlation: str) -> str:
        """Return the conversation of a turn, "" where it had none."""
        if correlation not in self._threads:
            asked = LogFilter(kinds=(EntryKind.MESSAGE,), correlation=correlation)
            found = await self._store.ledger.matching(self._tenant, asked, 0, 1)
            self._threads[correlation] = str(found[0].entry.body.get("thread", "")) if found else ""
        return self._threads[correlation]

    async def _said(self, body: Body, run: Run | None) -> Told | None:  # noqa: PLR0911 - one return a kind of entry
        match body:
            case MessageReceived():
                return Told(Happening.MESSAGE, await self._blob(body.text), source=body.surface.value)
            case Observed():
                return await self._observed(body)
            case Planned():
                goal = run.plan.goal if run else ", ".join(body.tools)
                return Told(Happening.PROPOSAL, f"Plan: {goal}", evidence=body.evidence)
            case Decided():
                return Told(Happening.DECISION, _decided(body))
            case Approved():
                said = "Approved" if body.verdict is Verdict.APPROVE else "Denied"
                reason = await self._blob(body.reason) if body.reason else ""
                text = f"{said}: {reason}" if reason else said
                return Told(Happening.APPROVAL, text, source=body.surface.value)
            case BrokeGlass():
                return Told(
                    Happening.APPROVAL, f"Went ahead alone, without {body.missing} approvals that were missing"
                )
            case Acted():
                return _acted(body, run, self._title(body.tool))
            case _:
                return _of_the_rest(body, run)

    async def _observed(self, body: Observed) -> Told | None:
        if body.tool.startswith(OURS):
            return None
        title = self._title(body.tool)
        if not body.ok:
            return Told(Happening.OBSERVATION, f"{title}: nothing was seen ({body.code or 'no answer'})")
        seen = tuple(each.id for each in body.evidence)
        said = [await self._summary(each) for each in seen[:3]]
        more = f" and {len(seen) - 3} more" if len(seen) > 3 else ""  # noqa: PLR2004 - the three that are quoted
        text = f"{title}: {' · '.join(filter(None, said))}{more}" if any(said) else title
        return Told(Happening.OBSERVATION, text, evidence=seen[:50], trusted=False)

    async def _summary(self, evidence: str) -> str:
        with suppress(NotFound):
            return (await self._store.evidence.get(self._tenant, evidence)).summary
        return ""

    async def _blob(self, digest: str | None) -> str:
        if digest is None:
            return ERASED
        with suppress(NotFound):
            content = (await self._store.blobs.get(self._tenant, digest)).content
            return content.decode(errors="replace").strip() or "…"
        return ERASED

    async def _run(self, name: str) -> Run | None:
        if name not in self._runs:
            self._runs[name] = None
            with suppress(NotFound):
                self._runs[name] = await self._store.runs.get(self._tenant, name)
        return self._runs[name]

    def _title(self, tool: str) -> str:
        return self._titles.get(tool, tool)


def _services(run: Run) -> tuple[str, ...]:
    named = (step.call.arguments.get("service") for step in run.plan.steps)
    return tuple(dict.fromkeys(str(each) for each in named if each))


def _decided(body: Decided) -> str:
    match body.decision:
        case "allow":
            return "Policy allows the plan without asking anyone"
        case "needs_approval":
            return f"Policy asks for {body.approvals} approval{'s' if body.approvals > 1 else ''} of the plan"
        case _:
            return "Policy says no to the plan"


def _acted(body: Acted, run: Run | None, title: str) -> Told:
    """Return what an act came to. A release is a deploy, and a flag that is set a change of a flag."""
    back = isinstance(body, TakenBack)
    record = run.steps[body.step] if run and body.step < len(run.steps) else None
    outcome = (record.undo if back else record.outcome) if record else None
    said = outcome.summary if outcome else title
    failed = "" if body.ok else f"{title} failed{f' ({body.code})' if body.code else ''}: "
    changes = _CHANGES if body.ok else {}
    kind = changes.get(body.tool.partition(".")[0], Happening.EFFECT)
    seen = tuple(each.id for each in body.evidence)
    return Told(kind, f"{'Taken back: ' if back else ''}{failed}{said}", evidence=seen[:50], trusted=False)


def _of_the_rest(body: Body, run: Run | None) -> Told | None:  # noqa: PLR0911 - one return a kind of entry
    match body:
        case Checked():
            says = _check(run, body)
            held = "holds" if body.ok else "does not hold"
            measured = f" ({body.value:g})" if body.value is not None else ""
            seen = tuple(each.id for each in body.evidence)
            return Told(Happening.OBSERVATION, f"Check {held}: {says}{measured}", evidence=seen[:50])
        case Ended():
            goal = f": {run.plan.goal}" if run else ""
            return Told(Happening.EFFECT, f"The plan ended, {body.status.value}{goal}")
        case Denied():
            what = f" {body.tool}" if body.tool else ""
            return Told(Happening.DECISION, f"Refused{what} ({body.code})")
        case Steered():
            return Told(Happening.DECISION, f"The plan was {body.change}")
        case Switched():
            what = "were stopped" if body.change == "stopped" else "are let through again"
            return Told(Happening.DECISION, f"Actions {what}")
        case DeadLettered():
            return Told(Happening.EFFECT, f"The plan could not be finished ({body.code})")
        case _:
            return None


def _check(run: Run | None, body: Checked) -> str:
    checks = run.plan.steps[body.step].checks if run and body.step < len(run.plan.steps) else ()
    return checks[body.number - 1].says if 1 <= body.number <= len(checks) else body.tool
