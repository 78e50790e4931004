"""One witness, asked for one cosignature at a time, and what its refusals mean to the log."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from inspect import isawaitable

from memory.errors import (
    Conflict,
    ConnectorRejected,
    ConnectorUnreachable,
    LogContradicted,
    LogMalformed,
    LogRolledBack,
    QuarterdeckError,
)
from memory.log.checkpoint import Checkpoint
from memory.log.keys import VerifierKey, verified
from memory.log.note import Note, Signature
from memory.log.witness import AddCheckpoint, parse_size, with_cosignatures
from tools.http import Deadline, HttpClient

Prove = Callable[[int, int], Awaitable[Sequence[bytes]] | Sequence[bytes]]
"""Gives the consistency proof between an old and a new size of the log."""

MAX_ANSWER_BYTES = 100_000
_ADD = "/add-checkpoint"
_COMPARE = (
    "Stop writing to the log, keep both it and the witness's word, and compare the log with its copies; "
    "docs/witness.md says how."
)


class OneWitness:
    """A witness, and the size of the last tree that it is known to have cosigned."""

    def __init__(self, key: VerifierKey, http: HttpClient, within_s: float) -> None:
        self._key = key
        self._http = http
        self._within_s = within_s
        self._size = 0
        self._turn = asyncio.Lock()

    @property
    def name(self) -> str:
        """The witness's name."""
        return self._key.name

    async def cosignature(self, note: Note, checkpoint: Checkpoint, prove: Prove) -> Signature | QuarterdeckError:
        """Return the verified cosignature of the checkpoint in `note`, or why there is none."""
        deadline = Deadline(self._within_s)
        try:
            async with self._turn:  # of two requests at once, the one that comes second would be stale
                return await self._asked(note, checkpoint, prove, deadline)
        except QuarterdeckError as error:
            return error

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def _asked(self, note: Note, checkpoint: Checkpoint, prove: Prove, deadline: Deadline) -> Signature:
        if self._size > checkpoint.size:
            raise Conflict(
                f"expected to be asked for {self._size} entries or more, found {checkpoint.size}: "
                f"{self.name} has cosigned a later checkpoint of this log meanwhile"
            )
        try:
            return await self._sent(note, checkpoint, prove, deadline)
        except _Stale as stale:
            self._take_note(stale.size, checkpoint)
        try:
            return await self._sent(note, checkpoint, prove, deadline)
        except _Stale as again:
            self._take_note(again.size, checkpoint)
            raise Conflict(
                f"expected {self.name} to cosign growth from the size it gave, found it at {again.size} since",
                hint="Somebody else asks it to cosign this log at the same time.",
            ) from None

    def _take_note(self, size: int, checkpoint: Checkpoint) -> None:
        """Begin from this size the next time; raises `LogRolledBack` when the log never had that many entries."""
        if size > checkpoint.size:
            raise LogRolledBack(
                f"expected the log {checkpoint.origin} to be ahead of its witnesses, found {checkpoint.size} "
                f"entries in the log where {self.name} says it has cosigned {size}: "
                "the log was restored from an older copy, or it was forked",
                hint=_COMPARE,
            )
        self._size = size

    async def _sent(self, note: Note, checkpoint: Checkpoint, prove: Prove, deadline: Deadline) -> Signature:
        proof = await self._proof(prove, checkpoint, deadline)
        request = AddCheckpoint(self._size, tuple(proof), note)
        try:
            body = await self._http.post_bytes(_ADD, request.encode(), idempotent=True, deadline=deadline)
        except ConnectorRejected as error:
            raise self._meaning(error, checkpoint) from error
        cosigned = with_cosignatures(note, body, [self._key])
        self._size = checkpoint.size
        return verified(cosigned, [self._key])[self._key]

    async def _proof(self, prove: Prove, checkpoint: Checkpoint, deadline: Deadline) -> Sequence[bytes]:
        proof = prove(self._size, checkpoint.size)
        if not isawaitable(proof):
            return proof
        try:
            async with asyncio.timeout(deadline.remaining()):
                return await proof
        except TimeoutError:
            raise ConnectorUnreachable(f"{self.name} was not asked: the log's proof took too long") from None

    def _meaning(self, error: ConnectorRejected, checkpoint: Checkpoint) -> "QuarterdeckError | _Stale":
        """Return what the refusal says of the log, or the refusal itself where it says nothing of it."""
        match error.status:
            case HTTPStatus.CONFLICT if (size := _size_in(error)) is not None:
                return _Stale(size)
            case HTTPStatus.CONFLICT if self._size == checkpoint.size:
                return self._contradicted(f"its {checkpoint.size} entries had another root", checkpoint)
            case HTTPStatus.UNPROCESSABLE_ENTITY if self._size:
                return self._contradicted(f"the first {self._size} entries were others", checkpoint)
            case HTTPStatus.NOT_FOUND:
                error.hint = f"Check the address of {self.name}, and that it knows the log {checkpoint.origin}."
            case HTTPStatus.FORBIDDEN:
                error.hint = f"Give {self.name} the key that the log {checkpoint.origin} signs with now."
        return error

    def _contradicted(self, found: str, checkpoint: Checkpoint) -> LogContradicted:
        return LogContradicted(
            f"expected {self.name} to have cosigned the beginning of the log {checkpoint.origin}, "
            f"found that by its word {found}: the log was changed, or it was forked",
            hint=_COMPARE,
        )


def _size_in(error: ConnectorRejected) -> int | None:
    """Return the size that a stale request is answered with, None where the answer has none."""
    try:
        return parse_size(error.body.encode())
    except LogMalformed:
        return None


class _Stale(Exception):
    """The witness starts from another size than it was asked to."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size
