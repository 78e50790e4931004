"""The names of the metrics that exist."""

from memory.model.evidence import Evidence
from memory.model.run import Outcome
from tools.capabilities.metrics import METRICS_NAMES, NameFilter
from tools.connectors.prometheus.api import SOURCE, Prometheus
from tools.contract import Arguments, CallContext
from tools.hands import evidence_id, given
from tools.http import Deadline
from tools.wording import capital, many

MOST_NAMES = 200


class MetricsNames:
    """Serves `metrics.names`."""

    capability = METRICS_NAMES

    def __init__(self, prometheus: Prometheus) -> None:
        self._prometheus = prometheus

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the names that contain a text, in any case; `value` is how many there are."""
        asked = given(arguments, NameFilter)
        every = await self._prometheus.names(Deadline(context.deadline_s))
        wanted = (asked.contains or "").casefold()
        names = tuple(name for name in every if wanted in name.casefold())
        shown = names[:MOST_NAMES]
        verb = f"{'contain' if wanted else 'exist'}{'s' if len(names) == 1 else ''}"
        evidence = Evidence(
            id=evidence_id(context, wanted),
            source=SOURCE,
            query="/api/v1/label/__name__/values",
            summary=capital(f"{many(len(names), 'metric name')} {verb}{' the text' if wanted else ''}."),
            observed_at=context.now,
            value=len(names),
            link=self._prometheus.page("/graph"),
            text="\n".join(shown),
        )
        hidden = len(names) - len(shown)
        return Outcome(
            ok=True,
            summary=evidence.summary,
            evidence=(evidence,),
            value=len(names),
            missing=(f"{SOURCE}: {hidden} of {len(names)} names are not shown",) if hidden else (),
            data={"names": list(shown)},
        )
