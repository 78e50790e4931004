"""What is scraped, and which of it is down."""

from collections.abc import Sequence

from memory.model.evidence import Evidence
from memory.model.run import Outcome
from memory.model.value import JsonValue
from tools.capabilities.metrics import TARGETS_LIST, TargetHealth
from tools.connectors.prometheus.answers import Target
from tools.connectors.prometheus.api import SOURCE, Prometheus
from tools.contract import Arguments, CallContext
from tools.hands import evidence_id, given
from tools.http import Deadline
from tools.wording import many, named

MOST_TARGETS = 100
NAMED_IN_SUMMARY = 5


class TargetsList:
    """Serves `targets.list`."""

    capability = TARGETS_LIST

    def __init__(self, prometheus: Prometheus) -> None:
        self._prometheus = prometheus

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the targets of that health, the ones that are down first; `value` is how many there are."""
        asked = given(arguments, TargetHealth)
        every = await self._prometheus.targets(Deadline(context.deadline_s))
        listed = sorted(
            (target for target in every if asked.health in {None, target.health}),
            key=lambda target: (target.health == "up", target.labels.get("job", ""), target.url),
        )
        shown = listed[:MOST_TARGETS]
        evidence = Evidence(
            id=evidence_id(context, asked.health or ""),
            source=SOURCE,
            query="/api/v1/targets",
            summary=_sentence(every),
            observed_at=context.now,
            value=len(listed),
            link=self._prometheus.page("/targets"),
            text="\n".join(_line(target) for target in shown),
        )
        hidden = len(listed) - len(shown)
        return Outcome(
            ok=True,
            summary=evidence.summary,
            evidence=(evidence,),
            value=len(listed),
            missing=(f"{SOURCE}: {hidden} of {len(listed)} targets are not shown",) if hidden else (),
            data={"targets": [_row(target) for target in shown]},
        )


def _sentence(every: Sequence[Target]) -> str:
    if not every:
        return "Prometheus scrapes nothing."
    down = [target for target in every if target.health == "down"]
    unknown = [target for target in every if target.health not in {"up", "down"}]
    up = len(every) - len(down) - len(unknown)
    parts = [f"{up} of {many(len(every), 'scrape target')} {'is' if up == 1 else 'are'} up"]
    if down:
        more = len(down) - NAMED_IN_SUMMARY
        names = [named(_job(target), "one without a plain name") for target in down[:NAMED_IN_SUMMARY]]
        parts.append(f"down: {', '.join(names)}{f' and {more} more' if more > 0 else ''}")
    if unknown:
        parts.append(f"not scraped yet: {len(unknown)}")
    return f"{'; '.join(parts)}."


def _job(target: Target) -> str:
    return target.labels.get("service") or target.labels.get("job", "")


def _line(target: Target) -> str:
    return f"{target.health} {_job(target)} {target.url} {target.error}".rstrip()


def _row(target: Target) -> JsonValue:
    return {
        "job": target.labels.get("job", ""),
        "instance": target.labels.get("instance", ""),
        "health": target.health,
        "url": target.url,
        "error": target.error,
        "scraped_at": target.scraped_at.isoformat() if target.scraped_at else None,
    }
