"""Alerts, the rules they come from, and silences."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from memory.model.plan import Effect, Tier
from tools.capabilities.phrasings import alerts as phrasings
from tools.capabilities.services import Nothing
from tools.contract import Arguments, Capability, DurationText, ServiceName, Severity, Slot


class AlertFilter(Arguments):
    """Which alerts to list."""

    service: ServiceName | None = None
    severity: Annotated[Severity | None, Slot.SEVERITY] = None
    state: Annotated[str, Field(pattern=r"^(firing|pending|silenced|all)$"), Slot.STATE] = "firing"


class RuleFilter(Arguments):
    """Whose alert rules to list."""

    service: ServiceName | None = None


class NewSilence(Arguments):
    """What to silence, and for how long. At least one of `service` and `alert` is given."""

    duration: DurationText
    service: ServiceName | None = None
    alert: Annotated[str, Field(max_length=120), Slot.IDENTIFIER] | None = None

    @model_validator(mode="after")
    def _has_a_matcher(self) -> Self:
        if self.service is None and self.alert is None:
            raise ValueError("a service or an alert to silence")
        return self


class SilenceId(Arguments):
    """One silence."""

    silence: Annotated[str, Field(min_length=4, max_length=64, pattern=r"^[0-9a-fA-F-]+$"), Slot.IDENTIFIER]


ALERTS_LIST = Capability(
    name="alerts.list",
    title="Alerts",
    summary="Alerts that fire, wait or are silenced.",
    says="List alerts",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=AlertFilter,
    examples=phrasings.ALERTS_LIST,
)

ALERTS_RULES = Capability(
    name="alerts.rules",
    title="Alert rules",
    summary="The alerting rules that are loaded.",
    says="List alert rules",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=RuleFilter,
    examples=phrasings.ALERTS_RULES,
)

SILENCES_LIST = Capability(
    name="silences.list",
    title="Silences",
    summary="The silences that are active.",
    says="List silences",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=Nothing,
    examples=phrasings.SILENCES_LIST,
)

SILENCE_CREATE = Capability(
    name="silence.create",
    title="Silence",
    summary="Silence the alerts of a service, or one alert, for a while.",
    says="Silence alerts of {service} (alert: {alert}) for {duration}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=NewSilence,
    examples=phrasings.SILENCE_CREATE,
)

SILENCE_EXPIRE = Capability(
    name="silence.expire",
    title="End a silence",
    summary="End a silence now.",
    says="End silence {silence}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=SilenceId,
    examples=phrasings.SILENCE_EXPIRE,
)

EVERY = (ALERTS_LIST, ALERTS_RULES, SILENCES_LIST, SILENCE_CREATE, SILENCE_EXPIRE)
