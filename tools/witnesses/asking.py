"""Several witnesses asked at once; what comes of each is a value, and none waits for another."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from memory.errors import InvalidSettings, QuarterdeckError
from memory.log.checkpoint import Checkpoint
from memory.log.note import Note, Signature
from tools.http import Circuit, HttpClient
from tools.witnesses.endpoint import WitnessEndpoint
from tools.witnesses.one import MAX_ANSWER_BYTES, OneWitness, Prove

__all__ = ["Cosigning", "Prove", "Witnesses"]

ANSWER_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Cosigning:
    """What came of asking: the note with every cosignature that was given, and why the others gave none."""

    note: Note
    problems: Mapping[str, QuarterdeckError]


class Witnesses:
    """The witnesses of one log. What each has cosigned last is remembered while this lives, and asked for anew.

    `within_s` bounds each witness's part in a `cosign`, its second attempt included. Raises `InvalidSettings` for
    an address that is none, and for two witnesses with one name or one key.
    """

    def __init__(self, endpoints: Iterable[WitnessEndpoint], *, within_s: float = ANSWER_WITHIN_S) -> None:
        known = tuple(endpoints)
        if not len(known) == len({each.name for each in known}) == len({each.key.public for each in known}):
            raise InvalidSettings("expected a name and a key of its own for each witness, found the same twice")
        self._asked = tuple(OneWitness(each.key, _client(each, within_s), within_s) for each in known)

    async def cosign(self, note: Note, prove: Prove) -> Cosigning:
        """Return the signed checkpoint in `note` with the witnesses' cosignatures, as far as they gave them.

        `prove(old, new)` gives the consistency proof between two sizes of the log (RFC 6962 §2.1.2), and is asked
        for none beyond the checkpoint's. A problem is `LogContradicted`, of which `LogRolledBack` is one, where a
        witness has seen another history: that is about the log, all others are about the witness or the way to it.
        Raises `LogMalformed` when the note is no checkpoint.
        """
        checkpoint = Checkpoint.parse(note.text)
        async with asyncio.TaskGroup() as group:
            asking = {
                each.name: group.create_task(each.cosignature(note, checkpoint, prove)) for each in self._asked
            }
        answers = {name: task.result() for name, task in asking.items()}
        signatures = [answer for answer in answers.values() if isinstance(answer, Signature)]
        problems = {name: answer for name, answer in answers.items() if isinstance(answer, QuarterdeckError)}
        return Cosigning(note.adding(*signatures), problems)

    async def close(self) -> None:
        """Close the connections."""
        for each in self._asked:
            await each.close()


def _client(endpoint: WitnessEndpoint, within_s: float) -> HttpClient:
    source = f"the witness {endpoint.name}"
    return HttpClient(
        endpoint.url,
        source=source,
        timeout_s=within_s,
        max_bytes=MAX_ANSWER_BYTES,
        attempts=2,
        breaker=Circuit(source),
    )
