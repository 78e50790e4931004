"""Environments: the catalogue's own names, and what people call them everywhere. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from agents.interpreter.slots.mention import Line, Mention
from agents.interpreter.slots.names import NameIndex
from tools.contract import Slot

FAMILIES = (
    frozenset({"production", "prod", "prd", "live"}),
    frozenset({"staging", "stage", "stg", "stag", "preprod", "preproduction", "uat"}),
    frozenset({"development", "dev", "devel"}),
    frozenset({"test", "testing", "qa", "tst"}),
    frozenset({"canary"}),
    frozenset({"sandbox", "sbx"}),
)
DOUBLE_MEANING = frozenset({"live", "test", "testing", "stage", "stag", "canary"})
BEFORE = frozenset({"in", "on", "to", "at", "from", "into", "onto", "for", "of"})
AFTER = frozenset({"environment", "env", "cluster"})


def phrases(environments: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return each environment with its other names. A name the catalogue itself uses stands for itself alone."""
    known = tuple(environments)
    taken = {name.lower() for name in known}
    return {name: tuple(sorted(_family(name.lower()) - taken)) for name in known}


def _family(name: str) -> frozenset[str]:
    return next((family for family in FAMILIES if name in family), frozenset())


def foreign(line: Line, index: NameIndex) -> Iterator[Mention]:
    """Yield the environments that are named with their usual name and that the catalogue does not have."""
    known = {word for name, spoken in phrases(index.names).items() for word in (name.lower(), *spoken)}
    for word in line.words:
        if word.lower not in known and _family(word.lower):
            yield line.mention(Slot.ENVIRONMENT, None, (word.start, word.end))


def is_meant(line: Line, mention: Mention) -> bool:
    """Return whether the words name an environment here: "live" and "test" are also plain English."""
    if mention.quote.lower() not in DOUBLE_MEANING:
        return True
    return (
        line.word_before(mention.start) in BEFORE
        or line.word_after(mention.end) in AFTER
        or line.text.strip().lower() == mention.quote.lower()
    )
