"""What flows through the graph of a turn, and what of it stays in the checkpoint.

Only `memory` and `before` stay: plain JSON, a few kilobytes. The rest lives as long as the turn and is never
written down, so a pause loses it; what runs after a pause begins at `recall` again.
"""

from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from langgraph.channels import UntrackedValue

from agents.answer import Answer
from agents.inquiry.port import Inquiry
from agents.ports import Journal, Observer, Plans, Proposer, Turn, Understanding
from agents.procedures import Asked, Procedures
from agents.recollection import Recollection
from memory.clock import Clock
from memory.model.catalogue import Catalogue
from memory.model.intent import Intent
from memory.model.plan import Call
from memory.model.value import Identifier, Value
from tools.contract import Capability


class Wish(Value):
    """What is about to be proposed."""

    goal: str
    calls: tuple[Call, ...]
    evidence: tuple[Identifier, ...] = ()


class State(TypedDict, total=False):
    """The channels. `before` is what `memory` was when the last turn began, in case that turn is taken again."""

    memory: dict[str, Any]
    before: dict[str, Any]
    heard: Annotated[str, UntrackedValue]
    recollection: Annotated[Recollection, UntrackedValue]
    intent: Annotated[Intent, UntrackedValue]
    procedure: Annotated[Asked, UntrackedValue]
    wish: Annotated[Wish, UntrackedValue]
    simulated: Annotated[bool, UntrackedValue]
    asked: Annotated[int, UntrackedValue]  # how often a model was asked what the words mean
    answer: Annotated[Answer, UntrackedValue]


@dataclass(frozen=True)
class Desk:
    """What every node may use: the turn and the ports. No port here can act."""

    turn: Turn
    understanding: Understanding
    journal: Journal
    observer: Observer
    proposer: Proposer
    plans: Plans
    clock: Clock
    catalogue: Catalogue
    capabilities: dict[str, Capability]
    procedures: Procedures | None = None  # None: there are no runbooks
    inquiry: Inquiry | None = None  # None: our own rules alone look into what is wrong
