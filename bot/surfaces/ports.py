"""What the composition root gives to every web surface."""

import asyncio
from dataclasses import dataclass, field

from bot.pictures import Pictures
from bot.surfaces.desk import Desk, Doorkeeper
from bot.telemetry import Metrics
from memory.clock import Clock
from memory.ids import Ids


@dataclass(frozen=True)
class Ports:
    """The desk and the doorkeeper, and what it takes to serve them. `closing` ends every live connection."""

    desk: Desk
    doorkeeper: Doorkeeper
    clock: Clock
    ids: Ids
    pictures: Pictures = field(default_factory=Pictures)
    metrics: Metrics = field(default_factory=Metrics)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
