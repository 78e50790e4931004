"""What carries runs out in this process: with a server a durable engine and a node among others, else neither."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version

from bot.nodes import NodeBook
from bot.settings import EngineKind, Settings
from bot.telemetry import Metrics
from memory.clock import Clock
from memory.ids import Ids
from memory.model.node import Node
from memory.store import Store
from runbooks.engine import DurableEngine, Queue
from runbooks.engine.durable import EngineOnDbos
from runbooks.engine.inside import EngineInside
from runbooks.engine.leadership import Leadership
from runbooks.engine.live import LiveNode
from runbooks.engine.membership import EMBEDDED, SHARED, Membership
from runbooks.engine.port import Carrier
from runbooks.engine.reaper import Reaper

DRAIN_S = 10.0
TENDING = "tending"


@dataclass(frozen=True)
class Running:
    """The engine, and this node where it is one."""

    engine: DurableEngine
    nodes: NodeBook
    membership: Membership | None = None
    leadership: Leadership | None = None
    live: LiveNode | None = None

    @asynccontextmanager
    async def working(self, carrier: Carrier) -> AsyncIterator[None]:
        """Carry runs out; at the end let them come to a safe point, and hand over what is not finished."""
        if self.live is None:
            await self.engine.launch(carrier)
            yield
            return
        async with self.live.living(carrier):
            try:
                yield
            finally:
                await self.live.drain(DRAIN_S)

    async def leads(self, office: str, lasts_s: float) -> bool:
        """Return whether this node is to do what one node does for all."""
        return self.leadership is None or await self.leadership.lead(office, lasts_s) is not None


def running(
    settings: Settings,
    store: Store,
    metrics: Metrics,
    queues: tuple[Queue, ...],
    clock: Clock,
    ids: Ids,
    *,
    serving: bool,
) -> Running:
    """Return what carries runs out; nothing is carried out yet."""
    nodes = NodeBook(store, settings.tenant, metrics)
    if not serving or settings.engine is EngineKind.INSIDE:
        return Running(EngineInside(queues), nodes)
    embedded = settings.database().startswith("sqlite")
    address = f"sqlite:///{settings.home / 'engine.db'}" if embedded else settings.database()
    rhythm = EMBEDDED if embedded else SHARED
    about = Node(
        id="node",
        tenant=settings.tenant,
        address=settings.url(),
        version=version("quarterdeck"),
        capacity=sum(queue.concurrency for queue in queues),
        started_at=clock.now(),
    )
    membership: Membership
    engine = EngineOnDbos(address, settings.tenant, lambda: membership.name, queues)
    membership = Membership(store, clock, ids, about, lambda: engine.load, rhythm=rhythm)
    leadership = Leadership(store, membership)
    reaper = Reaper(store, engine, membership, leadership, rhythm)
    return Running(engine, nodes, membership, leadership, LiveNode(engine, membership, leadership, reaper, rhythm))
