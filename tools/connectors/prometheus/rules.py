"""The alerting rules that are loaded, and whether they can be evaluated."""

import re

from memory.model.evidence import Evidence
from memory.model.run import Outcome
from memory.model.value import JsonValue
from tools.capabilities.alerts import ALERTS_RULES, RuleFilter
from tools.connectors.prometheus.answers import Rule
from tools.connectors.prometheus.api import SOURCE, Prometheus
from tools.contract import Arguments, CallContext
from tools.hands import evidence_id, given
from tools.http import Deadline
from tools.wording import many, named

MOST_RULES = 100


class AlertsRules:
    """Serves `alerts.rules`. `service_label` is the label that names a service."""

    capability = ALERTS_RULES

    def __init__(self, prometheus: Prometheus, service_label: str) -> None:
        self._prometheus = prometheus
        self._label = service_label

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the rules, or those that name a service; `value` is how many there are."""
        asked = given(arguments, RuleFilter)
        every = await self._prometheus.rules(Deadline(context.deadline_s))
        rules = [rule for rule in every if asked.service is None or self._names(rule, asked.service)]
        shown = rules[:MOST_RULES]
        evidence = Evidence(
            id=evidence_id(context, asked.service or ""),
            source=SOURCE,
            query="/api/v1/rules?type=alert",
            summary=_sentence(rules, len(every), asked.service),
            observed_at=context.now,
            value=len(rules),
            link=self._prometheus.page("/alerts"),
            text="\n".join(f"{rule.name} for {rule.duration:g}s: {rule.query}" for rule in shown),
        )
        hidden = len(rules) - len(shown)
        return Outcome(
            ok=True,
            summary=evidence.summary,
            evidence=(evidence,),
            value=len(rules),
            missing=(
                *(f"{SOURCE}: rule {named(rule.name, 'of another name')} fails" for rule in rules if rule.error),
                *((f"{SOURCE}: {hidden} of {len(rules)} rules are not shown",) if hidden else ()),
            ),
            data={"rules": [_row(rule) for rule in shown]},
        )

    def _names(self, rule: Rule, service: str) -> bool:
        """Return whether a rule is about this service: by label, in its expression, or by an alert it raised."""
        word = re.compile(rf"(?<![\w.:/@+-]){re.escape(service)}(?![\w.:/@+-])")
        raised = {alert.labels.get(self._label) for alert in rule.alerts}
        return service in {rule.labels.get(self._label), *raised} or word.search(rule.query) is not None


def _sentence(rules: list[Rule], every: int, service: str | None) -> str:
    firing = sum(rule.state == "firing" for rule in rules)
    pending = sum(rule.state == "pending" for rule in rules)
    naming = f" that {'names' if len(rules) == 1 else 'name'} {service}" if service else ""
    said = f"Prometheus has {many(len(rules), 'alerting rule')}{naming}: {firing} firing, {pending} pending."
    if service is None or every == len(rules):
        return said
    return f"{said} {every - len(rules)} more may cover it without naming it."


def _row(rule: Rule) -> JsonValue:
    return {
        "name": rule.name,
        "query": rule.query,
        "for_s": rule.duration,
        "state": rule.state,
        "health": rule.health,
        "error": rule.error,
        "labels": dict(rule.labels),
        "annotations": dict(rule.annotations),
    }
