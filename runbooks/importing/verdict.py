"""What is thought of a command: its effect, why, and whether all of it is known. Pure."""

from collections.abc import Sequence

from memory.model.plan import Effect
from memory.model.value import Value
from runbooks.importing import verbs

_RANK = (Effect.READ, Effect.WRITE, Effect.EGRESS, Effect.DESTRUCTIVE)


class Verdict(Value):
    """What a command does to the world, and why that is thought. `known`: each of its parts is in a table."""

    effect: Effect
    why: str
    known: bool = True


READS = Verdict(effect=Effect.READ, why="it only looks")


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the verdict that decides over several parts; nothing at all is a read."""
    top = max(verdicts, key=lambda each: (_RANK.index(each.effect), not each.known), default=READS)
    return top.model_copy(update={"known": all(each.known for each in verdicts)})


def by_words(words: Sequence[str]) -> list[Verdict]:
    """Return a verdict for each word that means the end of something, whatever the program is."""
    bad = [each for each in words if each.lower().lstrip("-") in verbs.DESTROYING | verbs.DESTROYERS]
    return [Verdict(effect=Effect.DESTRUCTIVE, why=f"it says {each}", known=False) for each in bad]


def unknown(why: str) -> Verdict:
    """Return the verdict on what is not known: it changes things."""
    return Verdict(effect=Effect.WRITE, why=f"{why}, so it is taken to change things", known=False)
