"""Serving `alerts.list` from several sources at once; each alert is told once, by the first that knows it."""

import asyncio
from collections.abc import Sequence

from memory.errors import ConnectorError
from memory.model.evidence import Evidence
from memory.model.run import Outcome
from tools.alerts.alert import Alert, AlertSource, AlertState, Seen
from tools.capabilities.alerts import ALERTS_LIST, AlertFilter
from tools.contract import Arguments, CallContext
from tools.hands import evidence_id, given
from tools.http import Deadline
from tools.readings import packed
from tools.wording import capital, many, named

MOST_ALERTS = 50
NAMED_IN_SUMMARY = 5


class AlertsList:
    """Serves `alerts.list`. Sources come in order of authority: what Alertmanager silences is silenced for all."""

    capability = ALERTS_LIST

    def __init__(self, sources: Sequence[AlertSource]) -> None:
        self._sources = tuple(sources)

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the alerts the filter lets through, worst first; `value` is how many there are.

        A source that cannot be asked is named in `missing`; raises `ConnectorError` when nobody who knows can be.
        """
        wanted = given(arguments, AlertFilter)
        deadline = Deadline(context.deadline_s)
        told = await asyncio.gather(
            *(source.seen(wanted, deadline) for source in self._sources), return_exceptions=True
        )
        seen, gaps = _sorted_out(told, wanted)
        alerts = sorted((each for each in merged(seen) if each.fits(wanted)), key=Alert.rank)
        queries = {each.source: each.query for each in seen}
        shown = alerts[:MOST_ALERTS]
        hidden = len(alerts) - len(shown)
        return Outcome(
            ok=True,
            summary=_sentence(alerts, wanted),
            evidence=tuple(alert_evidence(alert, queries[alert.source], context) for alert in shown)
            or _nothing(seen, wanted, context),
            value=len(alerts),
            missing=(*gaps, *((f"{hidden} of {len(alerts)} alerts are not shown",) if hidden else ())),
            data=packed("alerts", tuple(alert.reading() for alert in shown)),
        )


def merged(seen: Sequence[Seen]) -> list[Alert]:
    """Return every alert once: one that an earlier source knows too is left to that source."""
    known: dict[tuple[str, str, str], list[Alert]] = {}
    alerts: list[Alert] = []
    for each in seen:
        new = [alert for alert in each.alerts if not any(old.covers(alert) for old in known.get(alert.key(), ()))]
        for alert in new:
            known.setdefault(alert.key(), []).append(alert)
        alerts += new
    return alerts


def _sorted_out(told: Sequence[Seen | BaseException], wanted: AlertFilter) -> tuple[list[Seen], list[str]]:
    """Return what was told, and what therefore is not known; raises `ConnectorError` when that is all of it."""
    seen, lost = [], []
    for answer in told:
        if isinstance(answer, Seen):
            seen.append(answer)
        elif isinstance(answer, ConnectorError):
            lost.append(answer)
        else:
            raise answer
    asked = {state for state in AlertState if wanted.state in {"all", state}}
    known = {state for each in seen for state in each.knows}
    if known.isdisjoint(asked):
        raise lost[0] if lost else _nobody_knows(wanted)
    gaps = [f"which alerts are {state} is not known" for state in sorted(asked - known)]
    return seen, [*(error.message for error in lost), *gaps]


def _nobody_knows(wanted: AlertFilter) -> ConnectorError:
    return ConnectorError(
        f"expected a system that knows which alerts are {wanted.state}, found none among those connected",
        hint="Prometheus knows which alerts are pending, Alertmanager which are silenced.",
    )


def _sentence(alerts: Sequence[Alert], wanted: AlertFilter) -> str:
    about = f" for {wanted.service}" if wanted.service else ""
    severity = f"{wanted.severity} " if wanted.severity else ""
    doing = {"firing": "fire", "pending": "are pending", "silenced": "are silenced", "all": "are known"}
    if len(alerts) == 1:
        doing = {"firing": "fires", "pending": "is pending", "silenced": "is silenced", "all": "is known"}
    said = f"{many(len(alerts), f'{severity}alert')} {doing[wanted.state]}{about}"
    names = list(dict.fromkeys(named(alert.name, "one without a plain name") for alert in alerts))
    listed = f": {', '.join(names[:NAMED_IN_SUMMARY])}" if names else ""
    more = f" and {len(names) - NAMED_IN_SUMMARY} more" if len(names) > NAMED_IN_SUMMARY else ""
    return capital(f"{said}{listed}{more}.")


def alert_evidence(alert: Alert, query: str, context: CallContext) -> Evidence:
    """Return an alert as evidence: our sentence as summary, its annotations and labels as text from outside."""
    labels = [f"{name}={value}" for name, value in sorted(alert.labels.items())]
    return Evidence(
        id=evidence_id(context, alert.source, *labels),
        source=alert.source,
        query=query,
        summary=alert.sentence(context.now),
        observed_at=context.now,
        value=alert.state,
        link=alert.link,
        text=alert.text(),
    )


def _nothing(seen: Sequence[Seen], wanted: AlertFilter, context: CallContext) -> tuple[Evidence, ...]:
    """Return the evidence that there is none: every source that would know, and what it was asked."""
    return tuple(
        Evidence(
            id=evidence_id(context, each.source, wanted.state, wanted.service or ""),
            source=each.source,
            query=each.query,
            summary=_sentence((), wanted),
            observed_at=context.now,
            value=0,
            link=each.link,
        )
        for each in seen
        if wanted.state in {"all", *each.knows}
    )
