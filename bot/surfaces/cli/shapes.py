"""What the REST surface answers with, where the domain has no word of its own for it."""

from memory.model.record import Recorded
from memory.model.run import Run
from memory.model.talk import Card
from memory.model.value import Value


class PlanView(Value):
    """A plan: its record, and the card as this person sees it."""

    run: Run
    card: Card


class Plans(Value):
    """Some plans, newest first."""

    items: tuple[Run, ...]
    next_cursor: str | None = None


class Log(Value):
    """Some entries of the log, newest first."""

    items: tuple[Recorded, ...]
    next_cursor: str | None = None


class ReadyPart(Value):
    """One part of the house, and whether it works."""

    name: str
    ok: bool
    detail: str = ""
    vital: bool = True


class ReadyReport(Value):
    """Whether questions can be answered, part by part."""

    parts: tuple[ReadyPart, ...] = ()
