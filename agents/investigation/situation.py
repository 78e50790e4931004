"""What an investigation starts from: who calls whom, what was measured, what was changed, what is wrong. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


class Measure(StrEnum):
    """What is measured of a node. Of traffic neither more nor less is worse; of the others more is."""

    LATENCY = "latency"  # seconds a call, on average
    FAILURES = "failures"  # share of calls that fail, 0 to 1
    TRAFFIC = "traffic"  # calls, in any unit that is the same for all nodes
    SATURATION = "saturation"  # use of what is limited, in any unit


SUFFERED = (Measure.LATENCY, Measure.FAILURES)  # what callers feel


class Normal(StrEnum):
    """Where it is known from what is normal."""

    OWN = "own"  # measured on this system while all was well
    BORROWED = "borrowed"  # measured under other traffic: its spread tells something, its level does not
    NONE = "none"  # only what is seen in the window itself


@dataclass(frozen=True)
class Track:
    """One measure of one node: a value for each moment of the situation, None where nothing was measured."""

    values: tuple[float | None, ...]
    normal: tuple[float, ...] = ()


@dataclass(frozen=True)
class Change:
    """Something that was changed at a node: a deploy, a flag, a configuration, a scale, a cost."""

    node: str
    kind: str
    at: float  # unix seconds
    what: str = ""
    id: str = ""


@dataclass(frozen=True)
class Target:
    """What is known to be wrong. Without a measure, whichever is worst."""

    node: str
    measure: Measure | None = None


@dataclass(frozen=True)
class Situation:
    """One window over one system. `calls` are pairs of caller and callee; `times` are unix seconds, in order."""

    times: tuple[float, ...]
    tracks: dict[tuple[str, Measure], Track]
    calls: frozenset[tuple[str, str]]
    normal: Normal = Normal.NONE
    target: Target | None = None
    changes: tuple[Change, ...] = ()
    missing: tuple[str, ...] = ()  # what could not be read, in words
    sources: dict[tuple[str, Measure], str] = field(default_factory=dict)  # ids of evidence, where there are any

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """Return every node that is measured or calls or is called, by name."""
        ends = {end for call in self.calls for end in call}
        return tuple(sorted({name for name, _ in self.tracks} | ends))

    def source(self, node: str, measure: Measure) -> str:
        """Return the id under which a measure of a node is cited."""
        return self.sources.get((node, measure), f"{measure.value}:{node}")

    @cached_property
    def callees(self) -> dict[str, tuple[str, ...]]:
        """Return whom each node calls."""
        return {name: tuple(sorted(b for a, b in self.calls if a == name)) for name in self.nodes}

    @cached_property
    def callers(self) -> dict[str, tuple[str, ...]]:
        """Return by whom each node is called."""
        return {name: tuple(sorted(a for a, b in self.calls if b == name)) for name in self.nodes}

    def downstream(self, start: str) -> Iterator[tuple[str, int]]:
        """Yield what a node leans on with the number of calls between, itself first, nearest first."""
        seen, layer, depth = {start}, [start], 0
        while layer:
            yield from ((name, depth) for name in layer)
            layer = sorted({c for name in layer for c in self.callees.get(name, ())} - seen)
            seen |= set(layer)
            depth += 1
