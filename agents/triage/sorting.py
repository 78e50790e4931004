"""News, sorted: each alert as it stands, the group it belongs to, and which groups are bad enough for an incident.

It is made for one batch, with what was there before; nothing in it knows where that is kept. Pure.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from agents.triage.grouping import Grouper
from agents.triage.likeness import trait, words
from agents.triage.rules import TriageRules
from agents.triage.severity import judged
from agents.triage.standing import after, flapping
from memory.model.alert import Alert, AlertStatus
from memory.model.catalogue import Catalogue
from memory.model.triage import AlertGroup, AlertNews, AlertRecord, Lesson, Quiet, Trait
from memory.model.value import Value

FLAPPING = "flapping"
MOST_TRAITS, MOST_WORDS, MOST_REASONS, MOST_SERVICES = 50, 200, 50, 50


class Sorted(Value):
    """What came of a batch: alerts and groups that changed, and the turns of alerts in groups, in order."""

    records: tuple[AlertRecord, ...]
    groups: tuple[AlertGroup, ...]
    turns: tuple[AlertRecord, ...]


class Sorter:
    """Sorts one batch of one tenant."""

    def __init__(
        self,
        catalogue: Catalogue,
        rules: TriageRules,
        *,
        known: Mapping[str, AlertRecord],
        groups: Iterable[AlertGroup],
        lessons: Sequence[Lesson],
        quiets: Sequence[Quiet],
        new_id: Callable[[], str],
    ) -> None:
        self._catalogue = catalogue
        self._rules = rules
        self._window = timedelta(minutes=rules.window_minutes)
        self._records = dict(known)
        self._groups = {group.id: group for group in groups}
        self._grouper = Grouper(catalogue, lessons, rules)
        self._quiets = quiets
        self._new_id = new_id
        self._changed: set[str] = set()
        self._touched: set[str] = set()
        self._turns: list[AlertRecord] = []

    def sort(self, news: Iterable[AlertNews], now: datetime) -> Sorted:
        """Take this news up, in its order."""
        for each in news:
            if not each.change:
                self._take(each, now)
            elif each.settles and each.alert.id in self._records:
                self._take(each, now)  # what failed before went well now
        return self._sorted()

    def reconsider(self, records: Iterable[AlertRecord], now: datetime) -> Sorted:
        """Look again at alerts that fire and were kept quiet: what keeps them so may have ended."""
        for each in records:
            calmed = each.model_copy(update={"flapping": flapping(each.turns, now, self._rules), "group": None})
            record = calmed.model_copy(update={"quiet": self._quiet(calmed, now)})
            if not record.quiet and record.alert.status is AlertStatus.FIRING:
                record = self._joined(record, now)
            self._records[record.alert.id] = record
            self._changed.add(record.alert.id)
        return self._sorted()

    def _sorted(self) -> Sorted:
        return Sorted(
            records=tuple(self._records[each] for each in sorted(self._changed)),
            groups=tuple(self._groups[each] for each in sorted(self._touched)),
            turns=tuple(self._turns),
        )

    def _take(self, news: AlertNews, now: datetime) -> None:
        before = self._records.get(news.alert.id)
        turned = after(before, news, now, self._rules)
        record = turned.record.model_copy(update={"quiet": self._quiet(turned.record, now)})
        if turned.turned:
            record = self._placed(record, before, now)
        self._records[record.alert.id] = record
        self._changed.add(record.alert.id)

    def _quiet(self, record: AlertRecord, now: datetime) -> str:
        held = next((each.id for each in self._quiets if each.holds(record.alert, now)), "")
        return held or (FLAPPING if record.flapping else "")

    def _placed(self, record: AlertRecord, before: AlertRecord | None, now: datetime) -> AlertRecord:
        """Return the alert in its group. What only ended without ever having been seen to begin makes none."""
        firing = record.alert.status is AlertStatus.FIRING
        was_firing = before is not None and before.alert.status is AlertStatus.FIRING
        group = self._groups.get(record.group or "")
        if not firing:
            if group is not None and was_firing:
                return self._put(_ended(group, now), record)
            return record
        if group is not None and (group.open or now - group.updated_at <= self._window):
            if not was_firing:
                return self._put(self._grown(group, record.alert, now, reason="it fires again", new=False), record)
            return record
        if record.quiet:
            return record.model_copy(update={"group": None})
        return self._joined(record, now)

    def _joined(self, record: AlertRecord, now: datetime) -> AlertRecord:
        alert = record.alert
        fits = self._grouper.place(alert, self._groups.values(), now)
        if fits is not None:
            group, reason = self._groups[fits.group], fits.reason
        else:
            group, reason = self._storm(alert, now) or (self._begun(alert, now), "the first of its kind")
        placed = record.model_copy(update={"group": group.id})
        return self._put(self._grown(group, alert, now, reason=reason, new=True), placed)

    def _put(self, group: AlertGroup, record: AlertRecord) -> AlertRecord:
        """Keep a group in which an alert turned, and return the alert with the number of that turn."""
        turned = group.model_copy(update={"behind": True, "turns": group.turns + 1})
        counted = record.model_copy(update={"turn": turned.turns})
        self._groups[group.id] = turned
        self._touched.add(group.id)
        if not record.quiet or record.alert.status is AlertStatus.RESOLVED:
            self._turns.append(counted)
        return counted

    def _members(self, group: AlertGroup, alert: Alert) -> tuple[str, ...]:
        full = len(group.members) >= self._rules.told_each
        return group.members if full or alert.id in group.members else (*group.members, alert.id)

    def _storm(self, alert: Alert, now: datetime) -> tuple[AlertGroup, str] | None:
        """Return the group for what belongs nowhere while so many begin that one more tells nobody anything."""
        since = now - self._window
        lately = [each for each in self._groups.values() if each.open and each.opened_at >= since]
        if len(lately) < self._rules.storm:
            return None
        same = (each for each in lately if each.storm and each.environment in {None, alert.environment})
        begun = self._begun(alert, now).model_copy(update={"storm": True, "title": "Many alerts at once"})
        return next(same, begun), f"{len(lately)} groups began within {self._rules.window_minutes:g} min"

    def _begun(self, alert: Alert, now: datetime) -> AlertGroup:
        about = f" on {alert.service}" if alert.service else ""
        return AlertGroup(
            id=self._new_id(),
            tenant=alert.tenant,
            title=f"{' '.join(alert.name.split())[:200]}{about}",
            severity=alert.severity,
            environment=alert.environment,
            started_at=min(alert.started_at, now),
            opened_at=now,
            updated_at=now,
        )

    def _grown(self, group: AlertGroup, alert: Alert, now: datetime, *, reason: str, new: bool) -> AlertGroup:
        own = () if alert.service is None else (alert.service,)
        services = tuple(dict.fromkeys((*group.services, *own)))[:MOST_SERVICES]
        weighed = judged([alert], services, self._catalogue, self._rules)
        worst = min(group.severity if group.count else weighed.severity, weighed.severity)
        why = (f"{alert.name[:80]}: {reason}", *(weighed.reasons if not group.count else ()))
        return group.model_copy(
            update={
                "services": services,
                "environment": group.environment or alert.environment,
                "severity": worst,
                "traits": _with(group.traits, trait(alert)),
                "heard": tuple(dict.fromkeys((*group.heard, *words(alert))))[:MOST_WORDS],
                "reasons": (*group.reasons, *why)[-MOST_REASONS:],
                "count": group.count + new,
                "members": self._members(group, alert) if new else group.members,
                "firing": group.firing + 1,
                "open": True,
                "updated_at": now,
            }
        )


def _with(traits: tuple[Trait, ...], new: Trait) -> tuple[Trait, ...]:
    return traits if new in traits or len(traits) >= MOST_TRAITS else (*traits, new)


def _ended(group: AlertGroup, now: datetime) -> AlertGroup:
    left = max(group.firing - 1, 0)
    return group.model_copy(update={"firing": left, "open": left > 0, "updated_at": now})
