"""Schedules: of a file, of calendars, of PagerDuty and of Opsgenie."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from agents.units import counted
from bot.alert_settings import Rota
from bot.settings import Settings
from bot.wiring.systems.opened import Check, Opened, Surroundings
from memory.clock import Clock
from memory.errors import InvalidSettings
from memory.model.catalogue import Catalogue
from tools.http import HttpClient
from tools.oncall.book import OnCallBook
from tools.oncall.calendar import CalendarSchedule, Source, file_source
from tools.oncall.file import RotaFiles
from tools.oncall.services import OpsgenieSchedule, PagerDutySchedule
from tools.oncall.shift import Schedule
from tools.oncall.who import OnCallWho


@asynccontextmanager
async def opened(around: Surroundings) -> AsyncIterator[Opened]:
    """Give the hand that says who is on call; raises `InvalidSettings` for a file that is no schedule."""
    if not around.settings.uses_oncall():
        yield Opened()
        return
    async with AsyncExitStack() as stack:
        found = book(around.settings, around.catalogue, stack)
        yield Opened(hands=(OnCallWho(found),), checks={"oncall": _check(found, around.clock)})


def book(settings: Settings, catalogue: Catalogue, stack: AsyncExitStack) -> OnCallBook:
    """Return every schedule of the settings; what is opened is closed with the stack. Nothing is asked yet.

    Raises `InvalidSettings`.
    """
    schedules: list[Schedule] = []
    if settings.oncall_file is not None:
        schedules += RotaFiles(settings.oncall_file).schedules()
    schedules += [_schedule(rota, settings, stack) for rota in settings.oncall_rotas]
    return OnCallBook(schedules, catalogue, teams=settings.oncall_teams, default_team=settings.oncall_default_team)


def _schedule(rota: Rota, settings: Settings, stack: AsyncExitStack) -> Schedule:
    if rota.pagerduty:
        token = settings.pagerduty_token.get_secret_value()
        headers = {
            "Authorization": f"Token token={token}",
            "Accept": "application/vnd.pagerduty+json;version=2",
        }
        http = HttpClient(settings.pagerduty_url, source="PagerDuty", headers=headers)
        stack.push_async_callback(http.close)
        return PagerDutySchedule(http, rota.team, rota.pagerduty)
    if rota.opsgenie:
        key = settings.opsgenie_key.get_secret_value()
        http = HttpClient(settings.opsgenie_url, source="Opsgenie", headers={"Authorization": f"GenieKey {key}"})
        stack.push_async_callback(http.close)
        return OpsgenieSchedule(http, rota.team, rota.opsgenie)
    return CalendarSchedule(rota.team, "calendar", _calendar(rota.ical, rota.team, stack))


def _calendar(place: str, team: str, stack: AsyncExitStack) -> Source:
    """Return what gets a calendar. Its address often is its secret: it is in no message."""
    parts = urlsplit(place)
    if parts.scheme not in {"http", "https"}:
        return file_source(Path(place))
    if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise InvalidSettings(f"expected an https address for the calendar of {team}, found one without")
    http = HttpClient(f"{parts.scheme}://{parts.netloc}", source=f"the calendar of {team}")
    stack.push_async_callback(http.close)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"

    async def get() -> bytes:
        return await http.get_bytes(path)

    return get


def _check(found: OnCallBook, clock: Clock) -> Check:
    async def check() -> str:
        told = await found.everybody(clock.now())
        missing = [gap for each in told for gap in each.missing]
        if missing:
            return f"{counted(len(told), 'team')}; not asked: {'; '.join(missing)}"
        nobody = [each.team for each in told if not each.shifts]
        return counted(len(told), "team") + (f"; nobody is on call for {', '.join(nobody)}" if nobody else "")

    return check
