"""Making a silence, once per call, over exactly the alerts that a person saw beforehand would be hidden."""

from datetime import timedelta

from memory.errors import ConnectorError
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from memory.model.value import Moment
from memory.model.window import parse_duration
from tools.alerts import Alert, AlertLabels, AlertState, alert_evidence
from tools.capabilities.alerts import SILENCE_CREATE, SILENCE_EXPIRE, NewSilence
from tools.connectors.alertmanager import marks, phrases
from tools.connectors.alertmanager.alerts import AlertmanagerAlerts, query
from tools.connectors.alertmanager.answers import Silence
from tools.connectors.alertmanager.api import Alertmanager
from tools.contract import Arguments, CallContext, Severity
from tools.hands import given
from tools.http import Deadline
from tools.wording import clock, many, named

MOST_SHOWN = 10


class SilenceCreate:
    """Serves `silence.create`."""

    capability = SILENCE_CREATE

    def __init__(self, alertmanager: Alertmanager, source: AlertmanagerAlerts, labels: AlertLabels) -> None:
        self._alertmanager = alertmanager
        self._source = source
        self._labels = labels

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return which alerts would be hidden now, until when, and what ends the silence again."""
        asked = given(arguments, NewSilence)
        conditions = phrases.matchers(self._labels, asked.service, asked.alert)
        told = await self._alertmanager.alerts(conditions, Deadline(context.deadline_s))
        alerts = [self._source.alert(each) for each in told]
        hidden = [alert for alert in alerts if alert.state is AlertState.FIRING]
        until = clock(_end(asked, context), context.now)
        subject = phrases.subject(conditions, self._labels)
        return Preview(
            call=Call(tool=SILENCE_CREATE.name, arguments=asked.model_dump(mode="json", exclude_none=True)),
            summary=f"A silence would cover {subject} until {until}; it hides {many(len(hidden), 'alert')} now.",
            changes=(
                Change(field="silence", before="none", after=f"{subject} until {until}"),
                *(_change(alert, until) for alert in hidden[:MOST_SHOWN]),
            ),
            blast_radius=_services(asked, hidden),
            undo=Call(tool=SILENCE_EXPIRE.name, arguments={"silence": marks.reference(asked, context)}),
            evidence=tuple(alert_evidence(alert, query(conditions), context) for alert in hidden[:MOST_SHOWN]),
            warnings=_warnings(asked, hidden),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return none: Alertmanager answers with the silence's id only once it is in force."""
        del arguments
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Make the silence, unless one was made under this key before, and read it back."""
        asked = given(arguments, NewSilence)
        deadline = Deadline(context.deadline_s)
        made = await self._made(context, deadline) or await self._make(asked, context, deadline)
        return self._outcome(made, context)

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the silence made under this key, None if there is none."""
        made = await self._made(context, Deadline(context.deadline_s))
        return self._outcome(made, context) if made is not None else None

    async def _made(self, context: CallContext, deadline: Deadline) -> Silence | None:
        every = await self._alertmanager.silences(deadline)
        return next((each for each in every if marks.key_of(each) == context.key), None)

    async def _make(self, asked: NewSilence, context: CallContext, deadline: Deadline) -> Silence:
        silence_id = await self._alertmanager.create(
            phrases.matchers(self._labels, asked.service, asked.alert),
            (context.now, _end(asked, context)),
            context.principal,
            marks.comment(asked, context),
            deadline,
        )
        made = await self._alertmanager.silence(silence_id, deadline)
        if made is None:
            raise ConnectorError(f"expected alertmanager to know the silence {silence_id} it made, found none")
        return made

    def _outcome(self, made: Silence, context: CallContext) -> Outcome:
        until = clock(made.ends_at, context.now)
        subject = phrases.subject(made.matchers, self._labels)
        return Outcome(
            ok=True,
            summary=f"A silence {'covered' if made.over() else 'covers'} {subject} until {until}.",
            evidence=(phrases.evidence(made, self._alertmanager, self._labels, context),),
            undo=Call(tool=SILENCE_EXPIRE.name, arguments={"silence": made.id}),
            data={"silence": made.id, "ends_at": made.ends_at.isoformat()},
        )


def _end(asked: NewSilence, context: CallContext) -> Moment:
    return context.now + parse_duration(asked.duration)


def _change(alert: Alert, until: str) -> Change:
    name = named(alert.name, "alert without a plain name")
    about = f" for {named(alert.service, 'another service')}" if alert.service else ""
    return Change(field=f"{name}{about}", before="firing", after=f"silenced until {until}")


def _services(asked: NewSilence, hidden: list[Alert]) -> tuple[str, ...]:
    """Return whose alerts would not be told."""
    found = {named(alert.service, "a service without a plain name") for alert in hidden if alert.service}
    return tuple(sorted(found | ({asked.service} if asked.service else set())))


def _warnings(asked: NewSilence, hidden: list[Alert]) -> tuple[str, ...]:
    critical = sum(alert.severity == Severity.CRITICAL for alert in hidden)
    warnings = {
        "No alert matches now; those that come later would be hidden.": not hidden,
        f"{many(critical, 'critical alert')} would be hidden.": critical > 0,
        f"{len(hidden) - MOST_SHOWN} more alerts would be hidden.": len(hidden) > MOST_SHOWN,
        "It holds for every service.": asked.service is None,
        "It holds for every alert of the service, also for those that come later.": asked.alert is None,
        "It holds for more than a day.": parse_duration(asked.duration) > timedelta(days=1),
    }
    return tuple(warning for warning, applies in warnings.items() if applies)
