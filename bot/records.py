"""What people may look up: plans, conversations, evidence, charts, the log, and why. It only reads.

Everything is asked for in the name of a person and looked up in that person's tenant alone.
"""

from contextlib import suppress

from bot.audit.access import audits, reader
from bot.audit.query import known_people, log_filter
from bot.identity import Directory
from bot.model_uses import model_uses, recalled
from bot.outcome_charts import outcome_charts, run_of
from bot.surfaces.desk import Explanation, LogPage, LogQuery
from memory.errors import NotFound
from memory.model.bodies import EntryKind
from memory.model.decision import Allow, Deny
from memory.model.evidence import Evidence
from memory.model.people import Principal
from memory.model.record import Recorded
from memory.model.run import Run, RunStatus
from memory.model.talk import Chart, Exchange, Reply, Thread
from memory.page import Page
from memory.store import Store


class Records:
    """Answers look-ups for people who hold any role at all."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    async def run(self, principal: Principal, run: str) -> Run:
        """Return a plan as it stands; raises `NotFound`."""
        return await self._store.runs.get(reader(principal), run)

    async def runs(
        self, principal: Principal, statuses: tuple[RunStatus, ...], cursor: str | None, limit: int
    ) -> Page[Run]:
        """Return the plans that stand so, newest first."""
        return await self._store.runs.page(reader(principal), statuses=statuses, cursor=cursor, limit=limit)

    async def threads(self, principal: Principal, cursor: str | None, limit: int) -> Page[Thread]:
        """Return the conversations this person took part in."""
        return await self._store.turns.threads(reader(principal), principal.id, cursor=cursor, limit=limit)

    async def transcript(
        self, principal: Principal, thread: str, cursor: str | None, limit: int
    ) -> Page[Exchange]:
        """Return the last exchanges of a thread."""
        return await self._store.turns.transcript(reader(principal), thread, cursor=cursor, limit=limit)

    async def evidence(self, principal: Principal, evidence_id: str) -> Evidence:
        """Return one fact that was cited; raises `NotFound`."""
        return await self._store.evidence.get(reader(principal), evidence_id)

    async def chart(self, principal: Principal, chart_id: str) -> Chart:
        """Return one chart of a reply, or of a run that ended; raises `NotFound`."""
        if run_of(chart_id):
            return _only(outcome_charts(await self.run(principal, run_of(chart_id))), chart_id)
        message, _, _ = chart_id.rpartition(":")
        reply = await self._store.turns.reply_to(reader(principal), message)
        return _only(reply.charts if reply else (), chart_id)

    async def log(self, principal: Principal, asked: LogQuery, cursor: str | None, limit: int) -> LogPage:
        """Return entries of the log, newest first. A person whom the log does not know has none."""
        tenant = reader(principal)
        wanted = await log_filter(self._store, tenant, asked)
        if wanted is None:
            return LogPage(items=())
        page = await self._store.ledger.page(tenant, matching=wanted, cursor=cursor, limit=limit)
        people = await known_people(self._store, self._directory, principal, page.items)
        return LogPage(items=page.items, next_cursor=page.next_cursor, people=people)

    async def explain(self, principal: Principal, subject: str) -> Explanation:
        """Say why, of a run, a message or a correlation id; raises `NotFound`."""
        tenant = reader(principal)
        run = await self._find_run(tenant, subject)
        reply = await self._store.turns.reply_to(tenant, run.plan.message if run else subject)
        correlation = run.correlation if run else reply.correlation if reply else subject
        entries = await self._store.ledger.trace(tenant, correlation)
        if not entries:
            raise NotFound(f"expected the id of a plan, a message or a turn, found {subject!r}, which is none")
        if reply is None:
            reply = await self._reply_of(tenant, entries)
        if run is None and reply is not None and reply.card is not None:
            run = await self._find_run(tenant, reply.card.run)
        evidence = await self._store.evidence.of(tenant, correlation)
        words = audits(principal) or await self._said_by(principal, entries)
        models = await model_uses(self._store, tenant, entries, words=words)
        told = _explanation(subject, reply, run, evidence, entries)
        return told.model_copy(update={"models": models, "recalled": recalled(entries)})

    async def _said_by(self, principal: Principal, entries: tuple[Recorded, ...]) -> bool:
        """Return whether a turn is this person's own."""
        said = [each.entry.actor for each in entries if each.entry.kind is EntryKind.MESSAGE]
        people = await self._store.pseudonyms.people(principal.tenant, said)
        return bool(said) and {people.get(actor) for actor in said} == {principal.id}

    async def _find_run(self, tenant: str, run: str) -> Run | None:
        with suppress(NotFound):
            return await self._store.runs.get(tenant, run)
        return None

    async def _reply_of(self, tenant: str, entries: tuple[Recorded, ...]) -> Reply | None:
        message = next((each.entry.body["message"] for each in entries if "message" in each.entry.body), None)
        return await self._store.turns.reply_to(tenant, str(message)) if message else None


def _only(charts: tuple[Chart, ...], chart_id: str) -> Chart:
    found = next((chart for chart in charts if chart.id == chart_id), None)
    if found is None:
        raise NotFound(f"expected the id of a chart, found {chart_id[:200]!r}, which is none")
    return found


def _explanation(
    subject: str,
    reply: Reply | None,
    run: Run | None,
    evidence: tuple[Evidence, ...],
    entries: tuple[Recorded, ...],
) -> Explanation:
    decision = run.decision if run else None
    intent = reply.understood if reply else None
    denial = _denial(entries) if decision is None else None
    basis = decision.basis if decision else None
    return Explanation(
        subject=subject,
        question=intent.text if intent else "",
        understanding=intent,
        decision=decision.kind if decision else "deny" if denial else "",
        reason=_reason(decision) or (reply.text if denial and reply else ""),
        policies=basis.policies if basis else _strings(denial, "policies"),
        policy_hash=basis.policy_hash if basis else "".join(_strings(denial, "policy_hash")),
        considered=intent.alternatives if intent else (),
        not_done=reply.considered if reply else (),
        evidence=evidence,
        entries=entries,
    )


def _denial(entries: tuple[Recorded, ...]) -> Recorded | None:
    return next((each for each in entries if each.entry.kind is EntryKind.DENIAL), None)


def _strings(recorded: Recorded | None, name: str) -> tuple[str, ...]:
    value = recorded.entry.body.get(name) if recorded else None
    if isinstance(value, list):
        return tuple(str(each) for each in value)
    return () if value is None else (str(value),)


def _reason(decision: object) -> str:
    if isinstance(decision, Deny):
        return decision.reason
    if isinstance(decision, Allow):
        return "Policy allows this without asking anybody."
    return "" if decision is None else "Policy allows this once enough people have approved exactly this plan."
