"""One turn as a graph: recall, interpret, look, then answer, ask back, or submit a plan; remember.

    recall → interpret ─┬→ observe ────────┬→ remember
                 ↑      ├→ answer ─────────┤
                 │      ├→ plan → submit ──┘
                 └──────┴→ ask → listen (pauses; what is said next goes on at recall)

It pauses only to ask the person something. A plan never waits here: it is submitted and waits on its own.
"""

import asyncio
from dataclasses import replace

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command
from langsmith import tracing_context

from agents.answer import Answer, AnswerKind
from agents.inquiry.port import Inquiry
from agents.locks import ThreadLocks
from agents.model.question import Asker, on_behalf_of
from agents.nodes.asking import ask, listen
from agents.nodes.following import follow
from agents.nodes.interpreting import answer, interpret, way
from agents.nodes.observing import observe
from agents.nodes.proposing import plan, planned, submit
from agents.nodes.recalling import recall, remember
from agents.ports import Journal, Observer, Plans, Proposer, Turn, Understanding
from agents.procedures import Procedures
from agents.recollection import recollected
from agents.state import Desk, State
from agents.tone import Tone, toned
from agents.waiting import Waiting, waited_for, waiting
from memory.clock import Clock
from memory.ids import derived
from memory.model.catalogue import Catalogue
from tools.contract import Capability


class Thinker:
    """Takes turns. What a thread remembers is one person's: nobody follows up on what was said to another.

    `checkpointer` keeps it; give one that keeps a thread's last checkpoint only (`agents.checkpoints`). `models_s`
    is how long all language models together may take in one turn, in seconds.
    """

    def __init__(  # noqa: PLR0913  # the ports of a turn
        self,
        *,
        understanding: Understanding,
        journal: Journal,
        observer: Observer,
        proposer: Proposer,
        plans: Plans,
        clock: Clock,
        catalogue: Catalogue,
        capabilities: tuple[Capability, ...],
        checkpointer: BaseCheckpointSaver[str],
        procedures: Procedures | None = None,
        inquiry: Inquiry | None = None,
        models_s: float = 20.0,
        tone: Tone = Tone.PLAIN,
    ) -> None:
        self._understanding = understanding
        self._journal = journal
        self._observer = observer
        self._proposer = proposer
        self._plans = plans
        self._clock = clock
        self._catalogue = catalogue
        self._capabilities = {capability.name: capability for capability in capabilities}
        self.procedures = procedures
        self._inquiry = inquiry
        self._models_s = models_s
        self._tone = tone
        self._checkpointer = checkpointer
        self._graph = _drawn().compile(checkpointer=checkpointer, name="turn")
        self._locks = ThreadLocks()

    async def take(self, turn: Turn) -> Answer:
        """Answer one message. The same message taken again is answered from where it began.

        Raises `InvalidInput` for what is no message, `StoreUnavailable` when what was said before cannot be read.
        """
        message = turn.message
        thread = derived("talk", message.tenant, message.thread, turn.principal.id)
        async with self._locks.hold(thread):
            with (
                on_behalf_of(self._asker(turn)),
                waited_for(self._waiting()),
                tracing_context(enabled=False),
            ):  # a variable of the environment must not send talks elsewhere
                return await self._taken(turn, thread)

    async def forget(self, tenant: str, thread: str, person: str) -> None:
        """Forget what one person's part in a thread left behind, once no turn of it is being taken."""
        talk = derived("talk", tenant, thread, person)
        async with self._locks.hold(talk):
            await self._checkpointer.adelete_thread(talk)

    async def _taken(self, turn: Turn, thread: str) -> Answer:
        message = turn.message
        config: RunnableConfig = {"configurable": {"thread_id": thread}}
        state = await self._graph.aget_state(config)
        again = recollected(state.values.get("memory")).message == message.id
        paused = bool(state.interrupts) and not again
        entry: State | Command[str] = Command(resume=message.text) if paused else {"heard": message.text}
        output = await self._graph.ainvoke(
            entry, config, context=self._desk(turn), durability="exit", output_keys=["answer"], version="v2"
        )
        found: Answer = output.value["answer"]
        return found.model_copy(update={"text": toned(found.kind, found.text, self._tone)})

    def _desk(self, turn: Turn) -> Desk:
        return Desk(
            turn=turn,
            understanding=self._understanding,
            journal=self._journal,
            observer=self._observer,
            proposer=self._proposer,
            plans=self._plans,
            clock=self._clock,
            catalogue=self._catalogue,
            capabilities=self._capabilities,
            procedures=self.procedures,
            inquiry=self._inquiry,
        )

    def _waiting(self) -> Waiting:
        """Return who waits for this turn's answer, told of it in the tone of the whole."""
        who = waiting()
        return replace(who, tell=lambda text: who.tell(toned(AnswerKind.ANSWER, text, self._tone)))

    def _asker(self, turn: Turn) -> Asker:
        """Return on whose behalf models are asked in a turn, and until when all of them together may take."""
        return Asker(
            tenant=turn.message.tenant,
            correlation=turn.correlation,
            person=turn.principal.id,
            roles=frozenset(turn.principal.roles),
            until=asyncio.get_running_loop().time() + self._models_s,
        )


def _drawn() -> StateGraph[State, Desk]:
    graph = StateGraph(State, context_schema=Desk)
    graph.add_node(recall)
    graph.add_node(interpret)
    graph.add_node(observe)
    graph.add_node(answer)
    graph.add_node(ask)
    graph.add_node(listen)
    graph.add_node(follow)
    graph.add_node(plan)
    graph.add_node(submit)
    graph.add_node(remember)
    graph.add_edge(START, "recall")
    graph.add_edge("recall", "interpret")
    graph.add_conditional_edges("interpret", way, ["observe", "answer", "ask", "plan", "follow"])
    graph.add_conditional_edges("plan", planned, ["submit", "remember"])
    graph.add_edge("ask", "listen")
    graph.add_edge("listen", "recall")
    for last in ("observe", "answer", "follow", "submit"):
        graph.add_edge(last, "remember")
    graph.add_edge("remember", END)
    return graph
