"""The seam between whoever builds prompts and whoever knows what may not stand in them."""

from collections.abc import Collection, Mapping
from typing import Protocol

from memory.model.people import Role
from memory.model.value import JsonValue


class Veil(Protocol):
    """One exchange with a model, from the first text of its prompt to its answer. Never kept beyond it.

    Every text of a prompt goes through `hide`: our instructions do too, since names of a catalogue stand in them.
    """

    def hide(self, text: str) -> str:
        """Return the text with stand-ins for what the profile hides. The same value has the same stand-in."""

    def scan(self, text: str) -> str:
        """Return what a model said without secrets, wherever it had them from; for records and for people."""

    def reveal(self, value: JsonValue) -> JsonValue:
        """Return what a model said, a text or a document, with the stand-ins that its reader may see resolved.

        A stand-in that is unknown, or not for this reader, stays as it is: no tool takes one for a value.
        """

    def found(self) -> Mapping[str, int]:
        """Return how many different values were hidden, by kind."""


class Redaction(Protocol):
    """Knows each tenant's data profile."""

    def begin(self, tenant: str, roles: Collection[Role]) -> Veil:
        """Return the veil for one exchange on behalf of a reader with these roles; none: nothing is revealed."""


class _NoVeil:
    """Hides nothing."""

    def hide(self, text: str) -> str:
        return text

    def scan(self, text: str) -> str:
        return text

    def reveal(self, value: JsonValue) -> JsonValue:
        return value

    def found(self) -> Mapping[str, int]:
        return {}


class _Nothing:
    """Hides nothing, for a model that runs inside the house and for tests."""

    def begin(self, tenant: str, roles: Collection[Role]) -> Veil:  # noqa: ARG002 - the same for everybody
        return _NoVeil()


NOTHING_HIDDEN: Redaction = _Nothing()
