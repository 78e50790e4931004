"""Citations: what an answer rests on, numbered in the order it is first cited, and what could not be had."""

from collections.abc import Iterable

from memory.model.evidence import Evidence
from memory.model.run import Outcome


class Footnotes:
    """The evidence of one answer. The numbers it hands out are positions in `evidence`, from 1."""

    def __init__(self) -> None:
        self._evidence: dict[str, Evidence] = {}
        self._missing: dict[str, str] = {}

    def cite(self, *evidence: Evidence) -> str:
        """Return the citation of these facts with a space before it, such as ` [1]`; nothing for none."""
        for fact in evidence:
            self._evidence.setdefault(fact.id, fact)
        numbers = {fact.id: number for number, fact in enumerate(self._evidence.values(), 1)}
        return "".join(f" [{number}]" for number in sorted({numbers[fact.id] for fact in evidence}))

    def lack(self, what: str, outcome: Outcome) -> None:
        """Note that `what` could not be had, and why in the outcome's words."""
        self._missing.setdefault(what, outcome.summary)

    def lacking(self, names: Iterable[str]) -> None:
        """Note what an answer that came had to do without."""
        for name in names:
            self._missing.setdefault(name, "")

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Return what was cited, in the order of the numbers."""
        return tuple(self._evidence.values())

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the names of what could not be had."""
        return tuple(self._missing)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return why, each reason once."""
        return tuple(dict.fromkeys(reason for reason in self._missing.values() if reason))
