"""What a workload costs: what its replicas request, times the price, for a month of hours."""

from decimal import Decimal

from agents.savings.prices import GIB, HOURS_A_MONTH, Prices, exact
from agents.savings.readings import Workload

OFF_THE_BILL = "the money leaves the bill only as nodes do: the cluster has to shrink with what is requested"


def requested(cpu: float, memory: float, prices: Prices) -> Decimal:
    """Return what cores and bytes that are requested cost a month."""
    hourly = exact(cpu) * prices.cpu_hour + exact(memory) / GIB * prices.gib_hour
    return hourly * HOURS_A_MONTH


def replica_cost(workload: Workload, prices: Prices) -> Decimal:
    """Return what one replica costs a month; zero where nothing is requested."""
    return requested(workload.cpu_request or 0.0, workload.memory_request or 0.0, prices)


def cost(workload: Workload, prices: Prices) -> Decimal:
    """Return what all replicas cost a month."""
    return replica_cost(workload, prices) * workload.replicas
