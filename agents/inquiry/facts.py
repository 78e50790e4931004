"""The facts of one inquiry, under short ids that a model can name. Pure."""

from agents.untrusted import marked, material, stripped
from memory.model.evidence import Evidence
from memory.model.run import Outcome

LONGEST_SUMMARY = 400
LONGEST_TEXT = 1200  # characters of one fact's own text that a model is shown; the fact keeps the whole
MOST_SHOWN = 8  # facts of one look


class Facts:
    """Everything that was seen so far. A fact keeps its id, however often it is seen."""

    def __init__(self, seen: tuple[Evidence, ...]) -> None:
        self._by_name: dict[str, Evidence] = {}
        self._names: dict[str, str] = {}
        for fact in seen:
            self.name(fact)

    def name(self, fact: Evidence) -> str:
        """Return the short id of a fact."""
        if fact.id not in self._names:
            name = f"e{len(self._names) + 1}"
            self._names[fact.id] = name
            self._by_name[name] = fact
        return self._names[fact.id]

    def find(self, name: str) -> Evidence | None:
        """Return the fact of that id, None where there is none."""
        return self._by_name.get(name.strip().strip("[]").lower())

    def told(self) -> str:
        """Return every fact, each on a line with its id."""
        return "\n".join(self._line(fact) for fact in self._by_name.values()) or "nothing yet."

    def seen(self, outcome: Outcome) -> str:
        """Take in what a look brought, and return it as a model is shown it: cut to size, quoted, with ids."""
        head = stripped(outcome.summary or "Nothing was found.", LONGEST_SUMMARY)
        if not outcome.ok:
            return f"The look failed:\n{marked(head)}"
        lines = [self._line(fact) for fact in outcome.evidence[:MOST_SHOWN]]
        if len(outcome.evidence) > MOST_SHOWN:
            lines.append(f"and {len(outcome.evidence) - MOST_SHOWN} more facts, kept and not shown")
        if outcome.missing:
            lines.append(f"What is missing:\n{marked(stripped('; '.join(outcome.missing), LONGEST_SUMMARY))}")
        return "\n".join([marked(head), *lines])

    def _line(self, fact: Evidence) -> str:
        value = "" if fact.value is None else f" = {stripped(str(fact.value), 80)}{fact.unit}"
        said = marked(f"{stripped(fact.summary, LONGEST_SUMMARY)}{value}")  # titles, commits, names: not ours
        line = f"{self.name(fact)} ({fact.source}):\n{said}"
        return f"{line}\n{material(fact.text, fact.source, LONGEST_TEXT)}" if fact.text else line
