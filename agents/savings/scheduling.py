"""Nights and weekends of what is not production: off while nobody works, as far as nobody used it then."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final

from agents.savings.hours import WEEK, Office, told
from agents.savings.idle import BUSIEST
from agents.savings.making import WORTH, Terms, band, saving_id
from agents.savings.readings import Workload
from agents.savings.workloads import OFF_THE_BILL, cost
from memory.model.saving import Factor, Risk, Saving, SavingKind

ENOUGH: Final = 14 * 24  # hours that have to be known: two weekends
MOST_USED: Final = Decimal("0.2")  # of the hours nobody works: beyond it, somebody does


def schedule_off(workload: Workload, office: Office, terms: Terms) -> Saving | None:
    """Return what having it off while nobody works would save; None for production, and where it is used then."""
    load = list(told(workload.first, workload.load))
    if workload.production or not workload.replicas or len(load) < ENOUGH:
        return None
    if max(value for _, value in load) < BUSIEST:
        return None  # nobody asks at all: another finder's
    closed = [(at, value) for at, value in load if not office.open_at(at)]
    if not closed:
        return None
    used = [at for at, value in closed if value >= BUSIEST]
    share = Decimal(len(used)) / len(closed)
    whole = cost(workload, terms.prices)
    most = whole * office.closed() / WEEK
    saved = most * (1 - share)
    if saved < WORTH or share > MOST_USED:
        return None
    ever = len({(at.weekday(), at.hour) for at in used})
    least = whole * max(0, office.closed() - ever - _starts(office)) / WEEK
    id_ = saving_id(SavingKind.SCHEDULE, workload.service, workload.environment)
    summary = f"of {len(closed)} hours outside {office.says()}, somebody used it in {len(used)}{_when(used)}"
    return Saving(
        id=id_,
        kind=SavingKind.SCHEDULE,
        title=f"Have {workload.name} off outside working hours",
        target=workload.name,
        service=workload.service,
        environment=workload.environment,
        currency=terms.prices.currency,
        pool=terms.pool(workload.environment, workload.service),
        factor=Factor.HOURS,
        cost=whole,
        monthly=band(
            least,
            saved,
            most,
            "on in every hour of the week that was ever used, and an hour before each day; "
            "on in as many as were used; never on",
        ),
        risk=Risk.LOW if not used else Risk.MEDIUM,
        risks=(
            "jobs that run at night do not run",
            "whoever works late has to start it",
            OFF_THE_BILL,
        ),
        evidence=(
            terms.seen(id_, "prometheus", f"traffic of {workload.name} by hour", summary, float(len(used))),
        ),
        advice=f"Scale it to 0 outside {office.says()} and back to {workload.replicas}, for example with a cron "
        "trigger of KEDA: no tool here does things at a time of day.",
    )


def _starts(office: Office) -> int:
    return len(set(office.days))


def _when(used: Iterable[datetime]) -> str:
    last = max(used, default=None)
    return f", last on {last:%Y-%m-%d at %H:00} UTC" if last else ""
