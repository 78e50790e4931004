"""The numbers of a tenant's incidents, worked out: times, shares, and how far each can be trusted. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from bot.incidents.intervals import Interval, mean_interval, median_interval, middle, share_interval
from bot.surfaces.incident_numbers import Bounds, By, Numbers, Share, Span
from memory.model.catalogue import Catalogue
from memory.model.incident import Incident, IncidentStatus
from memory.model.outcome_record import OutcomeRecord

_UNDER_WAY = frozenset({IncidentStatus.OPEN})
UNOWNED = "nobody"


@dataclass(frozen=True)
class Counted:
    """What is counted: incidents, which of them were summarised by themselves, what became of procedures."""

    incidents: tuple[Incident, ...]
    summarised: frozenset[str]
    outcomes: tuple[OutcomeRecord, ...]

    def within(self, since: datetime, until: datetime) -> "Counted":
        """Return what began, or was done, in a window without its end. What was merged counts with the other."""
        kept = [each for each in self.incidents if since <= each.started_at < until]
        return Counted(
            incidents=tuple(each for each in kept if each.status is not IncidentStatus.MERGED),
            summarised=self.summarised,
            outcomes=tuple(each for each in self.outcomes if since <= each.at < until),
        )


def numbers(name: str, counted: Counted) -> Numbers:
    """Return the numbers of one group."""
    incidents = counted.incidents
    return Numbers(
        name=name,
        incidents=len(incidents),
        unfinished=sum(_recovered(each) is None for each in incidents),
        detect=_span(incidents, lambda each: each.started_at, lambda each: each.detected_at),
        acknowledge=_span(incidents, lambda each: each.detected_at, lambda each: each.acknowledged_at),
        recover=_span(incidents, lambda each: each.started_at, _recovered),
        summarised=_share(sum(each.id in counted.summarised for each in incidents), len(incidents)),
        automation=_share(sum(each.worked for each in counted.outcomes), len(counted.outcomes)),
    )


def grouped(counted: Counted, by: By, catalogue: Catalogue) -> tuple[Numbers, ...]:
    """Return the numbers of each service or team, the most incidents first. One of two counts for both."""
    names = sorted({name for each in counted.incidents for name in _names(each.services, by, catalogue)})
    found = [numbers(name, _of(counted, name, by, catalogue)) for name in names]
    return tuple(sorted(found, key=lambda each: (-each.incidents, each.name)))


def _of(counted: Counted, name: str, by: By, catalogue: Catalogue) -> Counted:
    return Counted(
        incidents=tuple(each for each in counted.incidents if name in _names(each.services, by, catalogue)),
        summarised=counted.summarised,
        outcomes=tuple(each for each in counted.outcomes if name in _names((each.service,), by, catalogue)),
    )


def _names(services: Iterable[str], by: By, catalogue: Catalogue) -> frozenset[str]:
    named = [service for service in services if service]
    if by is By.SERVICE:
        return frozenset(named)
    found = [catalogue.find(service) for service in named]
    return frozenset(each.owner or UNOWNED if each is not None else UNOWNED for each in found)


def _recovered(incident: Incident) -> datetime | None:
    """Return when people were served again, None where they are not or nobody said so."""
    if incident.status in _UNDER_WAY:
        return None
    return incident.mitigated_at or incident.resolved_at


def _span(
    incidents: Sequence[Incident],
    start: Callable[[Incident], datetime],
    end: Callable[[Incident], datetime | None],
) -> Span:
    """Return a time over those that have both its ends; one that ends before it starts is left out."""
    pairs = [(start(each), end(each)) for each in incidents]
    values = [(last - first).total_seconds() for first, last in pairs if last is not None and last >= first]
    return Span(
        cases=len(values),
        mean=fmean(values) if values else None,
        mean_bounds=_bounds(mean_interval(values)),
        median=middle(values),
        median_bounds=_bounds(median_interval(values)),
    )


def _share(hits: int, of: int) -> Share:
    return Share(hits=hits, of=of, value=hits / of if of else None, bounds=_bounds(share_interval(hits, of)))


def _bounds(found: Interval | None) -> Bounds | None:
    if found is None:
        return None
    return Bounds(low=found.low, high=found.high, level=found.level, method=found.method)
