"""What the entries of a log come to, bundle after bundle: how many of what, from when to when, and its keys."""

from collections import Counter
from datetime import datetime

from memory.errors import LogCorrupt
from memory.ledger.bundles import Checked, backwards
from memory.ledger.findings import Fault, Finding, Findings
from memory.ledger.history import KeyHistory
from memory.ledger.source import KEYS
from memory.log.keys import VerifierKey
from memory.log.listing import KeyListing
from memory.log.trust import Trust
from memory.model.bodies import EntryKind, KeyChanged


class Census:
    """Counts the entries of one log, from the left, and follows its keys from those that are trusted."""

    def __init__(self, trust: Trust, findings: Findings) -> None:
        self.kinds: Counter[EntryKind] = Counter()
        self.first_logged: datetime | None = None
        self.last_logged: datetime | None = None
        self.history = KeyHistory(trust.origin, trust.log_keys)
        self._introduced: set[VerifierKey] = set()
        self._findings = findings

    def take(self, checked: Checked) -> None:
        """Count one bundle."""
        self._findings.add(*checked.findings)
        self.kinds.update(checked.kinds)
        before, first = self.last_logged, checked.first_logged
        if before is not None and first is not None and first < before:
            self._findings.add(backwards(checked, checked.first, before, first))
        self.first_logged = self.first_logged or first
        self.last_logged = checked.last_logged or before
        for index, change in checked.key_changes:
            self._follow(checked, index, change)

    def compare(self, listing: KeyListing) -> None:
        """Compare the keys that the log lists with those that its entries introduce: each of them is listed.

        One that is listed and not introduced yet is nothing to believe, and nothing wrong: a publisher lists the
        next key before it publishes the entry that introduces it.
        """
        for key in self._introduced - set(listing.log_keys):
            self._findings.add(Finding(Fault.KEY, KEYS, f"also the key {key}, which the log has", "it left out"))

    def _follow(self, checked: Checked, index: int, change: KeyChanged) -> None:
        try:
            self._introduced.update(VerifierKey.parse(key) for key in (change.key, change.previous) if key)
            self.history.apply(change)
        except LogCorrupt as error:
            self._findings.add(Finding.of(error, checked.bundle.path, fault=Fault.KEY, entry=index))
