"""What an alert is after news of it: the same again, turned, or news from earlier that came late. Pure.

Clocks of sources are never compared with ours or with each other, only with themselves: what began later by the
clock of its own source is newer, and of one beginning the end is newer than the beginning, in whichever order they
come.
"""

from datetime import datetime, timedelta

from agents.triage.rules import TriageRules
from memory.model.alert import Alert, AlertStatus
from memory.model.triage import AlertNews, AlertRecord
from memory.model.value import Value

MOST_TURNS = 40


class Turned(Value):
    """What news made of an alert, and whether it turned: from one state to the other, or to a new beginning."""

    record: AlertRecord
    turned: bool


def after(record: AlertRecord | None, news: AlertNews, now: datetime, rules: TriageRules) -> Turned:
    """Return what the alert is now, after this news of it."""
    if record is None:
        return Turned(record=AlertRecord(alert=news.alert, changed_at=now, turns=(now,)), turned=True)
    merged = _merged(record.alert, news)
    if merged is None:
        return Turned(record=record.model_copy(update={"told": record.told + 1}), turned=False)
    turned = _turns(record.alert, merged)
    turns = (*record.turns, now)[-MOST_TURNS:] if turned else record.turns
    changes = {
        "alert": merged,
        "told": record.told + 1,
        "changed_at": now if turned else record.changed_at,
        "turns": turns,
        "flapping": flapping(turns, now, rules),
    }
    return Turned(record=record.model_copy(update=changes), turned=turned)


def flapping(turns: tuple[datetime, ...], now: datetime, rules: TriageRules) -> bool:
    """Return whether an alert turned so often lately that another turn says nothing new."""
    since = now - timedelta(minutes=rules.flap_minutes)
    return sum(turn > since for turn in turns) >= rules.flaps


def _turns(before: Alert, now: Alert) -> bool:
    again = now.status is AlertStatus.FIRING and now.started_at > before.started_at
    return now.status is not before.status or again


def _merged(alert: Alert, news: AlertNews) -> Alert | None:
    """Return the alert with the news in it, None where the news is older than what is known."""
    told = news.alert
    if not news.timed:
        return _untimed(alert, told)
    if told.started_at < alert.started_at:
        return None  # of an earlier time that it fired: over by now, whatever it says
    if told.started_at == alert.started_at and alert.status is AlertStatus.RESOLVED:
        return None  # it ended already: what says that it began was late
    return told.model_copy(update={"received_at": told.received_at})


def _untimed(alert: Alert, told: Alert) -> Alert | None:
    """Merge news of a source that does not say when it began: then it began when it was first told of."""
    if told.ended_at is not None and told.ended_at < alert.started_at:
        return None
    same = told.status is alert.status or told.status is AlertStatus.RESOLVED
    return told.model_copy(update={"started_at": alert.started_at}) if same else told
