"""Silences in words: what they match and until when, with plain names from outside and nothing else. Pure."""

from memory.model.evidence import Evidence
from memory.model.value import Moment
from tools.alerts import AlertLabels
from tools.connectors.alertmanager.answers import Matcher, Silence
from tools.connectors.alertmanager.api import SOURCE, Alertmanager
from tools.contract import CallContext
from tools.hands import evidence_id
from tools.wording import clock, named

ALERTNAME = "alertname"


def matchers(labels: AlertLabels, service: str | None, alert: str | None) -> tuple[Matcher, ...]:
    """Return the conditions of a silence: exact values, never patterns."""
    wanted = ((ALERTNAME, alert), (labels.service, service))
    return tuple(Matcher(name=name, value=value) for name, value in wanted if value is not None)


def subject(conditions: tuple[Matcher, ...], labels: AlertLabels) -> str:
    """Return what a silence covers: `HighErrorRate of checkout`, `every alert of checkout`."""
    exact = {each.name: named(each.value, "another name") for each in conditions if each.exact()}
    others = len(conditions) - len(exact.keys() & {ALERTNAME, labels.service})
    alert, service = exact.get(ALERTNAME, "every alert"), exact.get(labels.service)
    about = f" of {service}" if service else " of every service" if others == 0 else ""
    more = f" under {others} more condition{'s' if others > 1 else ''}" if others else ""
    return f"{alert}{about}{more}"


def sentence(silence: Silence, labels: AlertLabels, now: Moment) -> str:
    """Return what a silence does, until when, and by whom."""
    ends = f"{'ended at' if silence.over() else 'ends at'} {clock(silence.ends_at, now)}"
    who = named(silence.created_by, "somebody")
    return f"{who} silenced {subject(silence.matchers, labels)}; it {ends}."


def evidence(silence: Silence, alertmanager: Alertmanager, labels: AlertLabels, context: CallContext) -> Evidence:
    """Return a silence as evidence; its conditions and its comment are text from outside."""
    conditions = ", ".join(matcher.text() for matcher in silence.matchers)
    return Evidence(
        id=evidence_id(context, silence.id, silence.status.state),
        source=SOURCE,
        query=f"/api/v2/silence/{silence.id}",
        summary=sentence(silence, labels, context.now),
        observed_at=context.now,
        value=silence.status.state,
        link=alertmanager.silence_page(silence.id),
        text=f"{conditions}\n{silence.comment}"[:2000],
    )
