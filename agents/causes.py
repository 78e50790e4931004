"""Why a service went wrong: hypotheses from what was changed and what moved, ranked and explained. Pure.

Each hypothesis starts from how often its kind is the cause, and every piece of evidence for or against it scales
that. The numbers order the hypotheses and choose a word; they are no probabilities.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from agents.symptoms import Symptom
from agents.units import length
from memory.model.evidence import Evidence
from memory.model.value import Value
from tools.contract import Signal
from tools.readings import ChangeKind, ChangeReading
from tools.wording import whose

LONGEST_FUSE = timedelta(minutes=45)  # between a change and what it causes
SLACK = timedelta(seconds=60)  # rates look back, so a turn can seem to come before its cause
HALF_LIFE_S = 900.0  # how fast a change loses its weight as a cause


class CauseKind(StrEnum):
    """What sort of cause."""

    CHANGE = "change"
    DEPENDENCY = "dependency"
    SURGE = "surge"


class Argument(Value):
    """A sentence for or against a hypothesis, without its full stop, and the facts it rests on."""

    text: str
    evidence: tuple[Evidence, ...] = ()


class Cause(Value):
    """A hypothesis. `weight` is between 0 and 1; `service` is where the cause lies."""

    kind: CauseKind
    service: str
    weight: float
    change: ChangeReading | None = None
    speaks_for: tuple[Argument, ...] = ()
    speaks_against: tuple[Argument, ...] = ()

    @property
    def confidence(self) -> str:
        """Return how sure we are, in words."""
        steps = ((0.7, "very likely"), (0.45, "likely"), (0.0, "possibly"))
        return next(word for least, word in steps if self.weight >= least)


class Seen(Value):
    """A change and the evidence of it."""

    change: ChangeReading
    evidence: tuple[Evidence, ...] = ()


OFTEN = {
    ChangeKind.DEPLOY: 0.9,
    ChangeKind.ROLLBACK: 0.8,
    ChangeKind.FLAG: 0.85,
    ChangeKind.SCALE: 0.5,
    ChangeKind.RESTART: 0.4,
}


def causes(
    service: str,
    symptoms: Sequence[Symptom],
    dependencies: Sequence[Symptom],
    changes: Sequence[Seen],
    surge: Symptom | None = None,
) -> tuple[Cause, ...]:
    """Return why `service` may have turned for the worse, most likely first; none where nothing turned."""
    turns = [symptom.since for symptom in symptoms if symptom.since is not None]
    if not turns:
        return ()
    turn = min(turns)
    moved = [d for d in dependencies if d.since is not None]
    well = [d for d in dependencies if d.since is None and not d.wrong]
    found = [
        *_changes(service, turn, changes, moved, well),
        *_dependencies(turn, moved),
        *_surges(service, turn, surge),
    ]
    return tuple(sorted(found, key=lambda cause: -cause.weight))


def _changes(
    service: str, turn: datetime, changes: Sequence[Seen], moved: Sequence[Symptom], well: Sequence[Symptom]
) -> Iterator[Cause]:
    for seen in changes:
        change, lead = seen.change, turn - seen.change.at
        if not -SLACK <= lead <= LONGEST_FUSE:
            continue
        own = change.service in {service, ""}
        weigh = _own_change if own else _change_elsewhere
        factor, speaks_for, speaks_against = weigh(change, moved, well)
        age = max(0.0, lead.total_seconds())
        yield Cause(
            kind=CauseKind.CHANGE,
            service=change.service or service,
            weight=OFTEN[change.kind] * math.pow(0.5, age / HALF_LIFE_S) * factor,
            change=change,
            speaks_for=(Argument(text=f"it came {before(lead)}", evidence=seen.evidence), *speaks_for),
            speaks_against=speaks_against,
        )


Weighed = tuple[float, tuple[Argument, ...], tuple[Argument, ...]]


def _own_change(change: ChangeReading, moved: Sequence[Symptom], well: Sequence[Symptom]) -> Weighed:
    """A dependency that turned before the change speaks against it; dependencies that are well speak for it."""
    earlier = [symptom for symptom in moved if symptom.since is not None and symptom.since < change.at - SLACK]
    if earlier:
        return 0.4, (), tuple(_first(symptom) for symptom in earlier)
    return 1.0, tuple(_is_well(symptom) for symptom in well if not moved), ()


def _change_elsewhere(change: ChangeReading, moved: Sequence[Symptom], well: Sequence[Symptom]) -> Weighed:
    """A change to a dependency counts only if the dependency itself turned."""
    sick = tuple(_first(symptom) for symptom in moved if symptom.service == change.service)
    fine = tuple(_is_well(symptom) for symptom in well if symptom.service == change.service)
    return (0.9 if sick else 0.2), sick, fine


def _dependencies(turn: datetime, moved: Sequence[Symptom]) -> Iterator[Cause]:
    for symptom in moved:
        late = symptom.since is not None and symptom.since > turn + SLACK
        argument = _first(symptom)
        yield Cause(
            kind=CauseKind.DEPENDENCY,
            service=symptom.service,
            weight=0.15 if late else 0.6,
            speaks_for=() if late else (argument,),
            speaks_against=(argument,) if late else (),
        )


def _surges(service: str, turn: datetime, surge: Symptom | None) -> Iterator[Cause]:
    if surge is None or surge.since is None or surge.since > turn + SLACK:
        return
    text = f"traffic rose at {surge.since:%H:%M} UTC"
    argument = Argument(text=text, evidence=(surge.evidence,))
    yield Cause(kind=CauseKind.SURGE, service=service, weight=0.5, speaks_for=(argument,))


def _first(symptom: Symptom) -> Argument:
    moved = "availability fell" if symptom.signal is Signal.AVAILABILITY else "errors rose"
    at = f" at {symptom.since:%H:%M} UTC" if symptom.since else ""
    return Argument(text=f"{whose(symptom.service)} {moved}{at}", evidence=(symptom.evidence,))


def _is_well(symptom: Symptom) -> Argument:
    return Argument(text=f"{symptom.service} is well", evidence=(symptom.evidence,))


def before(lead: timedelta) -> str:
    """Return how long before the turn a change came, in words."""
    if lead < timedelta(0):
        return "within a minute of that"
    return "seconds before that" if lead < SLACK else f"{length(lead)} before that"


def after(gap: timedelta) -> str:
    """Return how long after a change something turned, in words; rates look back, so it can seem to be before."""
    if gap < timedelta(0):
        return "right at"
    return "seconds after" if gap < SLACK else f"{length(gap)} after"
