"""The interpreter with and without lessons: what a replay needs of the house, and what puts lessons in use."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from agents.interpreter.elsewhere import CHATTER, NOT_OURS
from agents.interpreter.interpreter import Interpreter
from agents.interpreter.learning import texts
from agents.interpreter.vectors import Remembering
from agents.teaching.lessons import teachable
from agents.teaching.parts import Replay
from agents.teaching.replay import Case, cases_of, replay
from agents.teaching.turns import PastTurn, Said
from memory.embedding import Embedder
from memory.model.catalogue import Catalogue
from memory.model.plan import Effect
from memory.model.teaching import Subject, Teaching
from tools.contract import Capability


class Learner(Protocol):
    """What understands. `agents.understanding.EmbeddedUnderstanding` is one."""

    embedder: Embedder
    interpreter: Interpreter

    def taught(self, phrasings: Sequence[tuple[str, str]], embedder: Embedder | None = None) -> Interpreter:
        """Return an interpreter that learned these besides, each with its tool."""


class Trying:
    """Tries lessons on a house's own interpreter. Takes seconds, and belongs in a thread."""

    def __init__(self, learner: Learner, capabilities: Sequence[Capability], catalogue: Catalogue) -> None:
        self._learner = learner
        self._actions = frozenset(each.name for each in capabilities if each.effect is not Effect.READ)
        shipped = [(example, each.name) for each in capabilities for example in each.examples]
        elsewhere = [(said, "") for said in (*NOT_OURS, *CHATTER)]
        self._catalogue = catalogue
        self._texts = texts(capabilities)
        self._shipped = cases_of([*shipped, *elsewhere], catalogue)
        self.offered = frozenset(each.name for each in capabilities)

    @property
    def phrasing(self) -> Callable[[str], str]:
        """Return what puts gaps in place of the names and values of a message."""
        return self._learner.interpreter.phrasing

    def compared(self, wanted: Sequence[Teaching], used: Sequence[Teaching], turns: Iterable[PastTurn]) -> Replay:
        """Return what the wanted lessons change on top of those in use."""
        vectors = Remembering(self._learner.embedder, self._texts)
        return replay(
            before=self._learner.taught(pairs(used), vectors).interpret,
            after=self._learner.taught(pairs((*used, *wanted)), vectors).interpret,
            lessons=cases_of(pairs(wanted), self._catalogue),
            turns=[case for turn in turns if (case := self._case(turn)) is not None],
            phrasings=(*self._shipped, *cases_of(pairs(used), self._catalogue)),
            actions=self._actions,
        )

    def use(self, used: Sequence[Teaching]) -> None:
        """Have messages understood with these lessons, and no others, from now on."""
        self._learner.interpreter = self._learner.taught(pairs(used))

    def shown(self, text: str) -> str:
        """Return a message as a report may show it: with gaps, or not at all."""
        return teachable(text, self.phrasing) or "(words that are not kept)"

    def _case(self, turn: PastTurn) -> Case | None:
        """Return a turn whose outcome is known as a case, None for one that says nothing alone."""
        if turn.said is Said.NOTHING or not turn.tool or turn.leans:
            return None
        shown = teachable(turn.text, self.phrasing)
        if not shown:
            return None
        return Case(said=turn.text, shown=shown, tool=turn.tool, never=turn.said is Said.WRONG)


def pairs(teachings: Iterable[Teaching]) -> list[tuple[str, str]]:
    """Return what lessons about words teach, in an order of their own, whichever was accepted first."""
    return sorted((each.phrasing, each.tool) for each in teachings if each.subject is Subject.WORDS)
