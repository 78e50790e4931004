"""Investigates what is seen live: walks the graph, ranks as for a recorded case, and tells it as causes.

Looks through the observer only, with read tools. What the ranking says of services further away joins what is
known of the service and of what it leans on directly; where blame goes past one of these, that speaks against it.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from agents.case import Case
from agents.causes import HALF_LIFE_S, LONGEST_FUSE, OFTEN, SLACK, Argument, Cause, CauseKind, Seen, before
from agents.investigation.claims import Claim, Hypothesis, Report, reported
from agents.investigation.ranking import Verdict, ranked
from agents.investigation.seen import situation
from agents.investigation.situation import Change, Measure, Target
from agents.investigation.walk import Looks, walked
from agents.symptoms import Symptom, series, symptom
from memory.model.catalogue import Service
from memory.model.evidence import Evidence
from tools.contract import Signal
from tools.readings import ChangeReading, unpacked
from tools.wording import whose

LEAST = 0.2  # confidence of a hypothesis, from which it is told as a cause
MOST_WEIGHT = 0.65  # of a cause that nothing but its numbers and its place in the graph speak for
PASSED_ON = 0.5  # confidence further down, from which a service between has only passed it on


@dataclass(frozen=True)
class Inquiry:
    """What walking brought: the causes as they stand now, the changes found further away, what is missing."""

    causes: tuple[Cause, ...]
    symptoms: tuple[Symptom, ...] = ()  # of services further away, those that turned
    changes: tuple[Seen, ...] = ()
    report: Report | None = None
    gaps: tuple[str, ...] = ()


async def inquired(
    case: Case,
    service: Service,
    seen: Looks,
    symptoms: Sequence[Symptom],
    causes: tuple[Cause, ...],
    changes: Sequence[Seen],
    *,
    window: str,
    back: str,
) -> Inquiry:
    """Return what a walk from `service` says; `seen`, `symptoms`, `causes`, `changes` are what is known already.

    Where nothing turned, or there is nothing further to walk to, all stays as it is.
    """
    turns = [each.since for each in symptoms if each.since is not None]
    if not turns or not service.depends_on:
        return Inquiry(causes=causes)
    walk = await walked(case, service, seen, window, back)
    further = tuple(
        Seen(change=row, evidence=outcome.evidence[:1])
        for outcome in walk.changes.values()
        for row in unpacked(outcome, "changes", ChangeReading)
    )
    moved = tuple(_moved(service, walk.looks, seen))
    known = {fact.id: fact for outcome in walk.looks.values() for fact in outcome.evidence}
    found = situation(
        Target(node=service.name, measure=_measure(symptoms)),
        {key: series(outcome) for key, outcome in walk.looks.items()},
        case.catalogue,
        turned=min(turns).timestamp(),
        changes=[_change(each.change) for each in (*changes, *further) if each.change.service],
        sources={key: outcome.evidence[0].id for key, outcome in walk.looks.items() if outcome.evidence},
        missing=walk.gaps,
    )
    if found is None:
        return Inquiry(causes=causes, symptoms=moved, changes=further, gaps=tuple(walk.gaps))
    report = reported(found, ranked(found))
    told = tuple(_told(service, causes, report, known, (*changes, *further)))
    ordered = tuple(sorted(told, key=lambda cause: -cause.weight))
    return Inquiry(causes=ordered, symptoms=moved, changes=further, report=report, gaps=tuple(walk.gaps))


def _moved(service: Service, looks: Looks, seen: Looks) -> Iterator[Symptom]:
    """Yield what turned on the way, but for what was known before."""
    for (name, signal), outcome in looks.items():
        if (name, signal) in seen or name == service.name or signal is Signal.TRAFFIC:
            continue
        found = symptom(name, signal, outcome)
        if found is not None and found.since is not None:
            yield found


def _measure(symptoms: Sequence[Symptom]) -> Measure:
    """Return what callers suffer from: failing, if they do, else waiting."""
    failing = {Signal.ERROR_RATE, Signal.AVAILABILITY}
    wrong = [each for each in symptoms if each.since is not None]
    return Measure.FAILURES if any(each.signal in failing for each in wrong) else Measure.LATENCY


def _told(
    service: Service, causes: Sequence[Cause], report: Report, known: dict[str, Evidence], changes: Sequence[Seen]
) -> Iterator[Cause]:
    """Yield the causes known before as they stand now, and those further away."""
    if report.verdict not in {Verdict.FOUND, Verdict.UNCLEAR}:
        yield from causes
        return
    likely = [each for each in report.hypotheses if each.confidence >= LEAST and each.node != service.name]
    for cause in causes:
        yield _weighed(cause, likely, known)
    told = {cause.service for cause in causes}
    for each in likely:
        if each.node in told:
            continue
        yield Cause(
            kind=CauseKind.DEPENDENCY,
            service=each.node,
            weight=MOST_WEIGHT * each.confidence,
            speaks_for=tuple(_arguments(each, each.speaks_for, known)),
            speaks_against=tuple(_arguments(each, each.speaks_against, known)),
        )
        yield from _changed(each, report, changes, known)


def _weighed(cause: Cause, likely: Sequence[Hypothesis], known: dict[str, Evidence]) -> Cause:
    """Return a cause as it stands after the walk: something behind it speaks against what it leans on."""
    if cause.kind is not CauseKind.DEPENDENCY:
        return cause
    behind = next(
        (
            each
            for each in likely
            if cause.service in each.path[:-1] and each.confidence >= PASSED_ON and each.node != cause.service
        ),
        None,
    )
    if behind is None:
        return cause
    facts = tuple(argument.evidence for argument in _arguments(behind, behind.speaks_for, known))
    text = f"{behind.node}, which it leans on, turned as well and accounts for most of it"
    against = Argument(text=text, evidence=tuple(dict.fromkeys(fact for each in facts for fact in each)))
    return cause.model_copy(
        update={"weight": cause.weight / 2, "speaks_against": (*cause.speaks_against, against)}
    )


def _changed(
    each: Hypothesis, report: Report, changes: Sequence[Seen], known: dict[str, Evidence]
) -> Iterator[Cause]:
    """Yield a change of a service further away, where it turned shortly after."""
    since = report.symptom.since if report.symptom is not None else None
    if since is None:
        return
    for seen in changes:
        lead = since - seen.change.at.timestamp()
        if seen.change.service != each.node or not -SLACK.total_seconds() <= lead <= LONGEST_FUSE.total_seconds():
            continue
        own = tuple(_arguments(each, each.speaks_for[:2], known))
        yield Cause(
            kind=CauseKind.CHANGE,
            service=each.node,
            weight=OFTEN[seen.change.kind] * math.pow(0.5, max(0.0, lead) / HALF_LIFE_S) * each.confidence,
            change=seen.change,
            speaks_for=(Argument(text=f"it came {before(timedelta(seconds=lead))}", evidence=seen.evidence), *own),
        )


def _arguments(each: Hypothesis, claims: Sequence[Claim], known: dict[str, Evidence]) -> Iterator[Argument]:
    for claim in claims:
        facts = tuple(known[source] for source in claim.evidence if source in known)
        if facts:
            named = claim.text.startswith("its ")
            text = f"{whose(each.node)} {claim.text.removeprefix('its ')}" if named else claim.text
            yield Argument(text=text, evidence=facts)


def _change(change: ChangeReading) -> Change:
    kind = change.kind.value
    return Change(change.service, kind, change.at.timestamp(), id=f"{kind}:{change.service}")
