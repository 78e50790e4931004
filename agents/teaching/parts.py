"""What a replay finds of each set of cases: how many are right before and after, and what changed. Values only."""

from agents.model.trial import wilson
from memory.model.value import Value

SHOWN = 20  # of each list in a report
FEWEST_MATCHED = 10  # newer turns of a model, below which nothing is said of it


class Reading(Value):
    """One case that is read otherwise: the tool before and after, empty for none."""

    phrasing: str
    wanted: str
    before: str
    after: str


class Part(Value):
    """One set of cases: how many, how many were and are read right, and how often an action was read wrongly."""

    cases: int
    right_before: int
    right_after: int
    false_actions_before: int
    false_actions_after: int
    gained: tuple[Reading, ...] = ()
    lost: tuple[Reading, ...] = ()
    new_false_actions: tuple[Reading, ...] = ()


NONE = Part(cases=0, right_before=0, right_after=0, false_actions_before=0, false_actions_after=0)


class Share(Value):
    """How many readings were right, of how many."""

    model: str
    right: int
    of: int


class Matched(Value):
    """How often the model was right that is asked first, with the weights of before and with those of after."""

    before: Share
    after: Share

    def against(self) -> str:
        """Return why the order should stay as it is, in a sentence; empty where the gain is not by chance."""
        if self.before.model == self.after.model:
            return "the same model would be asked first"
        if min(self.before.of, self.after.of) < FEWEST_MATCHED:
            return f"each of both models needs {FEWEST_MATCHED} newer turns, and one has fewer"
        low, _ = wilson(self.after.right, self.after.of)
        if low <= self.before.right / self.before.of:
            return "no gain can be told from chance"
        return ""


class Replay(Value):
    """What lessons would change: of their own words, of past turns that are none of theirs, of all phrasings.

    `runbooks` counts newer turns whose words left the runbook open, right where what people took stands first;
    `models` is None where no lesson is about a model.
    """

    lessons: Part = NONE
    turns: Part = NONE
    phrasings: Part = NONE
    runbooks: Part = NONE
    models: Matched | None = None

    def against(self) -> str:
        """Return why the lessons may not be put in use, in a sentence; empty where they may."""
        parts = (self.lessons, self.turns, self.phrasings)
        if any(part.new_false_actions for part in parts):
            return "an action would be read where none was meant"
        if any(part.lost or part.right_after < part.right_before for part in parts):
            return "something that is understood now would no longer be"
        if self.runbooks.right_after < self.runbooks.right_before:
            return "what people take would stand first less often"
        if self.models is not None and self.models.against():
            return self.models.against()
        better = any(part.gained for part in parts) or self.runbooks.right_after > self.runbooks.right_before
        return "" if better or self.models is not None else "nothing would be understood better"
