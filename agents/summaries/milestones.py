"""When it began, was noticed, taken up, declared, mitigated and resolved, each with what says so. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from agents.summaries.lexicon import Role
from agents.summaries.story import Said, Story, once
from memory.model.incident import Happening, Incident, IncidentStatus
from memory.model.value import Identifier

_STRONG = 2  # words of the lexicon, with which an end is certain


@dataclass(frozen=True)
class Milestone:
    """One moment of an incident and what it rests on; `said` is None where the incident's own record says it."""

    at: datetime
    rests_on: Identifier
    said: Said | None = None


@dataclass(frozen=True)
class Milestones:
    """The moments of an incident, each None where nothing says when it was."""

    began: Milestone | None
    detected: Milestone | None
    acknowledged: Milestone | None
    declared: Milestone | None
    mitigated: Milestone | None
    resolved: Milestone | None

    def over(self) -> bool:
        """Return whether the incident is said to be resolved."""
        return self.resolved is not None


@once
def milestones(story: Story) -> Milestones:
    """Return the moments: what the incident's record says, and where there is none what the entries say."""
    record = story.account.incident
    began, detected = _began(story), _detected(story)
    if began is not None and detected is not None and detected.at < began.at:
        began = detected
    if began is not None and _acted_between(story, began, detected):
        detected = began  # whoever does something about it has noticed
    resolved = _last_end(story, Role.RESOLVED)
    mitigated = _mitigated(story, resolved)
    return Milestones(
        began=_recorded(record, record.started_at if record else None) or _stone(began),
        detected=_recorded(record, record.detected_at if record else None) or _stone(detected or began),
        acknowledged=_recorded(record, record.acknowledged_at if record else None)
        or _stone(_acknowledged(story, detected)),
        declared=_stone(next(iter(story.of(Role.DECLARED)), None)),
        mitigated=_recorded(record, record.mitigated_at) if record else _stone(mitigated),
        resolved=_recorded(record, _resolved_at(record)) if record else _stone(resolved),
    )


def _resolved_at(record: Incident) -> datetime | None:
    return record.resolved_at if record.status is IncidentStatus.RESOLVED else None


def _recorded(record: Incident | None, at: datetime | None) -> Milestone | None:
    return None if record is None or at is None else Milestone(at=at, rests_on=record.id)


def _stone(said: Said | None) -> Milestone | None:
    return None if said is None else Milestone(at=said.at, rests_on=said.entry.id, said=said)


def _began(story: Story) -> Said | None:
    """Return the first that tells of trouble: not of a change, of a plan or of what was done about it."""
    for each in story.of(Role.IMPACT, Role.DETECTION):
        if each.entry.kind in {Happening.DEPLOY, Happening.FLAG} or each.is_(Role.FOLLOW_UP, Role.DECLARED):
            continue
        if each.is_(Role.BETTER) and not each.is_(Role.WORSE, Role.DETECTION):
            continue
        if each.strength(Role.ACTION) > each.strength(Role.IMPACT) and not each.is_(Role.DETECTION, Role.PERSON):
            continue
        return each
    return None


def _detected(story: Story) -> Said | None:
    """Return the first that tells of somebody or something noticing trouble."""
    noticed = [each for each in story.of(Role.DETECTION) if not each.is_(Role.FOLLOW_UP)]
    return next(
        (each for each in noticed if each.is_(Role.IMPACT) or each.strength(Role.DETECTION) > 1), None
    ) or (noticed[0] if noticed else None)


def _acted_between(story: Story, began: Said, detected: Said | None) -> bool:
    last = len(story.entries) if detected is None else detected.place
    acted = story.of(Role.RESPONSE, Role.ACTION)
    return any(began.place < each.place < last for each in acted if each.entry.trusted)


def _acknowledged(story: Story, detected: Said | None) -> Said | None:
    """Return the first that tells of somebody looking or doing something about it, once it was noticed."""
    for each in story.of(Role.RESPONSE, Role.ACTION, Role.CAUSE, Role.DECLARED):
        if each.entry.trusted and (detected is None or each.place > detected.place):
            return each
    return None


def _last_end(story: Story, role: Role) -> Said | None:
    """Return the first certain end after the last relapse; where none is certain, the last one that was said."""
    strong: Said | None = None
    weak: Said | None = None
    for each in story.of(role, Role.REOPENED):
        if each.is_(Role.REOPENED) and not each.is_(role):
            strong = weak = None
        elif each.is_(Role.QUESTION, Role.SAME, Role.HYPOTHESIS):
            continue
        elif each.strength(role) >= _STRONG or each.entry.kind is Happening.STATUS:
            strong = strong or each
        elif each.is_(role):
            weak = each
    return strong or weak


def _mitigated(story: Story, resolved: Said | None) -> Said | None:
    """Return the first word of recovery after which nobody spoke of trouble again, up to the end."""
    last = resolved.place if resolved is not None else len(story.entries)
    within = [
        each for each in story.of(Role.MITIGATED, Role.BETTER, Role.DETECTION, *_TROUBLE) if each.place <= last
    ]
    certain = [each for each in within if each.strength(Role.MITIGATED) >= _STRONG and not each.is_(*_TROUBLE)]
    again = [each for each in certain if resolved is not None and each.entry.id == resolved.entry.id]
    calm = _wholly(_first_calm(within, certain), within)
    if calm is None or calm not in again:
        return calm
    return (
        _first_calm(within, [each for each in certain if each not in again]) or calm
    )  # the end only says it again


def _wholly(calm: Said | None, within: list[Said]) -> Said | None:
    """Return when it was well again, where the first word of calm is only of getting better and more follows."""
    if calm is None or not calm.is_(Role.PARTLY):
        return calm
    for each in within:
        if each.place <= calm.place:
            continue
        if each.is_(*_TROUBLE) or _is_complaint(each):
            break
        if each.clause.better() and not each.is_(Role.PARTLY, Role.QUESTION):
            return each
    return calm


_TROUBLE = (Role.WORSE, Role.REOPENED, Role.SAME)


def _is_complaint(said: Said) -> bool:
    """Return whether somebody or something tells of trouble anew."""
    if said.clause.better() or said.is_(Role.FOLLOW_UP, Role.MITIGATED):
        return False
    return said.is_(Role.DETECTION) and said.is_(Role.IMPACT)


def _first_calm(within: Iterable[Said], certain: list[Said]) -> Said | None:
    calm: Said | None = None
    for each in within:
        if each.is_(*_TROUBLE) or _is_complaint(each):
            calm = None
        elif calm is None and (each.is_(Role.MITIGATED) or each.clause.better()) and not each.is_(Role.QUESTION):
            calm = each
    if certain and (calm is None or certain[-1].place >= calm.place):
        return next((each for each in certain if calm is None or each.place >= calm.place), calm)
    return calm
