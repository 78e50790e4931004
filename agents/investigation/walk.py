"""Walks the service graph from what is wrong towards what it leans on, as far as something moved, with reads only.

The walk is bounded in services, in depth and in time. What was not reached, or not in time, is named.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field

from agents.case import Case, together
from agents.symptoms import NORMS, Symptom, symptom
from memory.model.catalogue import Service
from memory.model.run import Outcome
from tools.contract import Signal

MOST_SERVICES = 12
DEEPEST = 4  # calls away from where it began
LONGEST_S = 3.0
LOOKED_AT = (Signal.ERROR_RATE, Signal.LATENCY_P99, Signal.TRAFFIC)

Looks = dict[tuple[str, Signal], Outcome]


@dataclass
class Walk:
    """What was seen on the way, by service and signal; `changes` by service; what was not, in words."""

    looks: Looks = field(default_factory=dict)
    changes: dict[str, Outcome] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)

    @property
    def services(self) -> tuple[str, ...]:
        """Return the services that were looked at, nearest first."""
        return tuple(dict.fromkeys(name for name, _ in self.looks))


async def walked(case: Case, service: Service, seen: Looks, window: str, back: str) -> Walk:
    """Return what is seen from `service` downwards; `seen` is what was looked at already and is not again.

    `window` is for signals, `back` for changes. Below a service nothing is looked at unless it moved itself.
    """
    walk = Walk(looks=dict(seen))
    try:
        async with asyncio.timeout(LONGEST_S):
            await _layers(case, service, walk, window, back)
    except TimeoutError:
        walk.gaps.append(f"the walk ended after {LONGEST_S:.0f} s; what lies further was not looked at")
    return walk


async def _layers(case: Case, service: Service, walk: Walk, window: str, back: str) -> None:
    known, layer, depth = {service.name}, [service.name], 0
    while layer and depth < DEEPEST:
        depth += 1
        following = [name for name in dict.fromkeys(_below(case, layer)) if name not in known]
        room = MOST_SERVICES - len(known) + 1
        if len(following) > room:
            walk.gaps.append(f"{', '.join(following[room:])} not looked at: {MOST_SERVICES} services are the most")
        following = following[:room]
        known |= set(following)
        await _look(case, following, walk, window, back, deeper=depth > 1)
        layer = [name for name in following if _moved(name, walk.looks)]


def _below(case: Case, names: Sequence[str]) -> list[str]:
    found = [case.catalogue.find(name) for name in names]
    return [leaned_on for each in found if each is not None for leaned_on in each.depends_on]


async def _look(case: Case, names: Sequence[str], walk: Walk, window: str, back: str, *, deeper: bool) -> None:
    environment = case.argument("environment")
    wanted = {(name, signal) for name in names for signal in LOOKED_AT} - walk.looks.keys()
    looks: dict[str, Awaitable[Outcome]] = {
        f"{signal.value} {name}": case.look(
            "metrics.signal", service=name, signal=signal.value, environment=environment, window=window
        )
        for name, signal in sorted(wanted)
    }
    if deeper:  # of those that are leaned on directly they are known
        looks |= {f"changes {name}": case.look("deploys.list", service=name, window=back) for name in names}
    outcomes = await together(looks)
    for name, signal in sorted(wanted):
        found = outcomes[f"{signal.value} {name}"]
        walk.looks[name, signal] = found
        if not found.ok:
            walk.gaps.append(f"{NORMS[signal].says} of {name}: {found.summary.rstrip('.')}")
    for name in names if deeper else ():
        walk.changes[name] = outcomes[f"changes {name}"]
        if not walk.changes[name].ok:
            walk.gaps.append(f"changes of {name}: {walk.changes[name].summary.rstrip('.')}")


def _moved(name: str, looks: Looks) -> bool:
    """Return whether something of a service turned, or cannot be told."""
    found = {signal: looks.get((name, signal)) for signal in (Signal.ERROR_RATE, Signal.LATENCY_P99)}
    if not any(outcome is not None and outcome.ok for outcome in found.values()):
        return True
    told = [symptom(name, signal, outcome) for signal, outcome in found.items() if outcome is not None]
    return any(_turned(each) for each in told if each is not None)


def _turned(each: Symptom) -> bool:
    return each.wrong or each.since is not None
