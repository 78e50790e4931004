"""A record on its way into the ledger: checked and written when it is handed in, numbered when it is sealed."""

from datetime import datetime

from pydantic import TypeAdapter

from memory.canonical import canonical
from memory.errors import InputTooLarge, InvalidInput
from memory.log.identity import LogKey
from memory.log.tiles import MAX_ENTRY_BYTES
from memory.model.record import Entry, Receipt, Record

_LONGEST_PSEUDONYM = "p_" + "f" * 40
_ACTOR = f'{{"actor":"{_LONGEST_PSEUDONYM}"'.encode()  # the first of the names in an entry, in their order
_LOGGED = b'"logged":"'  # the last name before three whose values have no quotes in them
_MOMENTS = TypeAdapter(datetime)


class Pending:
    """A record that waits to be sealed. It has a receipt once the transaction it belongs to is committed.

    With a `successor`, that key signs too, and it alone from then on. What is `only_first` is left out of a log
    that has begun.
    """

    def __init__(self, record: Record, successor: LogKey | None = None, *, only_first: bool = False) -> None:
        self.record = record
        self.entry = Entry.of(record, actor=_LONGEST_PSEUDONYM, logged=record.at)  # all but those two
        self._written = _checked(self.entry)
        self.successor = successor
        self.only_first = only_first
        self._receipt: Receipt | None = None

    @property
    def sealed(self) -> bool:
        """Whether it stands in the ledger."""
        return self._receipt is not None

    @property
    def receipt(self) -> Receipt:
        """Where the entry stands; raises `InvalidInput` before it does."""
        if self._receipt is None:
            raise InvalidInput("expected an entry that is in the ledger, found one that is not committed yet")
        return self._receipt

    def written(self, actor: str, logged: datetime) -> bytes:
        """Return the entry's canonical bytes, under the pseudonym of who did it."""
        before, _, after = self._written.removeprefix(_ACTOR).rpartition(_LOGGED)
        after = after[after.index(b'"') + 1 :]
        parts = (b'{"actor":"', actor.encode(), b'"', before, b'"logged":', _MOMENTS.dump_json(logged), after)
        return b"".join(parts)

    def seal(self, receipt: Receipt) -> None:
        """Note where the entry stands."""
        self._receipt = receipt


def _checked(entry: Entry) -> bytes:
    """Return the canonical bytes. What could not be sealed is refused here, where only its writer suffers."""
    written = canonical(entry)
    if len(written) > MAX_ENTRY_BYTES:
        raise InputTooLarge(f"expected an entry of at most {MAX_ENTRY_BYTES} bytes, found {len(written)}")
    return written
