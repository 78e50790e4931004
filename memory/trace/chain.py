"""Whether an action can be traced to its beginning: effect ← grant ← decision ← run ← interpretation ← message.

Each link is an entry that stands before the action and agrees with the link after it. What is missing or does not
agree is named; nothing is assumed.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

from memory.errors import LogMalformed
from memory.model.approval import Verdict
from memory.model.bodies import (
    Acted,
    Approved,
    Body,
    BrokeGlass,
    Decided,
    EntryKind,
    Granted,
    Interpreted,
    MessageReceived,
    Planned,
    Reference,
    TakenBack,
)
from memory.model.record import Entry, Recorded
from memory.model.value import Value
from memory.trace.graph import CausalGraph, Node

ACTIONS = frozenset({EntryKind.OUTCOME, EntryKind.UNDO})

B = TypeVar("B", bound=Body)


class Chain(Value):
    """What led to one action, by entry index, and what is missing of it."""

    action: Reference
    index: int
    links: tuple[int, ...]
    missing: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Return whether nothing is missing."""
        return not self.missing


def chains(graph: CausalGraph) -> tuple[Chain, ...]:
    """Return the chain of each entry of the graph that tells of an action, in the log's order."""
    nodes = graph.by_subject()
    actions = [each for node in graph.nodes if node.kind in ACTIONS for each in node.entries]
    return tuple(_chain(each, nodes) for each in sorted(actions, key=lambda recorded: recorded.receipt.index))


def _chain(action: Recorded, nodes: dict[str, Node]) -> Chain:
    before = _Before(nodes, action.receipt.index)
    try:
        missing = tuple(dict.fromkeys(_missing(action.entry.told(), before)))
    except LogMalformed as error:
        missing = (error.message,)
    links = tuple(sorted(set(before.links)))
    return Chain(action=action.entry.subject, index=action.receipt.index, links=links, missing=missing)


class _Before:
    """What stands in the log before an action. `links` are the indices of what was found there."""

    def __init__(self, nodes: dict[str, Node], index: int) -> None:
        self._nodes = nodes
        self._index = index
        self.links: list[int] = []

    def find(
        self, subject: str, kind: type[B], fits: Callable[[B], bool] = lambda _: True
    ) -> tuple[Entry, B] | None:
        """Return the newest entry about this that is of this kind and fits, with what it tells."""
        node = self._nodes.get(subject)
        for each in reversed(node.entries) if node else ():
            told = each.entry.told()
            if each.receipt.index < self._index and isinstance(told, kind) and fits(told):
                self.links.append(each.receipt.index)
                return each.entry, told
        return None

    def broke_glass(self, granted: Granted) -> bool:
        """Return whether one of the approvals was a person's who went ahead without those who are missing."""
        uses = [node.subject for node in self._nodes.values() if node.kind is EntryKind.BREAK_GLASS]
        return any(self.find(use, BrokeGlass, lambda told: told.approval in granted.approvals) for use in uses)


def _missing(acted: Body, before: _Before) -> Iterator[str]:
    """Yield what is missing, from the action backwards; raises `LogMalformed`."""
    if not isinstance(acted, Acted):
        yield "an entry that tells of an action"
        return
    if isinstance(acted, TakenBack) and before.find(_effect(acted), Acted, lambda told: told.ok) is None:
        yield _effect(acted)
    planned = before.find(f"run:{acted.run}", Planned)
    if planned is None:
        yield f"run:{acted.run}"
    else:
        yield from _of_plan(*planned, before)
    if acted.grant is not None:
        yield from _of_grant(acted, planned, before)
    elif acted.ok:
        yield f"the grant of {_effect(acted)}, which took effect without one"


def _of_grant(acted: Acted, planned: tuple[Entry, Planned] | None, before: _Before) -> Iterator[str]:
    """Yield what is missing of the grant and what it rests on: policy, and people where it asks for them."""
    granted = before.find(f"grant:{acted.grant}", Granted, lambda told: _is_for(told, acted))
    if granted is None:
        yield f"grant:{acted.grant}"
        return
    decided = before.find(f"decision:{acted.run}", Decided, lambda told: _is_about(told, planned))
    if decided is None:
        yield f"decision:{acted.run}"
        return
    requester = planned[0].actor if planned else ""
    people: set[str] = set()
    for approval in granted[1].approvals:
        yes = before.find(f"approval:{approval}", Approved, lambda told: _agrees(told, decided[1]))
        if yes is None:
            yield f"approval:{approval}"
        else:
            people |= {yes[0].actor} - {requester}
    if len(people) < decided[1].approvals and not before.broke_glass(granted[1]):
        yield f"{decided[1].approvals} approvals by other people, found {len(people)}"


def _of_plan(entry: Entry, planned: Planned, before: _Before) -> Iterator[str]:
    """Yield what is missing between the run and the message it began with."""
    if before.find(f"message:{planned.message}", MessageReceived) is None:
        yield f"message:{planned.message}"
    understood = before.find(f"interpretation:{planned.message}", Interpreted)
    if understood is None:
        yield f"interpretation:{planned.message}"
        return
    if understood[0].actor != entry.actor:
        yield f"interpretation:{planned.message} of the person who asked for the plan"
    for cause in understood[0].causes:
        if not cause.startswith("message:") and before.find(cause, Body) is None:
            yield cause


def _effect(acted: Acted) -> str:
    return f"effect:{acted.run}/{acted.step}"


def _is_for(granted: Granted, acted: Acted) -> bool:
    undo = isinstance(acted, TakenBack)
    return (granted.run, granted.step, granted.undo, granted.call_digest) == (
        acted.run,
        acted.step,
        undo,
        acted.call_digest,
    )


def _is_about(decided: Decided, planned: tuple[Entry, Planned] | None) -> bool:
    return decided.decision != "deny" and planned is not None and decided.plan_digest == planned[1].plan_digest


def _agrees(approved: Approved, decided: Decided) -> bool:
    """Return whether it is a yes to exactly what was decided on."""
    return approved.verdict is Verdict.APPROVE and (approved.run, approved.plan_digest) == (
        decided.run,
        decided.plan_digest,
    )
