"""The causal graph of some entries: what they are about, and what each followed from.

A cause stands in the log before its effect, so the order of the log is an order of the graph, and a circle of
causes can only come of a log that was made up: it is refused.
"""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from memory.errors import LogMalformed
from memory.model.bodies import EntryKind, Reference
from memory.model.record import Entry, Recorded
from memory.model.value import Value


class Node(Value):
    """One thing the log tells of, with every entry about it: a turn that was taken again was recorded again.

    `effects` are the things that followed from it, `causes` those it followed from, each in the log's order.
    """

    subject: Reference
    entries: tuple[Recorded, ...]
    causes: tuple[Reference, ...] = ()
    effects: tuple[Reference, ...] = ()

    @property
    def first(self) -> Entry:
        """Return the first entry about it."""
        return self.entries[0].entry

    @property
    def kind(self) -> EntryKind:
        """Return what it is."""
        return self.first.kind

    @property
    def index(self) -> int:
        """Return where the log first tells of it."""
        return self.entries[0].receipt.index


class Dangling(Value):
    """A cause that no entry at hand is about, and what names it."""

    subject: Reference
    cause: Reference


class CausalGraph(Value):
    """Things in the log's order, those that followed from nothing at hand, and causes that are missing."""

    nodes: tuple[Node, ...]
    roots: tuple[Reference, ...]
    dangling: tuple[Dangling, ...]

    def by_subject(self) -> dict[str, Node]:
        """Return the nodes by what they are about."""
        return {node.subject: node for node in self.nodes}

    def depths(self) -> dict[str, int]:
        """Return how many causes lie between each thing and the farthest root above it."""
        causes = {node.subject: node.causes for node in self.nodes}
        depths: dict[str, int] = {}
        for subject in _ordered(causes):
            depths[subject] = max((depths[cause] + 1 for cause in causes[subject]), default=0)
        return depths


def causal_graph(entries: Iterable[Recorded], rests_on: Iterable[tuple[str, str]] = ()) -> CausalGraph:
    """Return the graph of these entries; raises `LogMalformed` where something is its own cause.

    `rests_on` adds causes that a body tells of in another way: pairs of an effect and its cause.
    """
    by_subject: dict[str, list[Recorded]] = {}
    for each in sorted(entries, key=lambda recorded: recorded.receipt.index):
        by_subject.setdefault(each.entry.subject, []).append(each)
    named = {subject: _named(told) for subject, told in by_subject.items()}
    for effect, cause in rests_on:
        named[effect] = tuple(dict.fromkeys((*named[effect], cause)))
    causes = {
        subject: tuple(sorted((c for c in of if c in by_subject), key=lambda c: by_subject[c][0].receipt.index))
        for subject, of in named.items()
    }
    _ordered(causes)
    effects: dict[str, list[str]] = {subject: [] for subject in by_subject}
    for subject, of in causes.items():
        for cause in of:
            effects[cause].append(subject)
    nodes = tuple(
        Node(subject=subject, entries=tuple(told), causes=causes[subject], effects=tuple(effects[subject]))
        for subject, told in by_subject.items()
    )
    return CausalGraph(
        nodes=nodes,
        roots=tuple(node.subject for node in nodes if not node.causes),
        dangling=tuple(
            Dangling(subject=subject, cause=cause)
            for subject, of in named.items()
            for cause in of
            if cause not in by_subject
        ),
    )


def _named(told: Iterable[Recorded]) -> tuple[str, ...]:
    """Return every cause that entries about one thing name, once."""
    return tuple(dict.fromkeys(cause for each in told for cause in each.entry.causes))


def _ordered(causes: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    try:
        return tuple(TopologicalSorter(causes).static_order())
    except CycleError as error:
        circle = " ← ".join(error.args[1])
        raise LogMalformed(f"expected causes that come before their effects, found {circle}") from None
