"""A record on its way into the ledger: checked when it is handed in, numbered when it is sealed."""

from memory.canonical import canonical
from memory.errors import InputTooLarge, InvalidInput
from memory.log.identity import LogKey
from memory.log.tiles import MAX_ENTRY_BYTES
from memory.model.record import Entry, Receipt, Record

_LONGEST_PSEUDONYM = "p_" + "f" * 40


class Pending:
    """A record that waits to be sealed. It has a receipt once the transaction it belongs to is committed.

    With a `successor`, that key signs too, and it alone from then on. What is `only_first` is left out of a log
    that has begun.
    """

    def __init__(self, record: Record, successor: LogKey | None = None, *, only_first: bool = False) -> None:
        _check(record)
        self.record = record
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

    def seal(self, receipt: Receipt) -> None:
        """Note where the entry stands."""
        self._receipt = receipt


def _check(record: Record) -> None:
    """Refuse here, where only its writer suffers, what could not be sealed together with others."""
    entry = canonical(Entry.of(record, actor=_LONGEST_PSEUDONYM, logged=record.at))
    if len(entry) > MAX_ENTRY_BYTES:
        raise InputTooLarge(f"expected an entry of at most {MAX_ENTRY_BYTES} bytes, found {len(entry)}")
