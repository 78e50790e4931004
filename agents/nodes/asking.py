"""Asking something back: the question goes out and is kept, then the turn pauses until the person speaks again.

Two nodes, because a node runs again from its top when the pause ends: the one that pauses does nothing else.
"""

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agents.answer import Answer, AnswerKind
from agents.nodes.recalling import kept
from agents.state import Desk, State
from memory.model.talk import Button, ButtonAction


async def ask(state: State, runtime: Runtime[Desk]) -> State:
    """Put the question, with a button for each choice."""
    intent = state["intent"]
    buttons = tuple(Button(label=c.label, action=ButtonAction.SAY, value=c.says) for c in intent.choices)
    question = Answer(kind=AnswerKind.CLARIFY, text=intent.question, intent=intent, buttons=buttons)
    return {"answer": question, **kept(runtime.context, state["recollection"], question)}


async def listen(state: State) -> State:  # noqa: ARG001  # every node is given the state
    """Pause. Whatever is said next wakes it, be it an answer or something else; `interpret` tells which."""
    heard: str = interrupt("question")
    return {"heard": heard}
