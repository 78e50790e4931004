"""The silences that are active."""

from memory.model.evidence import Evidence
from memory.model.run import Outcome
from memory.model.value import JsonValue
from tools.alerts import AlertLabels
from tools.capabilities.alerts import SILENCES_LIST
from tools.connectors.alertmanager import phrases
from tools.connectors.alertmanager.answers import Silence
from tools.connectors.alertmanager.api import SOURCE, Alertmanager
from tools.contract import Arguments, CallContext
from tools.hands import evidence_id
from tools.http import Deadline
from tools.wording import capital, many

MOST_SILENCES = 50


class SilencesList:
    """Serves `silences.list`."""

    capability = SILENCES_LIST

    def __init__(self, alertmanager: Alertmanager, labels: AlertLabels) -> None:
        self._alertmanager = alertmanager
        self._labels = labels

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the active silences, the first to end first; `value` is how many there are."""
        del arguments  # there are none
        every = await self._alertmanager.silences(Deadline(context.deadline_s))
        active = sorted((each for each in every if each.status.state == "active"), key=lambda each: each.ends_at)
        shown = active[:MOST_SILENCES]
        hidden = len(active) - len(shown)
        evidence = tuple(phrases.evidence(each, self._alertmanager, self._labels, context) for each in shown)
        return Outcome(
            ok=True,
            summary=capital(f"{many(len(active), 'silence')} {'is' if len(active) == 1 else 'are'} active."),
            evidence=evidence or (self._none(context),),
            value=len(active),
            missing=(f"{SOURCE}: {hidden} of {len(active)} silences are not shown",) if hidden else (),
            data={"silences": [_row(each) for each in shown]},
        )

    def _none(self, context: CallContext) -> Evidence:
        return Evidence(
            id=evidence_id(context, "silences"),
            source=SOURCE,
            query="/api/v2/silences",
            summary="No silence is active.",
            observed_at=context.now,
            value=0,
            link=self._alertmanager.silences_page(),
        )


def _row(silence: Silence) -> JsonValue:
    return {
        "id": silence.id,
        "matchers": [matcher.text() for matcher in silence.matchers],
        "starts_at": silence.starts_at.isoformat(),
        "ends_at": silence.ends_at.isoformat(),
        "by": silence.created_by,
        "comment": silence.comment,
    }
