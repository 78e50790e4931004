"""Turns in this process, checkpointed; and the floor: a graph that does nothing, with the same saver."""

from itertools import count
from pathlib import Path
from typing import TypedDict

from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph

from agents.checkpoints import open_checkpointer
from bot.settings import Settings
from bot.wiring import assembled
from memory.clock import SystemClock
from memory.model.people import Surface
from memory.model.talk import Message
from tests.bench.timing import Timing, timed

QUESTIONS = ("what can you do?", "which plans wait?", "hello", "who owns payments?")
WARM, COUNT = 40, 400
TURNS_IN_A_THREAD = 8


async def turns(settings: Settings) -> Timing:
    """Time turns that need nothing from outside, eight in a conversation."""
    clock, numbers = SystemClock(), count()
    async with assembled(settings) as house:
        person = house.directory.person(settings.tenant, "alice")

        async def say(number: int) -> None:
            message = Message(
                id=f"msg_{next(numbers)}",
                tenant=settings.tenant,
                thread=f"thr_{number // TURNS_IN_A_THREAD}",
                sender=person.id,
                surface=Surface.REST,
                text=QUESTIONS[number % len(QUESTIONS)],
                at=clock.now(),
            )
            await house.desk.say(message, person)

        return await timed(say, warm=WARM, count=COUNT)


class Nothing(TypedDict):
    """A state with one field."""

    text: str


async def bare_graph(folder: Path) -> Timing:
    """Time a graph of one node that does nothing, checkpointed as ours is."""
    async with open_checkpointer(f"sqlite:///{folder / 'floor.db'}", folder) as saver:
        builder = StateGraph(Nothing)
        builder.add_node("nothing", _nothing)
        builder.add_edge(START, "nothing")
        builder.add_edge("nothing", END)
        graph = builder.compile(checkpointer=saver)

        async def invoke(number: int) -> None:
            where = RunnableConfig(configurable={"thread_id": f"thr_{number // TURNS_IN_A_THREAD}"})
            await graph.ainvoke({"text": "hello"}, where, durability="exit")

        return await timed(invoke, warm=WARM, count=COUNT)


async def _nothing(state: Nothing) -> Nothing:
    return state
