"""Which keys of a log are believed, for trees of which size: its anchors, and what they led to. Pure.

Belief starts from the keys that a verifier was given and goes forward along endorsements, in the log's order. A
revocation takes it back for larger trees; what a key signed before stays verifiable.
"""

from collections.abc import Iterable

from memory.errors import LogCorrupt, SignatureMissing
from memory.ledger.findings import Believed
from memory.log.endorsement import verify_endorsement
from memory.log.keys import VerifierKey
from memory.log.note import Note
from memory.model.bodies import KeyChanged


class KeyHistory:
    """The keys of the log `origin`, as its entries change them."""

    def __init__(self, origin: str, anchors: Iterable[VerifierKey]) -> None:
        self._origin = origin
        self._until: dict[VerifierKey, int | None] = dict.fromkeys(anchors)

    @property
    def keys(self) -> tuple[Believed, ...]:
        """The keys, the anchors first."""
        return tuple(Believed(key, until) for key, until in self._until.items())

    def at(self, size: int) -> tuple[VerifierKey, ...]:
        """Return the keys that are believed to sign a tree of `size` entries."""
        return tuple(key for key, until in self._until.items() if until is None or size <= until)

    def apply(self, change: KeyChanged) -> None:
        """Follow one change of the log's key; raises `LogCorrupt`, with nothing changed, for one that is wrong.

        A change of keys that are not believed anyway is passed over: whoever was given a later key cannot judge
        those before it.
        """
        key = VerifierKey.parse(change.key)
        if change.change == "revoked":
            # Without a size nothing that the key signed is believed any more.
            self._revoke(key, change.from_size or 0)
        elif change.change == "rotated":
            self._rotate(key, change)

    def _rotate(self, key: VerifierKey, change: KeyChanged) -> None:
        if change.previous is None or change.endorsement is None:
            raise SignatureMissing(f"expected the key before {key} and its endorsement, found none")
        previous = VerifierKey.parse(change.previous)
        verify_endorsement(Note.parse(change.endorsement.encode()), self._origin, previous, key)
        if previous not in self._until or key in self._until:
            return
        if self._until[previous] is not None:
            raise LogCorrupt(
                f"expected an endorsement by a key in force, found one by {previous}, which was revoked"
            )
        self._until[key] = None

    def _revoke(self, key: VerifierKey, size: int) -> None:
        if key in self._until:
            standing = self._until[key]
            self._until[key] = size if standing is None else min(size, standing)
