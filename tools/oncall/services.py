"""Schedules that PagerDuty and Opsgenie keep, asked for the moment in question.

https://developer.pagerduty.com/api-reference/3a6b910f11050-list-all-of-the-on-calls
https://docs.opsgenie.com/docs/who-is-on-call-api
"""

from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from tools.http import HttpClient, read_as
from tools.oncall.shift import Shift

_A_MOMENT = timedelta(seconds=1)


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Reference(_Told):
    id: str = ""
    summary: str | None = None
    name: str | None = None
    email: str | None = None


class _OnCall(_Told):
    user: _Reference
    escalation_level: int = 1
    start: datetime | None = None
    end: datetime | None = None


class _OnCalls(_Told):
    oncalls: tuple[_OnCall, ...]


class _Recipients(_Told):
    onCallRecipients: tuple[str, ...] = ()  # noqa: N815 -- Opsgenie's name


class _WhoIsOnCall(_Told):
    data: _Recipients


class PagerDutySchedule:
    """One schedule of PagerDuty, overrides included: it is PagerDuty that counts them."""

    def __init__(self, http: HttpClient, team: str, schedule: str) -> None:
        self._http = http
        self.team = team
        self.name = schedule

    async def on_call(self, at: datetime) -> tuple[Shift, ...]:
        """Return who is on call then; raises `ConnectorError`."""
        moment = at.astimezone(UTC)
        params = (
            ("schedule_ids[]", self.name),
            ("include[]", "users"),
            ("since", moment.isoformat(timespec="seconds")),
            ("until", (moment + _A_MOMENT).isoformat(timespec="seconds")),
        )
        answer = await self._http.get("/oncalls", params)
        told = read_as(answer, _OnCalls.model_validate, "PagerDuty", "PagerDuty")
        shifts = [
            Shift(
                person=each.user.email or each.user.name or each.user.summary or each.user.id or "nobody",
                team=self.team,
                schedule=self.name,
                level=max(each.escalation_level, 1),
                starts_at=each.start,
                until=each.end,
            )
            for each in told.oncalls
        ]
        once = {each.person: each for each in sorted(shifts, key=lambda shift: -shift.level)}
        return tuple(sorted(once.values(), key=lambda shift: (shift.level, shift.person)))


class OpsgenieSchedule:
    """One schedule of Opsgenie, overrides included. Until when somebody is on call it does not say."""

    def __init__(self, http: HttpClient, team: str, schedule: str) -> None:
        self._http = http
        self.team = team
        self.name = schedule

    async def on_call(self, at: datetime) -> tuple[Shift, ...]:
        """Return who is on call then; raises `ConnectorError`."""
        params = (
            ("scheduleIdentifierType", "id"),
            ("flat", "true"),
            ("date", at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
        )
        answer = await self._http.get(f"/v2/schedules/{self.name}/on-calls", params)
        told = read_as(answer, _WhoIsOnCall.model_validate, "Opsgenie", "Opsgenie")
        people = dict.fromkeys(told.data.onCallRecipients)
        return tuple(Shift(person=each, team=self.team, schedule=self.name) for each in people if each)
