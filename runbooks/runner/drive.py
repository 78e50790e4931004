"""What drives a runner: its engine, the nodes beside it, what paces it, and how it waits."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from runbooks.engine import DurableEngine
from runbooks.engine.hooks import Pacing, Unpaced
from runbooks.engine.inside import EngineInside
from runbooks.engine.peers import Peers

Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Drive:
    """By default a runner works inside its process, alone, as fast as it can."""

    engine: DurableEngine = field(default_factory=EngineInside)
    peers: Peers | None = None
    pacing: Pacing = field(default_factory=Unpaced)
    pause: Pause = asyncio.sleep
