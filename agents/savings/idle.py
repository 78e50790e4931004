"""What runs and nobody asks: every hour known, and never a request. Not measured is not the same as zero."""

from typing import Final

from agents.savings.making import WORTH, Terms, band, known, saving_id
from agents.savings.readings import Workload
from agents.savings.workloads import OFF_THE_BILL, cost
from memory.model.plan import Call
from memory.model.saving import Factor, Risk, Saving, SavingKind
from tools.capabilities.services import SERVICE_SCALE

ENOUGH: Final = 7 * 24  # hours that have to be known
MOST_UNKNOWN: Final = 0.1  # of the hours looked at
BUSIEST: Final = 0.01  # requests a second, below which nobody asks


def idle(workload: Workload, terms: Terms) -> Saving | None:
    """Return what stopping it would save, None where somebody asks, or where that is not known."""
    load = known(workload.load)
    if not workload.replicas or len(load) < ENOUGH or len(load) < (1 - MOST_UNKNOWN) * len(workload.load):
        return None
    all_of_it = cost(workload, terms.prices)
    if max(load) >= BUSIEST or all_of_it < WORTH:
        return None
    id_ = saving_id(SavingKind.IDLE, workload.service, workload.environment)
    summary = f"at most {max(load):.4f} requests a second in {len(load)} hours"
    scale = {"service": workload.service, "environment": workload.environment, "replicas": 0}
    return Saving(
        id=id_,
        kind=SavingKind.IDLE,
        title=f"Stop {workload.name}",
        target=workload.name,
        service=workload.service,
        environment=workload.environment,
        currency=terms.prices.currency,
        pool=terms.pool(workload.environment, workload.service),
        factor=Factor.EXISTENCE,
        cost=all_of_it,
        monthly=band(all_of_it, all_of_it, all_of_it, "all that its replicas request, times the price"),
        risk=Risk.HIGH if workload.production else Risk.MEDIUM,
        risks=(
            "what runs once a month, or is asked in another way than by requests, looks idle too",
            "it comes back by scaling it, not by itself",
            OFF_THE_BILL,
        ),
        evidence=(terms.seen(id_, "prometheus", f"traffic of {workload.name}", summary, max(load)),),
        calls=(Call(tool=SERVICE_SCALE.name, arguments=dict(scale)),),
    )
