"""Less requested than is ever used: what each replica could request instead, and what that saves.

CPU follows the 95th percentile of its busiest replica's hours with 15 % above it, as it is only slowed beyond;
memory the 99th with 25 % above, and never less than was ever used, as a container is killed beyond it.
"""

import math
from decimal import Decimal
from typing import Final

from agents.savings.bounds import LEVEL, Quantile, quantile
from agents.savings.making import WORTH, Terms, band, known, saving_id
from agents.savings.prices import GIB
from agents.savings.readings import Workload
from agents.savings.workloads import OFF_THE_BILL, cost, requested
from memory.model.plan import Call
from memory.model.saving import Factor, Risk, Saving, SavingKind
from memory.model.value import JsonValue
from tools.capabilities.kubernetes import SERVICE_RESIZE

ENOUGH: Final = 7 * 24  # hours that have to be known
CPU_SHARE, CPU_ROOM = 0.95, 1.15
MEMORY_SHARE, MEMORY_ROOM = 0.99, 1.25
LEAST_CPU: Final = 0.01  # cores
LEAST_MEMORY: Final = 32 * 2**20  # bytes
_MIB: Final = 2**20
_BASIS = f"order statistics of the hours, {LEVEL:.0%}, taking them as independent"


def rightsize(workload: Workload, terms: Terms) -> Saving | None:
    """Return what smaller requests would save, None where too little is known or nothing to speak of is left."""
    cpu, memory = known(workload.cpu), known(workload.memory)
    if min(len(cpu), len(memory)) < ENOUGH or not workload.cpu_request or not workload.memory_request:
        return None
    cores, held = quantile(cpu, CPU_SHARE), quantile(memory, MEMORY_SHARE)
    peak = max(memory)
    wanted_cpu = _wanted(cores.value, CPU_ROOM, LEAST_CPU, workload.cpu_request)
    wanted_memory = max(
        _wanted(held.value, MEMORY_ROOM, LEAST_MEMORY, workload.memory_request),
        min(peak, workload.memory_request),
    )
    if workload.killed:
        wanted_memory = workload.memory_request
    saved = _saved(workload, wanted_cpu, wanted_memory, terms)
    if saved < WORTH:
        return None
    careful = _saved(
        workload,
        _wanted(_above(cores), CPU_ROOM, LEAST_CPU, workload.cpu_request),
        max(wanted_memory, _wanted(peak, MEMORY_ROOM, LEAST_MEMORY, workload.memory_request)),
        terms,
    )
    daring = _saved(workload, _wanted(cores.low, CPU_ROOM, LEAST_CPU, workload.cpu_request), wanted_memory, terms)
    id_ = saving_id(SavingKind.RIGHTSIZE, workload.service, workload.environment)
    says = f"{_change(workload, wanted_cpu, wanted_memory)} for each of {workload.replicas} replicas"
    return Saving(
        id=id_,
        kind=SavingKind.RIGHTSIZE,
        title=f"Request less for {workload.name}",
        target=workload.name,
        service=workload.service,
        environment=workload.environment,
        currency=terms.prices.currency,
        pool=terms.pool(workload.environment, workload.service),
        factor=Factor.SIZE,
        cost=cost(workload, terms.prices),
        monthly=band(careful, saved, daring, _BASIS, LEVEL if cores.high is not None else None),
        risk=_risk(workload, wanted_memory),
        risks=tuple(_risks(workload, wanted_memory)),
        evidence=(
            terms.seen(
                id_,
                "prometheus",
                f"container_cpu_usage_seconds_total of {workload.name}",
                f"95 % of {len(cpu)} hours took at most {cores.value:.3f} cores of "
                f"{workload.cpu_request:.3f} requested",
                cores.value,
            ),
            terms.seen(
                id_,
                "prometheus",
                f"container_memory_working_set_bytes of {workload.name}",
                f"the most of {len(memory)} hours was {peak / GIB:.2f} GiB of "
                f"{workload.memory_request / GIB:.2f} requested",
                peak,
            ),
        ),
        calls=(_call(workload, wanted_cpu, wanted_memory),),
        advice=f"Request {says}; where the Deployment is kept in a repository, change it there too.",
    )


def _wanted(used: float, room: float, least: float, requested_now: float) -> float:
    """Return what to request: never more than now, since raising requests saves nothing."""
    return min(requested_now, max(least, used * room))


def _saved(workload: Workload, cpu: float, memory: float, terms: Terms) -> Decimal:
    fewer_cores = max(0.0, (workload.cpu_request or 0.0) - cpu)
    fewer_bytes = max(0.0, (workload.memory_request or 0.0) - memory)
    return requested(fewer_cores, fewer_bytes, terms.prices) * workload.replicas


def _above(found: Quantile) -> float:
    return found.value * CPU_ROOM if found.high is None else found.high


def _risk(workload: Workload, memory: float) -> Risk:
    if memory < (workload.memory_request or 0.0):
        return Risk.HIGH if workload.production and workload.killed else Risk.MEDIUM
    return Risk.MEDIUM if workload.production else Risk.LOW


def _risks(workload: Workload, memory: float) -> list[str]:
    said = ["a load beyond that of the hours looked at is served more slowly"]
    if memory < (workload.memory_request or 0.0):
        said.append("a container that needs more memory than ever before may be evicted first")
    if workload.killed:
        said.append(f"memory stays: it ran out {workload.killed} times")
    return [*said, OFF_THE_BILL]


def _call(workload: Workload, cpu: float, memory: float) -> Call:
    """Return what requests no more than that, rounded up to what Kubernetes is told in whole ones of."""
    amounts: dict[str, JsonValue] = {}
    if cpu < (workload.cpu_request or 0.0):
        amounts["cpu"] = f"{math.ceil(round(cpu * 1000, 6))}m"
    if memory < (workload.memory_request or 0.0):
        amounts["memory"] = f"{math.ceil(round(memory / _MIB, 6))}Mi"
    where = {"service": workload.service, "environment": workload.environment}
    return Call(tool=SERVICE_RESIZE.name, arguments={**where, **amounts})


def _change(workload: Workload, cpu: float, memory: float) -> str:
    parts = []
    if cpu < (workload.cpu_request or 0.0):
        parts.append(f"{cpu * 1000:.0f}m CPU instead of {(workload.cpu_request or 0) * 1000:.0f}m")
    if memory < (workload.memory_request or 0.0):
        parts.append(f"{memory / _MIB:.0f}Mi of memory instead of {(workload.memory_request or 0) / _MIB:.0f}Mi")
    return " and ".join(parts)
