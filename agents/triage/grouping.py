"""Which group an alert belongs to, and why: what people taught, its service, its neighbours, its words. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from agents.triage.likeness import Likeness, shared, trait, words
from agents.triage.rules import TriageRules
from memory.model.alert import Alert
from memory.model.catalogue import Catalogue
from memory.model.triage import AlertGroup, Lesson, LessonKind, Trait
from memory.model.value import Value

MOST_GROUPS: Final = 200  # that an alert is compared with, the latest
_TAUGHT, _SAME, _NEAR = 4.0, 3.0, 2.0  # likeness of texts counts from 0 to 1


class Belongs(Value):
    """A group that an alert belongs to, why, and how surely."""

    group: str
    reason: str
    weight: float


class Grouper:
    """Knows the service graph and what people taught: of two lessons about the same kinds the later counts."""

    def __init__(
        self, catalogue: Catalogue, lessons: Sequence[Lesson], rules: TriageRules, likeness: Likeness = shared
    ) -> None:
        self._catalogue = catalogue
        self._lessons = lessons
        self._rules = rules
        self._likeness = likeness

    def place(self, alert: Alert, groups: Iterable[AlertGroup], now: datetime) -> Belongs | None:
        """Return the group that this alert surely belongs to, the surest and then the latest; None: to none."""
        since = now - timedelta(minutes=self._rules.window_minutes)
        near = [each for each in groups if each.open and each.updated_at >= since and not _elsewhere(alert, each)]
        latest = sorted(near, key=lambda group: group.updated_at, reverse=True)[:MOST_GROUPS]
        kind, said = trait(alert), frozenset(words(alert))
        found = [fits for each in latest if (fits := self._fits(alert, kind, said, each, now))]
        return max(found, key=lambda fits: fits.weight, default=None)

    def _fits(
        self, alert: Alert, kind: Trait, said: frozenset[str], group: AlertGroup, now: datetime
    ) -> Belongs | None:
        taught = {self._taught.get(_pair(kind, other)) for other in group.traits} if self._taught else set()
        if LessonKind.APART in taught:
            return None
        if LessonKind.TOGETHER in taught:
            return Belongs(group=group.id, reason="such alerts were merged before", weight=_TAUGHT)
        if alert.service is not None and alert.service in group.services:
            return Belongs(group=group.id, reason=f"it is of {alert.service}, too", weight=_SAME)
        lately = now - group.updated_at <= timedelta(minutes=self._rules.topology_minutes)
        if lately and (near := self._near(alert, group)):
            return Belongs(group=group.id, reason=near, weight=_NEAR)
        return self._alike(said, group) if alert.service is None or not group.services else None

    def _alike(self, said: frozenset[str], group: AlertGroup) -> Belongs | None:
        alike = self._likeness(said, frozenset(group.heard))
        if alike < self._rules.likeness:
            return None
        return Belongs(group=group.id, reason=f"its words are alike ({alike:.2f})", weight=alike)

    def _near(self, alert: Alert, group: AlertGroup) -> str:
        """Return why they are neighbours in the service graph, "" where they are none."""
        if alert.service is None:
            return ""
        for other in group.services:
            if other in self._leans.get(alert.service, ()):
                return f"{alert.service} leans on {other}"
            if alert.service in self._leans.get(other, ()):
                return f"{other} leans on {alert.service}"
        return ""

    @cached_property
    def _leans(self) -> Mapping[str, frozenset[str]]:
        """What each service leans on, directly or through others, as far as counts."""
        direct = {each.name: frozenset(each.depends_on) for each in self._catalogue.services}
        return {name: _reached(name, direct, self._rules.topology_hops) for name in direct}

    @cached_property
    def _taught(self) -> Mapping[tuple[str, ...], LessonKind]:
        counting = [each for each in self._lessons if each.withdrawn_by is None]
        ordered = sorted(counting, key=lambda lesson: (lesson.taught_at, lesson.id))
        return {_pair(lesson.one, lesson.other): lesson.kind for lesson in ordered}


def _elsewhere(alert: Alert, group: AlertGroup) -> bool:
    return None not in {alert.environment, group.environment} and alert.environment != group.environment


def _pair(one: Trait, other: Trait) -> tuple[str, ...]:
    return tuple(sorted((f"{one.service}\n{one.name}", f"{other.service}\n{other.name}")))


def _reached(name: str, direct: Mapping[str, frozenset[str]], hops: int) -> frozenset[str]:
    found, frontier = frozenset[str](), frozenset({name})
    for _ in range(hops):
        frontier = frozenset(each for near in frontier for each in direct.get(near, ())) - found - {name}
        found |= frontier
    return found


MOST_PAIRS: Final = 25


def lessons_of(
    kind: LessonKind, groups: Sequence[AlertGroup], others: Sequence[AlertGroup]
) -> tuple[tuple[Trait, Trait], ...]:
    """Return the pairs of traits about which merging, or splitting, these groups teaches something.

    What is of one kind is of one kind: that it was split apart once is no lesson about itself.
    """
    pairs = {
        _pair(one, other): (one, other)
        for group in groups
        for one in group.traits
        for further in others
        for other in further.traits
        if kind is LessonKind.TOGETHER or one != other
    }
    return tuple(pairs[each] for each in sorted(pairs))[:MOST_PAIRS]
