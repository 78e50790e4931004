"""What a question about costs is answered with: sentence, table, chart, the exact filters, and where to go on."""

from decimal import Decimal

from agents.costs.plan import Asked, CostPlan
from memory.model.cost import Driver
from memory.model.talk import Chart
from memory.model.value import Index, Moment, Value


class AnswerLine(Value):
    """One line of the table. `cost` is the exact sum; `before` is that of the time compared with.

    `share` is of the whole in its currency, between 0 and 1; `driver` says why, in a question for a reason;
    `count` and `price` belong to a unit cost.
    """

    currency: str
    keys: tuple[str, ...] = ()
    at: Moment | None = None
    cost: Decimal
    before: Decimal | None = None
    share: float | None = None
    driver: Driver | None = None
    rows: Index = 0
    rest: bool = False
    whole: Decimal | None = None
    count: Decimal | None = None
    price: Decimal | None = None


class CostTotal(Value):
    """What everything that was asked for adds up to in one currency."""

    currency: str
    cost: Decimal
    before: Decimal | None = None
    whole: Decimal | None = None  # of which it is a share


class DrillDown(Value):
    """A question to go on with."""

    label: str
    says: str


class BillsKnown(Value):
    """How far the bills reach, and when that was learnt."""

    since: Moment | None = None
    until: Moment | None = None
    imported_at: Moment | None = None
    stale: bool = True
    says: str = ""


class CostAnswer(Value):
    """The answer. `found` is false where the question cannot be asked or nothing of it is in the bills.

    `filters` are the exact conditions in words, `columns` the headings of `AnswerLine.keys`.
    """

    question: str
    asked: Asked = Asked.COST
    found: bool
    sentence: str
    columns: tuple[str, ...] = ()
    lines: tuple[AnswerLine, ...] = ()
    totals: tuple[CostTotal, ...] = ()
    filters: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    buttons: tuple[DrillDown, ...] = ()
    bills: BillsKnown = BillsKnown()
    plan: CostPlan | None = None
