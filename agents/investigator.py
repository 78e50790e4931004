"""Answers "what is wrong with checkout?": looks everywhere at once, and works out what turned and why.

Where something turned, it walks on along what the service leans on, as far as something moved.
Every look is a read through the observer. What cannot be reached is named, and the rest is answered all the same.
"""

from collections.abc import Awaitable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.case import Case, together
from agents.causes import Cause, Seen, causes
from agents.investigation.claims import Report
from agents.investigation.live import inquired
from agents.symptoms import NORMS, SURGE, Condition, Symptom, condition, symptom
from memory.errors import InvalidWindow
from memory.model.catalogue import Service
from memory.model.run import Outcome
from memory.model.window import parse_duration, resolve
from tools.contract import Signal
from tools.readings import AlertReading, ChangeReading, ServiceReading, unpacked

CHANGES_BACK = timedelta(days=1)
SIGNALS = tuple(NORMS)


@dataclass(frozen=True)
class Diagnosis:
    """What was found out of one service.

    `failed` holds, by what was looked for, the looks that brought nothing; `gaps` what the others did without.
    """

    service: Service
    window: str
    past: bool  # the window ended before now: what was wrong then may not be wrong any more
    environment: str | None
    symptoms: tuple[Symptom, ...]
    dependencies: tuple[Symptom, ...]
    further: tuple[Symptom, ...]  # of what lies behind these, where the walk found that it turned
    alerts: tuple[AlertReading, ...] | None
    alert_look: Outcome
    changes: tuple[Seen, ...]
    description: Outcome
    running: tuple[ServiceReading, ...]
    causes: tuple[Cause, ...]
    failed: dict[str, Outcome]
    gaps: tuple[str, ...]
    report: Report | None = None  # what walking the graph brought, where something turned

    @property
    def condition(self) -> Condition:
        """Return how the service fares."""
        return condition(self.symptoms)


async def diagnose(case: Case, service: Service) -> Diagnosis:
    """Look at the service's signals, alerts and changes and at what it leans on, all at the same time."""
    window, environment = case.text("window"), case.argument("environment")
    place = environment if isinstance(environment, str) else None
    outcomes = await together(_looks(case, service, window, place))
    signals = {signal: outcomes[f"{NORMS[signal].says} of {service.name}"] for signal in SIGNALS}
    symptoms = tuple(s for signal, seen in signals.items() if (s := symptom(service.name, signal, seen)))
    leaned_on = {name: outcomes[f"error rate of {name}"] for name in service.depends_on}
    dependencies = tuple(s for name, seen in leaned_on.items() if (s := symptom(name, Signal.ERROR_RATE, seen)))
    changes = _changes([outcomes[f"changes of {name}"] for name in (service.name, *service.depends_on)])
    surge = symptom(service.name, Signal.TRAFFIC, signals[Signal.TRAFFIC], SURGE)
    alerts = outcomes[f"alerts of {service.name}"]
    description = outcomes[f"state of {service.name}"]
    looked = {(service.name, signal): outcome for signal, outcome in signals.items()}
    looked |= {(name, Signal.ERROR_RATE): outcome for name, outcome in leaned_on.items()}
    inquiry = await inquired(
        case,
        service,
        looked,
        symptoms,
        causes(service.name, symptoms, dependencies, changes, surge),
        changes,
        window=window,
        back=_window_of_changes(window),
    )
    return Diagnosis(
        service=service,
        window=window,
        past=ended(window, case.now),
        environment=place,
        symptoms=symptoms,
        dependencies=dependencies,
        further=inquiry.symptoms,
        alerts=unpacked(alerts, "alerts", AlertReading) if alerts.ok else None,
        alert_look=alerts,
        changes=changes,
        description=description,
        running=unpacked(description, "services", ServiceReading),
        causes=inquiry.causes,
        failed={what: outcome for what, outcome in outcomes.items() if not outcome.ok},
        gaps=tuple(dict.fromkeys((*_gaps(outcomes.values()), *inquiry.gaps))),
        report=inquiry.report,
    )


def _gaps(outcomes: Iterable[Outcome]) -> Iterator[str]:
    return (gap for outcome in outcomes if outcome.ok for gap in outcome.missing)


def _looks(case: Case, service: Service, window: str, environment: str | None) -> dict[str, Awaitable[Outcome]]:
    def signal(name: str, which: Signal) -> Awaitable[Outcome]:
        return case.look(
            "metrics.signal", service=name, signal=which.value, environment=environment, window=window
        )

    back = _window_of_changes(window)
    everyone = (service.name, *service.depends_on)
    return {
        **{f"{NORMS[which].says} of {service.name}": signal(service.name, which) for which in SIGNALS},
        **{f"error rate of {name}": signal(name, Signal.ERROR_RATE) for name in service.depends_on},
        **{f"changes of {name}": case.look("deploys.list", service=name, window=back) for name in everyone},
        f"alerts of {service.name}": case.look("alerts.list", service=service.name),
        f"state of {service.name}": case.look("service.describe", service=service.name),
    }


def ended(window: str, now: datetime) -> bool:
    """Return whether a window ended before now."""
    return resolve(window, now).end < now  # a duration ends now, to the microsecond


def _window_of_changes(window: str) -> str:
    """Return a window that also holds what was changed before the one asked about, where that is a duration."""
    try:
        return window if parse_duration(window) > CHANGES_BACK else "1d"
    except InvalidWindow:  # a named range or an interval: what was changed within it
        return window


def _changes(looks: list[Outcome]) -> tuple[Seen, ...]:
    """Return the changes, newest first, each once, with the evidence of it: its own where there is one each."""
    found: dict[ChangeReading, Seen] = {}
    for look in looks:
        rows = unpacked(look, "changes", ChangeReading)
        own = len(look.evidence) == len(rows)
        for index, row in enumerate(rows):
            evidence = look.evidence[index : index + 1] if own else look.evidence[:1]
            found.setdefault(row, Seen(change=row, evidence=evidence))
    return tuple(sorted(found.values(), key=lambda seen: seen.change.at, reverse=True))
