"""Systems with a known fault: who calls whom, and what one fault does to what is measured of every node.

Calls are counted, waiting and failing go from callee to caller as they would (called in turn or at once, awaited
or not, failures absorbed or not), and what is measured is noisy. Nothing here knows how an investigation works.
"""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from agents.investigation.situation import Change, Measure, Normal, Situation, Target, Track

STEP_S = 60.0
START = 1_750_000_000.0
ENTRY = "n00"
BELOW_ENTRY = 0.9  # of the faults are somewhere else than where calls come in
FULL = 0.97  # of a capacity: beyond it calls fail
FELT_LATENCY = 0.15  # slower at the entry, or
FELT_FAILURES = 0.01  # more of its calls failing


class Fault(StrEnum):
    """What is wrong, if anything."""

    LATENCY = "latency"
    ERRORS = "errors"
    SATURATION = "saturation"
    DEPLOY = "bad deploy"
    FLAG = "bad flag"
    CONFIG = "config change"
    CRASH = "dependency down"
    OUTSIDE = "outage outside the graph"
    SURGE = "surge of traffic"
    NOTHING = "nothing wrong"


@dataclass(frozen=True)
class Call:
    """One caller's use of one callee: calls for each of its own, whether it waits, and what failing does to it."""

    to: str
    times: float
    awaited: bool = True
    together: bool = False
    felt: float = 1.0  # share of the callee's failures that fail the caller, too


@dataclass(frozen=True)
class Node:
    """What a node is like when all is well."""

    latency: float
    failures: float
    busy: float  # share of its capacity in use at the usual traffic
    calls: tuple[Call, ...] = ()


System = dict[str, Node]


@dataclass(frozen=True)
class Injected:
    """One fault at one node: how many times slower it is, how many more of its calls fail, and so on."""

    fault: Fault
    node: str
    slower: float = 1.0
    failing: float = 0.0
    traffic: float = 1.0
    capacity: float = 1.0  # share of it that is left
    cut: str = ""  # a callee that is no longer reached
    down: bool = False  # it answers nothing, and so nothing is measured of it


@dataclass(frozen=True)
class World:
    """A situation and what is truly wrong with it; `cause` is empty where nothing is."""

    name: str
    topology: str
    fault: Fault
    situation: Situation
    cause: str


@dataclass
class Sample:
    """What is measured of every node in one minute."""

    traffic: dict[str, float] = field(default_factory=dict)
    latency: dict[str, float] = field(default_factory=dict)
    failures: dict[str, float] = field(default_factory=dict)
    busy: dict[str, float] = field(default_factory=dict)


def systems() -> dict[str, Callable[[random.Random], System]]:
    """Return how to draw a system, by the name of its shape."""
    return {"chain": _chain, "fan-out": _fan_out, "layers": _layers, "shared store": _shared, "random": _random}


