"""A diagnosis as entries for an incident's timeline: when which signal turned, and the hypotheses. Pure."""

from collections.abc import Iterator
from datetime import datetime

from agents.causes import Argument, Cause, CauseKind
from agents.changes import happening
from agents.investigator import Diagnosis
from agents.symptoms import NORMS, Symptom
from agents.units import listed, quantity
from memory.model.incident import Happening
from memory.model.value import Moment, Value
from tools.wording import whose

MOST_HYPOTHESES = 3
LONGEST = 2000  # characters of a text


class Told(Value):
    """One entry: what kind, when it happened, of which service, and the ids of what it rests on.

    `key` is the same for the same turn, and for the same hypothesis, however often it is found.
    """

    kind: Happening
    at: Moment
    text: str
    key: str
    service: str
    evidence: tuple[str, ...] = ()


def told(diagnosis: Diagnosis, now: datetime) -> tuple[Told, ...]:
    """Return the turns at the moments they happened, and what is likeliest at fault, as it is seen at `now`."""
    moved = (
        _turn(each, each.since)
        for each in (*diagnosis.symptoms, *diagnosis.dependencies, *diagnosis.further)
        if each.since is not None
    )
    return (*moved, *_hypotheses(diagnosis, now))


def _turn(symptom: Symptom, since: datetime) -> Told:
    says = NORMS[symptom.signal].says
    before = quantity(symptom.usual if symptom.before is None else symptom.before, symptom.unit)
    after = quantity(symptom.level if symptom.worst is None else symptom.worst, symptom.unit)
    return Told(
        kind=Happening.METRIC,
        at=since,
        text=f"{whose(symptom.service)} {says} went from {before} to {after}",
        key=f"turn:{symptom.service}:{symptom.signal.value}:{since:%Y%m%dT%H%M}",
        service=symptom.service,
        evidence=(symptom.evidence.id,),
    )


def _hypotheses(diagnosis: Diagnosis, now: datetime) -> Iterator[Told]:
    for cause in diagnosis.causes[:MOST_HYPOTHESES]:
        what = _what(cause, diagnosis.service.name)
        told_for = f": {listed([each.text for each in cause.speaks_for])}" if cause.speaks_for else ""
        against = f"; against it: {listed([each.text for each in cause.speaks_against])}"
        text = f"{cause.confidence.capitalize()} the cause is {what}{told_for}"
        yield Told(
            kind=Happening.HYPOTHESIS,
            at=now,
            text=f"{text}{against if cause.speaks_against else ''}"[:LONGEST],
            key=f"hypothesis:{what}:{cause.confidence}"[:200],
            service=cause.service,
            evidence=_cited((*cause.speaks_for, *cause.speaks_against)),
        )


def _what(cause: Cause, service: str) -> str:
    if cause.change is not None:
        return happening(cause.change, service)
    return f"more traffic at {cause.service}" if cause.kind is CauseKind.SURGE else cause.service


def _cited(arguments: tuple[Argument, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact.id for each in arguments for fact in each.evidence))
