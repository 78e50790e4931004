"""Ending a silence. Ending it twice is harmless, so nothing needs to remember that it was ended."""

from memory.errors import InvalidInput, NotFound
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from memory.model.value import JsonValue, Moment
from tools.alerts import AlertLabels, alert_evidence
from tools.capabilities.alerts import SILENCE_CREATE, SILENCE_EXPIRE, SilenceId
from tools.connectors.alertmanager import marks, phrases
from tools.connectors.alertmanager.alerts import AlertmanagerAlerts, query
from tools.connectors.alertmanager.answers import Silence
from tools.connectors.alertmanager.api import Alertmanager
from tools.contract import Arguments, CallContext
from tools.hands import given
from tools.http import Deadline
from tools.registry import validated
from tools.wording import clock, length, named

MOST_SHOWN = 10


class SilenceExpire:
    """Serves `silence.expire`: by Alertmanager's id, or by the reference known to the plan that made it."""

    capability = SILENCE_EXPIRE

    def __init__(self, alertmanager: Alertmanager, source: AlertmanagerAlerts, labels: AlertLabels) -> None:
        self._alertmanager = alertmanager
        self._source = source
        self._labels = labels

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return which alerts would be told again; without changes where the silence has ended already.

        Raises `NotFound`.
        """
        deadline = Deadline(context.deadline_s)
        silence = await self._found(given(arguments, SilenceId).silence, deadline)
        call = Call(tool=SILENCE_EXPIRE.name, arguments={"silence": silence.id})
        evidence = phrases.evidence(silence, self._alertmanager, self._labels, context)
        if silence.over():
            return Preview(call=call, summary=self._already(silence, context), evidence=(evidence,))
        told = await self._alertmanager.alerts((), deadline)
        alerts = [self._source.alert(each) for each in told if silence.id in each.status.silenced_by]
        undo = _again(silence, self._labels, context.now)
        return Preview(
            call=call,
            summary=f"The silence over {phrases.subject(silence.matchers, self._labels)} would end now.",
            changes=(
                Change(field="silence", before=f"until {clock(silence.ends_at, context.now)}", after="ended now"),
                *(
                    Change(field=named(each.name, "alert without a plain name"), before="silenced", after="firing")
                    for each in alerts[:MOST_SHOWN]
                ),
            ),
            blast_radius=tuple(sorted({named(each.service, "another service") for each in alerts})),
            undo=undo,
            evidence=(
                evidence,
                *(alert_evidence(each, query(()), context) for each in alerts[:MOST_SHOWN]),
            ),
            warnings=() if undo else ("It cannot be made again by Quarterdeck: it matches by more than names.",),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return none: the silence is read back when it is ended."""
        del arguments
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """End the silence; one that has ended already is left as it is. Raises `NotFound`."""
        deadline = Deadline(context.deadline_s)
        silence = await self._found(given(arguments, SilenceId).silence, deadline)
        evidence = phrases.evidence(silence, self._alertmanager, self._labels, context)
        if silence.over():
            return Outcome(ok=True, summary=self._already(silence, context), evidence=(evidence,))
        await self._alertmanager.expire(silence.id, deadline)
        return Outcome(
            ok=True,
            summary=f"The silence over {phrases.subject(silence.matchers, self._labels)} is ended.",
            evidence=(evidence,),
            undo=_again(silence, self._labels, context.now),
            data={"silence": silence.id},
        )

    async def look(self, context: CallContext) -> Outcome | None:
        """Return None: a silence does not remember who ended it, and ending it again changes nothing."""
        del context
        return None

    async def _found(self, name: str, deadline: Deadline) -> Silence:
        """Return the silence of that id or reference, rather an active one than one that is over."""
        if marks.REFERENCE.fullmatch(name):
            every = await self._alertmanager.silences(deadline)
            ours = [each for each in every if marks.reference_of(each) == name]
            found = min(ours, key=Silence.over, default=None)
        else:
            found = await self._alertmanager.silence(name, deadline)
        if found is None:
            raise NotFound(
                f"expected the id of a silence, found {name}, which is none",
                hint="List the silences to see their ids.",
            )
        return found

    def _already(self, silence: Silence, context: CallContext) -> str:
        subject = phrases.subject(silence.matchers, self._labels)
        return f"The silence over {subject} ended at {clock(silence.ends_at, context.now)} already."


def _again(silence: Silence, labels: AlertLabels, now: Moment) -> Call | None:
    """Return the call that makes the silence again for the time it had left, None where no call of ours can."""
    known = {phrases.ALERTNAME: "alert", labels.service: "service"}
    if not all(each.exact() and each.name in known for each in silence.matchers) or silence.ends_at <= now:
        return None
    values: dict[str, JsonValue] = {known[each.name]: each.value for each in silence.matchers}
    arguments = {"duration": length(silence.ends_at - now), **values}
    try:
        validated(SILENCE_CREATE, arguments)
    except InvalidInput:
        return None
    return Call(tool=SILENCE_CREATE.name, arguments=arguments)
