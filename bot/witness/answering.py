"""What a witness answers, whatever it is asked. Everything here is told to strangers: nothing of it is secret."""

import asyncio
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus

import structlog

from bot.witness.counting import WitnessMetrics
from bot.witness.identity import Identity, identified
from memory.clock import Clock
from memory.errors import LogMalformed, StoreUnavailable
from memory.log.encoding import to_base64
from memory.log.keys import Cosigner, VerifierKey, verified
from memory.log.note import Note
from memory.log.witness import TEXT_TYPE, AddCheckpoint, Cosigned, Reason, Refused, Witness
from memory.witnessing import LastCosigned, WitnessState

MOST_AT_ONCE = 64  # each may hold a request of a megabyte

_log = structlog.get_logger(__name__)
_EVIDENCE = {Reason.FORK, Reason.INCONSISTENT}


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, and the word for it in logs and metrics."""

    outcome: str
    status: int
    body: bytes
    content_type: str = TEXT_TYPE


class Answering:
    """One witness at work: its key, the logs it knows by their origins, and what it remembers of them."""

    def __init__(
        self, cosigner: Cosigner, logs: Mapping[str, Collection[VerifierKey]], state: WitnessState, clock: Clock
    ) -> None:
        self._key = cosigner.key
        self._logs = logs
        self._witness = Witness(cosigner, logs)
        self._state = state
        self._clock = clock
        self._metrics = WitnessMetrics()
        self._inside = 0

    async def add_checkpoint(self, body: bytes) -> Answer:
        """Return the answer to a request to cosign; a cosignature is stored by then."""
        began = time.perf_counter()
        self._inside += 1
        try:
            answer = await self._answer(body)
        finally:
            self._inside -= 1
        self.note(answer, time.perf_counter() - began)
        return answer

    def note(self, answer: Answer, seconds: float) -> None:
        """Count an answer and write one line about it."""
        self._metrics.answered(answer.outcome, seconds)
        _log.info("answered", outcome=answer.outcome, status=answer.status, ms=round(seconds * 1000, 1))

    async def last(self) -> dict[str, LastCosigned]:
        """Return the last tree cosigned of each log known here; raises `StoreUnavailable`."""
        last = await asyncio.to_thread(self._state.last)
        return {origin: seen for origin, seen in last.items() if origin in self._logs}

    async def metrics(self) -> bytes:
        """Return what was counted, with the last trees where they can be read."""
        try:
            return self._metrics.text(await self.last())
        except StoreUnavailable:
            return self._metrics.text({})

    async def identity(self) -> Identity:
        """Return who this is, which logs it knows and what it has cosigned; raises `StoreUnavailable`."""
        return identified(self._key, self._logs, await self.last())

    async def _answer(self, body: bytes) -> Answer:
        if self._inside > MOST_AT_ONCE:
            return refused(HTTPStatus.SERVICE_UNAVAILABLE, "busy", "expected fewer requests at once")
        try:
            request = AddCheckpoint.parse(body)
            decision = await asyncio.to_thread(self._state.decide, self._witness, request, self._clock)
        except LogMalformed as error:
            return refused(HTTPStatus.BAD_REQUEST, "malformed", error.message)
        except StoreUnavailable as error:
            _log.error("unavailable", found=error.message, hint=error.hint)
            return refused(
                HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "expected a state to write to, found none"
            )
        self._tell(request, decision)
        outcome = "cosigned" if isinstance(decision, Cosigned) else decision.reason.name.lower()
        return Answer(outcome, decision.status, decision.body, decision.content_type)

    def _tell(self, request: AddCheckpoint, decision: Cosigned | Refused) -> None:
        origin, size = request.checkpoint.origin, request.checkpoint.size
        if isinstance(decision, Cosigned):
            _log.info("cosigned", log=origin, size=size, root=to_base64(decision.tree.root), old=request.old_size)
        elif decision.reason in _EVIDENCE:
            # What the log itself signed may prove that it lies; of what others signed, nothing is kept.
            signed = verified(request.note, self._logs[origin])
            said = Note(request.note.text, tuple(signed.values())).encode().decode()
            _log.warning("inconsistent", log=origin, last=decision.size, because=decision.message, said=said)


def refused(status: HTTPStatus, outcome: str, because: str) -> Answer:
    """Return an answer of no."""
    return Answer(outcome, status, f"{because}\n".encode())
