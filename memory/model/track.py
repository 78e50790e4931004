"""How often something worked before, and how likely it is to work again: what a card shows beside a plan."""

from memory.model.value import Identifier, Moment, Value


class Odds(Value):
    """How likely something is to work, and the interval that holds the truth at this `level` of confidence."""

    expected: float
    low: float
    high: float
    level: float = 0.9


class PastFailure(Value):
    """One time it did not work: which tool, and the code of how, `check.failed` where it did not help."""

    run: Identifier
    at: Moment
    tool: Identifier
    why: str


class TrackRecord(Value):
    """What became of the same procedure on the same service. What nobody can tell of counts neither way.

    `procedure` is the runbook's id, or the tools where there is none; `service` is empty where none is named.
    `odds` is None until there is enough history, `failures` are the newest.
    """

    procedure: str
    service: str = ""
    worked: int = 0
    tried: int = 0
    last_at: Moment | None = None
    failures: tuple[PastFailure, ...] = ()
    odds: Odds | None = None
