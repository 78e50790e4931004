"""The turns that are being taken: listeners hear an answer grow, and whoever asked may stop it, from any process.

What is stopped ends at once, the provider's request too; what stands by then is the answer. Nothing is proposed of
what was stopped.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

import structlog

from agents.answer import Answer, AnswerKind
from agents.ports import Turn
from agents.waiting import STOPPED, Stop, Waiting, waited_for
from memory.bus import Bus
from memory.clock import Clock
from memory.errors import QuarterdeckError
from memory.model.intent import Intent, IntentKind
from memory.model.people import Surface
from memory.model.record import Event, Topic
from memory.model.value import Moment

LOOKS_EVERY_S: Final = 0.5  # whether somebody stopped it by way of another process
LONGEST: Final = 20_000  # characters of what is told of an answer that grows
_WORDS: Final = frozenset(
    {"stop", "stop it", "stop that", "stop please", "please stop", "cancel", "cancel that", "abort"}
)
_Key = tuple[str, str, str]  # tenant, thread, person

_log = structlog.get_logger(__name__)


class Stops(Protocol):
    """Tells all processes who stopped what; as `memory.store.turn_stops.TurnStops`."""

    async def ask(self, tenant: str, thread: str, person: str, at: Moment) -> None:
        """Have what this person asked in a thread until now stopped."""

    async def asked(self, tenant: str, thread: str, person: str, since: Moment) -> bool:
        """Return whether that was asked since a moment."""


class UnderWay:
    """The turns of this process, and the way to those of others."""

    def __init__(self, stops: Stops, bus: Bus, clock: Clock) -> None:
        self._stops = stops
        self._bus = bus
        self._clock = clock
        self._turns: dict[_Key, set[Stop]] = {}
        self._looking: set[asyncio.Task[None]] = set()

    def takes(self, tenant: str, thread: str, person: str) -> bool:
        """Return whether a turn of this person's is being taken here."""
        return (tenant, thread, person) in self._turns

    async def stop(self, tenant: str, thread: str, person: str) -> None:
        """Stop what this person asked in a thread, wherever it is being answered; raises `StoreUnavailable`."""
        here = self._turns.get((tenant, thread, person))
        if here is None:
            await self._stops.ask(tenant, thread, person, self._clock.now())
            return
        for each in tuple(here):
            each.press()

    @contextmanager
    def taking(self, turn: Turn) -> Iterator[None]:
        """Let a turn be heard and stopped as long as the block lasts."""
        key, stop = (turn.message.tenant, turn.message.thread, turn.principal.id), Stop()
        self._turns.setdefault(key, set()).add(stop)
        looks = asyncio.get_running_loop().call_later(LOOKS_EVERY_S, self._look, key, stop, self._clock.now())
        try:
            with waited_for(Waiting(stop, self._telling(turn), listens=turn.message.surface is not Surface.VOICE)):
                yield
        finally:
            looks.cancel()
            stop.over = True
            self._turns[key].discard(stop)
            if not self._turns[key]:
                del self._turns[key]

    def _telling(self, turn: Turn) -> "_Telling":
        return _Telling(turn, self._bus, self._clock)

    def _look(self, key: _Key, stop: Stop, since: Moment) -> None:
        task = asyncio.create_task(self._watch(key, stop, since))
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)

    async def _watch(self, key: _Key, stop: Stop, since: Moment) -> None:
        """Look whether somebody stopped this elsewhere, until it is over."""
        while not stop.over and not stop.pressed:
            try:
                if await self._stops.asked(*key, since):
                    stop.press()
                    return
            except QuarterdeckError as error:
                _log.info("turn.stops_unknown", code=error.code)
            await asyncio.sleep(LOOKS_EVERY_S)


class _Telling:
    """Tells listeners of a turn how far its answer is."""

    def __init__(self, turn: Turn, bus: Bus, clock: Clock) -> None:
        self._turn = turn
        self._bus = bus
        self._clock = clock
        self._number = 0

    def __call__(self, text: str) -> None:
        self._number += 1
        message = self._turn.message
        self._bus.publish(
            Event(
                topic=Topic.GROWTH,
                tenant=message.tenant,
                thread=message.thread,
                correlation=self._turn.correlation,
                at=self._clock.now(),
                body={
                    "message": message.id,
                    "sender": message.sender,
                    "number": self._number,
                    "text": text[:LONGEST],
                },
            )
        )


def says_stop(text: str) -> bool:
    """Return whether these words say no more than to stop."""
    return " ".join(text.lower().strip(" .!").split()) in _WORDS


async def stopped(turn: Turn) -> Answer:
    """Answer whoever said to stop."""
    intent = Intent(text=turn.message.text, kind=IntentKind.SMALLTALK, reply=STOPPED)
    return Answer(kind=AnswerKind.SMALLTALK, text=STOPPED, intent=intent)
