"""Dead letters as people hold them: traced to where they came from, replayed as a new plan, or dropped.

A replay is a turn of its own: a message by whoever asks for it, and a plan that is rehearsed, assessed and
approved as any other. Nothing that was granted or approved before counts for it.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from agents.answer import Answer, AnswerKind
from agents.ports import Turn
from bot import entries, replies
from bot.audit.access import reader
from bot.surfaces.dead_letters import LetterView
from memory.clock import Clock
from memory.errors import Conflict, InvalidInput, PolicyDenied, QuarterdeckError, every_error
from memory.ids import Ids, derived
from memory.model.bodies import LetterSettled
from memory.model.dead_letter import DeadLetter, DeadReason, LetterStatus, Replay, ReplayFrom
from memory.model.intent import Argument, Intent, IntentKind, Provenance
from memory.model.people import Principal, Role, Surface
from memory.model.plan import Call
from memory.model.record import Attachment, Event, Record
from memory.model.run import Run
from memory.model.talk import Card, Message, Submission
from memory.page import Page
from memory.store import Store, Unit
from runbooks.deadletters.provenance import traced
from runbooks.deadletters.rest import proposal
from runbooks.proposal import Caller, Proposal

MAY_DROP = frozenset({Role.OPERATOR, Role.APPROVER, Role.ADMIN})
LONGEST_REASON = 1000
IN_FLIGHT = timedelta(minutes=1)  # after this, a replay that has no plan yet died with its process


class Proposing(Protocol):
    """What makes a proposal a plan that waits, as the runner does."""

    async def propose(self, proposal: Proposal, caller: Caller) -> Submission:
        """Return the run, or why there is none."""


class DeadLetterBook:
    """Serves `bot.surfaces.dead_letters.DeadLetterDesk`."""

    def __init__(
        self,
        store: Store,
        runner: Proposing,
        card: Callable[[Run, Principal], Card],
        publish: Callable[[Event], None],
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._store = store
        self._runner = runner
        self._card = card
        self._publish = publish
        self._clock = clock
        self._ids = ids

    async def letters(
        self,
        principal: Principal,
        status: LetterStatus | None,
        died_of: DeadReason | None,
        cursor: str | None,
        limit: int,
    ) -> Page[DeadLetter]:
        """Return the tenant's, the newest first."""
        tenant = reader(principal)
        return await self._store.dead_letters.page(
            tenant, status=status, died_of=died_of, cursor=cursor, limit=limit
        )

    async def letter(self, principal: Principal, letter: str) -> LetterView:
        """Return one with its provenance."""
        found = await self._store.dead_letters.get(reader(principal), letter)
        run = await self._store.runs.get(found.tenant, found.origin.run)
        told = await self._store.ledger.trace(found.tenant, found.origin.correlation)
        provenance = traced(found, told)
        return LetterView(letter=found, run=run, links=provenance.links, missing=provenance.missing)

    async def replay(
        self, principal: Principal, letter: str, begins: ReplayFrom, reason: str, surface: Surface
    ) -> Run:
        """Ask for what is left of it as a new plan."""
        found = await self._store.dead_letters.get(reader(principal), letter)
        await self._require_replayable(found)
        died = await self._store.runs.get(found.tenant, found.origin.run)
        asked = proposal(found, died, begins)
        replay = Replay(
            message=self._ids.new("replay"),
            begins=begins,
            by=principal.id,
            reason=_reason(reason),
            at=self._clock.now(),
        )
        claimed = await self._claim(found, replay)
        turn = await self._said(principal, claimed, surface, asked.calls[0])
        caller = Caller(
            principal=principal,
            thread=turn.message.thread,
            message=turn.message.id,
            correlation=turn.correlation,
        )
        submission = await self._runner.propose(asked, caller)
        await self._answered(turn, submission)
        if submission.run is None:
            await self._refuse(claimed, submission.code)
            raise _refused(submission)
        await self._link(claimed, submission.run)
        return submission.run

    async def drop(self, principal: Principal, letter: str, reason: str) -> DeadLetter:
        """Let go of it, for a reason."""
        if not MAY_DROP & set(principal.roles):
            raise PolicyDenied(
                f"expected an operator, an approver or an administrator, found {principal.id}, who is none",
                hint="Ask one of them to drop it.",
            )
        because = _reason(reason)
        if not because:
            raise InvalidInput("expected a reason for dropping a dead letter, found none")
        found = await self._store.dead_letters.get(reader(principal), letter)
        if found.status is LetterStatus.DROPPED:
            raise Conflict(f"expected a dead letter that is kept, found {letter} dropped by {found.settled_by}")
        async with self._store.transaction() as unit:
            body = LetterSettled(letter=found.id, change="dropped")
            return await self._settle(unit, found, LetterStatus.DROPPED, principal.id, because, body)

    async def _require_replayable(self, letter: DeadLetter) -> None:
        if letter.status is LetterStatus.DROPPED:
            raise Conflict(f"expected a dead letter that is kept, found {letter.id} dropped")
        last = letter.replays[-1] if letter.replays else None
        if last is None or last.refused:
            return
        if last.run is None:
            if self._clock.now() - last.at < IN_FLIGHT:
                raise Conflict(f"expected no replay of {letter.id} under way, found one by {last.by} that begins")
            return  # whoever began it died: there is no plan
        run = await self._store.runs.get(letter.tenant, last.run)
        if not run.status.final():
            raise Conflict(
                f"expected no replay of {letter.id} under way, found {run.id}, which is {run.status.value}",
                hint="Wait for its end, or withdraw it.",
            )

    async def _claim(self, letter: DeadLetter, replay: Replay) -> DeadLetter:
        """Begin a replay, before anything else: of two people who replay at the same moment, one does."""
        claimed = letter.model_copy(update={"replays": (*letter.replays, replay)})
        return await self._store.dead_letters.replace(claimed, expected_version=letter.version)

    async def _said(self, principal: Principal, letter: DeadLetter, surface: Surface, first: Call) -> Turn:
        """Record that somebody asked for a replay, as a message that was understood."""
        replay = letter.replays[-1]
        because = f": {replay.reason}" if replay.reason else ""
        said = Message(
            id=replay.message,
            tenant=letter.tenant,
            thread=letter.origin.thread,
            sender=principal.id,
            surface=surface,
            text=f"Replay {letter.id} from {_BEGINNINGS[replay.begins]}{because}",
            at=replay.at,
        )
        turn = Turn(message=said, principal=principal, correlation=derived("cor", said.tenant, said.id))
        async with self._store.transaction() as unit:
            if not await unit.turns.receive(said):
                raise Conflict(f"expected a new message, found {said.id} received before")
            await unit.ledger.append(entries.received(said, turn.correlation, said.at))
            await unit.ledger.append(entries.interpreted(turn, _intent(said.text, first), said.at))
        self._publish(replies.heard(said, turn.correlation, said.at))
        return turn

    async def _answered(self, turn: Turn, submission: Submission) -> None:
        """Answer in the conversation that the letter came from, where people see the new plan."""
        run = submission.run
        answer = Answer(
            kind=AnswerKind.REFUSAL if run is None else AnswerKind.PLAN,
            text=f"{submission.refusal} {submission.hint}".strip() if run is None else run.plan.goal,
            intent=Intent(text=turn.message.text, kind=IntentKind.TOOL),
            run=run,
        )
        shown = self._card(run, turn.principal) if run else None
        name = derived("reply", turn.message.tenant, turn.message.id)
        reply = replies.reply(turn, answer, shown, id_=name, at=self._clock.now())
        async with self._store.transaction() as unit:
            kept = await unit.turns.answer(turn.message.tenant, reply)
            if kept is reply:
                await unit.ledger.append(entries.answered(turn, reply))
        self._publish(replies.event(turn, kept))

    async def _refuse(self, letter: DeadLetter, code: str) -> None:
        await self._store.dead_letters.replace(_last(letter, refused=code), expected_version=letter.version)

    async def _link(self, letter: DeadLetter, run: Run) -> None:
        last = letter.replays[-1]
        body = LetterSettled(
            letter=letter.id, change="replayed", begins=last.begins, run=run.id, message=last.message
        )
        async with self._store.transaction() as unit:
            linked = _last(letter, run=run.id)
            await self._settle(unit, linked, LetterStatus.REPLAYED, last.by, last.reason, body)

    async def _settle(
        self, unit: Unit, letter: DeadLetter, status: LetterStatus, by: str, reason: str, body: LetterSettled
    ) -> DeadLetter:
        now = self._clock.now()
        settled = letter.model_copy(
            update={"status": status, "settled_by": by, "settled_at": now, "remark": reason}
        )
        saved = await unit.dead_letters.replace(settled, expected_version=letter.version)
        beside = (Attachment(field="reason", kind="reason", content=reason.encode()),) if reason else ()
        correlation = letter.origin.correlation
        await unit.ledger.append(
            Record(tenant=letter.tenant, at=now, actor=by, correlation=correlation, body=body, attachments=beside)
        )
        return saved


