"""What a further system brings when it is opened, and what it may know while it is."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from bot.savings.service import Savings
from bot.settings import Settings
from memory.clock import Clock
from memory.ids import Ids
from memory.model.catalogue import Catalogue
from memory.model.record import Event
from memory.recall.recalling import Recalling
from memory.store import Store
from tools.billing import CostBook
from tools.contract import Tool
from tools.cost_watching import CostWatchBook

Check = Callable[[], Awaitable[str]]


@dataclass(frozen=True)
class Surroundings:
    """The house as a system finds it."""

    settings: Settings
    catalogue: Catalogue
    store: Store
    clock: Clock
    ids: Ids
    announce: Callable[[Event], None] = lambda _: None  # what happened, to whoever listens
    recall: Recalling | None = None  # the house's memory
    savings: Savings | None = None  # what finds them
    bills: CostBook | None = None  # what was billed
    watched: CostWatchBook | None = None  # what is watched of it
    known: Callable[[str, str], bool] = lambda *_: True  # whether a tenant has somebody of this id


@dataclass(frozen=True)
class Opened:
    """The hands of one system, and how to find out whether it answers. A system not configured has neither."""

    hands: tuple[Tool, ...] = ()
    checks: Mapping[str, Check] = field(default_factory=dict)


Opener = Callable[[Surroundings], AbstractAsyncContextManager[Opened]]