def world(seed: int, topology: str, fault: Fault, *, window: int, normal: int) -> World:
    """Return one world: `window` samples in which the fault begins, `normal` ones of other times without it."""
    drawn = random.Random(f"{seed}/{topology}/{fault}/{window}/{normal}")  # noqa: S311  # a simulation
    rate = math.exp(drawn.uniform(math.log(40), math.log(4000)))
    system, injected = _felt_fault(drawn, systems()[topology], rate, fault)
    begins = drawn.randrange(max(1, window // 4), max(2, window // 2))
    lasts = drawn.randrange(max(2, window // 4), window - begins + 1)
    healthy = [sample(drawn, system, rate, None) for _ in range(normal)]
    seen = [
        sample(drawn, system, rate, injected if begins <= at < begins + lasts else None) for at in range(window)
    ]
    times = tuple(START + at * STEP_S for at in range(window))
    situation = Situation(
        times=times,
        tracks=_tracks(system, seen, healthy),
        calls=frozenset((name, call.to) for name, node in system.items() for call in node.calls),
        normal=Normal.OWN if normal else Normal.NONE,
        target=Target(node=ENTRY),
        changes=tuple(_changes(drawn, system, injected, times, begins)),
    )
    cause = injected.node if injected is not None else ""
    return World(f"{topology}-{fault}-{window}-{normal}-{seed}", topology, fault, situation, cause)


def _felt_fault(
    drawn: random.Random, draw: Callable[[random.Random], System], rate: float, fault: Fault
) -> tuple[System, Injected | None]:
    """Return a system and a fault that is felt at its entry: what nobody feels, nobody asks about."""
    while True:
        system = _reached(draw(drawn))
        injected = _injected(drawn, system, fault)
        if injected is None or _is_felt(system, rate, injected):
            return system, injected


def _is_felt(system: System, rate: float, injected: Injected) -> bool:
    (calm, failing), (slow, failed) = (_true(system, rate, each)[ENTRY] for each in (None, injected))
    return slow >= (1.0 + FELT_LATENCY) * calm or failed >= failing + FELT_FAILURES


def _true(system: System, rate: float, injected: Injected | None) -> dict[str, tuple[float, float]]:
    """Return the latency and the failures of every node without noise."""
    arrivals = _visits(system, rate * (injected.traffic if injected else 1.0), injected)
    usual = _visits(system, rate, None)
    found: dict[str, tuple[float, float]] = {}
    for name in reversed(list(system)):  # callees stand after their callers
        found[name] = _felt(system[name], name, arrivals[name] / max(usual[name], 1e-9), injected, found)
    return found


def sample(drawn: random.Random, system: System, rate: float, injected: Injected | None) -> Sample:
    """Return what is measured in one sample."""
    found = Sample()
    rate *= drawn.lognormvariate(0, 0.06)
    more = injected.traffic if injected else 1.0
    arrivals, usual = _visits(system, rate * more, injected), _visits(system, rate, None)
    true = _true(system, rate, injected)
    for name, node in system.items():
        if injected is not None and injected.down and injected.node == name:
            found.traffic[name] = 0.0
            continue
        counted = max(0, round(drawn.gauss(arrivals[name], math.sqrt(max(arrivals[name], 0.01)))))
        found.traffic[name] = float(counted)
        if counted:
            left = injected.capacity if injected is not None and injected.node == name else 1.0
            busy = node.busy * arrivals[name] / max(usual[name], 1e-9) / left
            _measure(drawn, found, name, (counted, *true[name], min(1.0, busy)))
    return found


def _felt(
    node: Node, name: str, load: float, injected: Injected | None, true: dict[str, tuple[float, float]]
) -> tuple[float, float]:
    """Return the latency and the failures of a node, with those of what it calls."""
    here = injected if injected is not None and injected.node == name else None
    used = node.busy * load / (here.capacity if here else 1.0)
    busy = min(FULL, used)
    own = node.latency * (1 - node.busy) / (1 - busy) * (here.slower if here else 1.0)
    failing = node.failures + (here.failing if here else 0.0) + max(0.0, used - FULL) * 0.5
    waits, together = own, 0.0
    passing = 1.0 - min(1.0, failing)
    for call in node.calls:
        latency, failures = true[call.to]
        if here is not None and here.cut == call.to:
            latency, failures = 0.005, 1.0
        if call.awaited:
            waits += 0.0 if call.together else call.times * latency
            together = max(together, call.times * latency if call.together else 0.0)
            passing *= 1.0 - min(1.0, call.times) * call.felt * failures
    return waits + together, 1.0 - passing


def _measure(drawn: random.Random, found: Sample, name: str, true: tuple[int, float, float, float]) -> None:
    """Add what is measured of a node with truly these calls, latency, share of failures, use of capacity."""
    counted, latency, failing, busy = true
    found.latency[name] = latency * drawn.lognormvariate(0, math.sqrt(0.04**2 + 0.5**2 / counted))
    chance = min(1.0, failing)
    failed = round(drawn.gauss(counted * chance, math.sqrt(counted * chance * (1 - chance))))
    found.failures[name] = min(counted, max(0, failed)) / counted
    found.busy[name] = min(1.0, busy * drawn.lognormvariate(0, 0.08))


def _visits(system: System, rate: float, injected: Injected | None) -> dict[str, float]:
    """Return how many calls each node takes."""
    visits = dict.fromkeys(system, 0.0)
    visits[ENTRY] = rate
    for name, node in system.items():
        for call in node.calls:
            at_fault = injected is not None and injected.node == name
            cut = injected is not None and at_fault and (injected.down or injected.cut == call.to)
            visits[call.to] += 0.0 if cut else visits[name] * call.times
    return visits


def _tracks(system: System, seen: list[Sample], healthy: list[Sample]) -> dict[tuple[str, Measure], Track]:
    kinds: dict[Measure, Callable[[Sample], dict[str, float]]] = {
        Measure.TRAFFIC: lambda each: each.traffic,
        Measure.LATENCY: lambda each: each.latency,
        Measure.FAILURES: lambda each: each.failures,
        Measure.SATURATION: lambda each: each.busy,
    }
    return {
        (name, measure): Track(
            values=tuple(of(each).get(name) for each in seen),
            normal=tuple(value for each in healthy if (value := of(each).get(name)) is not None),
        )
        for name in system
        for measure, of in kinds.items()
    }


def _injected(drawn: random.Random, system: System, fault: Fault) -> Injected | None:
    names = list(system)
    node = drawn.choice(names[1:] if drawn.random() < BELOW_ENTRY else names)
    slower = math.exp(drawn.uniform(math.log(2.5), math.log(25)))
    failing = drawn.uniform(0.04, 0.6)
    slow, fails = Injected(fault, node, slower=slower), Injected(fault, node, failing=failing)
    calling = drawn.choice([name for name in names if system[name].calls])
    made: dict[Fault, Injected | None] = {
        Fault.NOTHING: None,
        Fault.LATENCY: slow,
        Fault.SATURATION: Injected(fault, node, capacity=system[node].busy / drawn.uniform(0.85, 1.1)),
        Fault.ERRORS: fails,
        Fault.CONFIG: Injected(fault, calling, cut=drawn.choice(system[calling].calls).to),
        Fault.CRASH: Injected(fault, node, failing=1.0, down=True),
        Fault.SURGE: Injected(fault, ENTRY, traffic=drawn.uniform(2.0, 4.0)),
    }
    return made[fault] if fault in made else drawn.choice((slow, fails))


def _changes(
    drawn: random.Random, system: System, injected: Injected | None, times: tuple[float, ...], begins: int
) -> Iterator[Change]:
    kinds = {Fault.DEPLOY: "deploy", Fault.FLAG: "flag", Fault.CONFIG: "config"}
    names = list(system)
    if injected is not None and injected.fault in kinds:
        yield Change(injected.node, kinds[injected.fault], times[begins] - drawn.uniform(5, 240), id="the-change")
    for number in range(drawn.choice((0, 0, 1, 1, 2))):  # what was changed elsewhere and did nothing
        at = times[0] + drawn.uniform(-1800, times[-1] - times[0])
        yield Change(drawn.choice(names), drawn.choice(("deploy", "flag", "config")), at, id=f"bystander-{number}")


def _node(drawn: random.Random, *calls: Call) -> Node:
    latency = math.exp(drawn.uniform(math.log(0.002), math.log(0.08)))
    failures = drawn.choice((0.0, 0.0, 0.001, 0.004))
    return Node(latency=latency, failures=failures, busy=drawn.uniform(0.15, 0.6), calls=calls)


def _call(drawn: random.Random, to: str) -> Call:
    return Call(
        to=to,
        times=drawn.choice((0.1, 0.5, 1.0, 1.0, 1.0, 2.0)),
        awaited=drawn.random() < 0.93,
        together=drawn.random() < 0.25,
        felt=drawn.choice((1.0, 1.0, 0.9, 0.5)),
    )


def _named(number: int) -> str:
    return f"n{number:02}"


def _grown(drawn: random.Random, callees: dict[int, list[int]]) -> System:
    """Return the system in which each number calls these; every callee has a larger number than its caller."""
    return {
        _named(number): _node(drawn, *(_call(drawn, _named(to)) for to in sorted(set(callees[number]))))
        for number in sorted(callees)
    }


def _chain(drawn: random.Random) -> System:
    length = drawn.randrange(4, 8)
    return _grown(drawn, {k: [k + 1] if k + 1 < length else [] for k in range(length)})


def _fan_out(drawn: random.Random) -> System:
    wide = drawn.randrange(4, 9)
    second = {k: [wide + k] if drawn.random() < 0.5 else [] for k in range(1, wide + 1)}
    leaves = {to: list[int]() for each in second.values() for to in each}
    second[wide] = []
    return _grown(drawn, {0: list(range(1, wide + 1)), **leaves, **second})


def _layers(drawn: random.Random) -> System:
    sizes = [1, 3, 4, 4]
    starts = [sum(sizes[:k]) for k in range(len(sizes))]
    callees: dict[int, list[int]] = {}
    for layer, size in enumerate(sizes):
        below = (
            range(starts[layer + 1], starts[layer + 1] + sizes[layer + 1]) if layer + 1 < len(sizes) else range(0)
        )
        for number in range(starts[layer], starts[layer] + size):
            callees[number] = drawn.sample(list(below), k=min(len(below), drawn.randrange(1, 4))) if below else []
    callees[0] = [1, 2, 3]
    return _grown(drawn, callees)


def _shared(drawn: random.Random) -> System:
    services = drawn.randrange(5, 9)
    store = services + 1
    callees = {k: [store] for k in range(1, services + 1)}
    for k in range(1, services):
        if drawn.random() < 0.4:
            callees[k].append(drawn.randrange(k + 1, services + 1))
    return _grown(drawn, {0: list(range(1, min(services, 4) + 1)), **callees, store: []})


def _random(drawn: random.Random) -> System:
    size = drawn.randrange(10, 25)
    callees: dict[int, list[int]] = {k: [] for k in range(size)}
    for k in range(1, size):
        for caller in {drawn.randrange(0, k), drawn.randrange(0, k)}:
            callees[caller].append(k)
    return _grown(drawn, callees)


def _reached(system: System) -> System:
    """Return what the entry reaches, so that every fault can be felt there."""
    seen, queue = {ENTRY}, [ENTRY]
    while queue:
        for call in system[queue.pop()].calls:
            if call.to not in seen:
                seen.add(call.to)
                queue.append(call.to)
    return {name: node for name, node in system.items() if name in seen}