_BEGINNINGS = {ReplayFrom.FAILED: "the step that failed", ReplayFrom.START: "the start"}
_ERRORS = {error.code: error for error in every_error()}


def _last(letter: DeadLetter, **came_of: str) -> DeadLetter:
    """Return the letter with what came of its newest replay."""
    last = letter.replays[-1].model_copy(update=came_of)
    return letter.model_copy(update={"replays": (*letter.replays[:-1], last)})


def _refused(submission: Submission) -> QuarterdeckError:
    """Return why there is no new plan as the error it is; what would change nothing is no error of anybody's."""
    kind = _ERRORS.get(submission.code, Conflict)
    return kind(submission.refusal.rstrip("."), hint=submission.hint)


def _reason(text: str) -> str:
    if len(text) > LONGEST_REASON:
        raise InvalidInput(f"expected a reason of at most {LONGEST_REASON} characters, found {len(text)}")
    return text.strip()


def _intent(text: str, call: Call) -> Intent:
    """Return how the wish for a replay is understood: as the first call that is left, exactly as it was."""
    arguments = {
        name: Argument(value=value, provenance=call.provenance.get(name, Provenance.DEFAULT))
        for name, value in call.arguments.items()
    }
    return Intent(text=text, kind=IntentKind.TOOL, tool=call.tool, arguments=arguments, confidence=1.0)
