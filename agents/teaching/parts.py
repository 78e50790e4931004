"""What a replay finds of one set of cases: how many are right before and after, and which changed. Values only."""

from memory.model.value import Value

SHOWN = 20  # of each list in a report


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
