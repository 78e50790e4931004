"""The settings of alerts and of being on call, a part of all settings (`bot.settings`)."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field, SecretStr, model_validator

from agents.triage.rules import TriageRules
from memory.errors import InvalidInput
from memory.model.triage import Quiet
from memory.model.value import Identifier, Moment, Value
from tools.oncall.policies import CallingStep
from tools.webhooks.mapping import Mapping
from tools.webhooks.sources import named

SHORTEST_SECRET = 16  # characters


class Proof(StrEnum):
    """How a source proves that it is itself."""

    BEARER = "bearer"
    BASIC = "basic"
    HMAC = "hmac"
    SNS = "sns"


_USUAL = {"github": Proof.HMAC, "pagerduty": Proof.HMAC, "sentry": Proof.HMAC, "cloudwatch": Proof.SNS}


def _kind(name: str) -> str:
    try:
        return named(name)
    except InvalidInput as error:
        raise ValueError(error.message) from None


class AlertSource(Value):
    """One system that sends alerts: where it sends them (`/hooks/NAME`), what it is, and what proves it.

    `header` is where a signature stands, `timestamp_header` the moment that is signed with the body, where one is.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    kind: Annotated[str, AfterValidator(_kind)]
    proof: Proof | None = None  # None: what this kind of source has
    secret: SecretStr = SecretStr("")
    secret_before: SecretStr = SecretStr("")  # which is still taken, while the secret is changed
    user: str = ""
    header: str = ""
    timestamp_header: str = ""
    topics: tuple[str, ...] = ()  # of SNS: the ARNs that are listened to
    mapping: Mapping | None = None

    @property
    def proves(self) -> Proof:
        """How it proves that it is itself."""
        return self.proof or _USUAL.get(self.kind, Proof.BEARER)

    @model_validator(mode="after")
    def _can_prove_it(self) -> Self:
        if self.proves is Proof.SNS:
            if not self.topics:
                raise ValueError(f"the source {self.name} needs topics: the ARNs that it may send for")
        elif len(self.secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"the source {self.name} needs a secret of {SHORTEST_SECRET} characters or more")
        if (self.proves is Proof.BASIC) != bool(self.user):
            raise ValueError(f"the source {self.name} needs a user where its proof is basic, and only there")
        return self


class MaintenanceWindow(Value):
    """A planned time in which alerts of some services or places declare nothing."""

    name: Identifier
    starts_at: Moment
    ends_at: Moment
    services: tuple[Identifier, ...] = ()
    environments: tuple[Identifier, ...] = ()
    labels: dict[str, str] = Field(default_factory=dict)

    def quiet(self, tenant: str) -> Quiet:
        """Return what keeps alerts quiet then."""
        return Quiet(
            id=f"window:{self.name}",
            tenant=tenant,
            maintenance=True,
            services=self.services,
            environments=self.environments,
            labels=self.labels,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            by="settings",
            reason=self.name,
        )

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        self.quiet("tenant")
        return self


class Rota(Value):
    """Where one team's schedule stands: a file of schedules has several, each other place one."""

    team: Identifier
    ical: str = ""  # a path, or an https address
    pagerduty: str = ""  # the id of a schedule there
    opsgenie: str = ""

    @model_validator(mode="after")
    def _stands_somewhere(self) -> Self:
        if sum(map(bool, (self.ical, self.pagerduty, self.opsgenie))) != 1:
            raise ValueError(f"the rota of {self.team} needs one of ical, pagerduty and opsgenie")
        return self


class AlertSettings(BaseModel):
    """What sends alerts, how they are sorted, and whom they call."""

    alert_sources: tuple[AlertSource, ...] = Field(
        default=(), description="Systems that send alerts, each to /hooks/NAME with a secret of its own"
    )
    triage: TriageRules = Field(default=TriageRules(), description="When alerts are one matter, and how bad it is")
    maintenance: tuple[MaintenanceWindow, ...] = Field(
        default=(), description="Planned times in which alerts declare nothing"
    )
    oncall_file: Path | None = Field(default=None, description="A YAML file with schedules; unset: none")
    oncall_rotas: tuple[Rota, ...] = Field(default=(), description="Schedules that stand elsewhere, by team")
    oncall_teams: dict[str, Identifier] = Field(
        default={}, description="Which team owns a service, where the catalogue's `owner` is not its name"
    )
    oncall_default_team: str = Field(default="", description="Who is called for what nobody owns")
    oncall_people: dict[str, Identifier] = Field(
        default={}, description="Who somebody in a schedule is here, by the name or address it has there"
    )
    escalation: tuple[CallingStep, ...] = Field(
        default=(), description="Who is called, after how many minutes that nobody acknowledged; empty: nobody"
    )
    escalation_severity: int = Field(
        default=2, ge=1, le=5, description="The mildest severity for which somebody is called"
    )
    pagerduty_url: str = Field(default="https://api.pagerduty.com", description="PagerDuty's API")
    pagerduty_token: SecretStr = Field(default=SecretStr(""), description="A read-only API key of PagerDuty")
    opsgenie_url: str = Field(default="https://api.opsgenie.com", description="Opsgenie's API")
    opsgenie_key: SecretStr = Field(default=SecretStr(""), description="A read-only API key of Opsgenie")

    @model_validator(mode="after")
    def _sources_have_names_of_their_own(self) -> Self:
        for kind, names in (
            ("alert_sources", [each.name for each in self.alert_sources]),
            ("maintenance", [each.name for each in self.maintenance]),
            ("oncall_rotas", [each.team for each in self.oncall_rotas]),
        ):
            if len(set(names)) < len(names):
                raise ValueError(f"every entry of {kind} needs a name of its own")
        if any(each.pagerduty for each in self.oncall_rotas) and not self.pagerduty_token.get_secret_value():
            raise ValueError("a rota in PagerDuty needs pagerduty_token")
        if any(each.opsgenie for each in self.oncall_rotas) and not self.opsgenie_key.get_secret_value():
            raise ValueError("a rota in Opsgenie needs opsgenie_key")
        return self

    def uses_oncall(self) -> bool:
        """Return whether there is any schedule."""
        return self.oncall_file is not None or bool(self.oncall_rotas)
