"""What the doctor looks at: every part this process would use, each on its own: one fault hides no other."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from pydantic import ValidationError

from agents.model.fleet import Fleet
from bot.log_findings import LOG_PARTS, log_findings
from bot.settings import Settings
from bot.surfaces.cli.host import Finding, Health
from bot.surfaces.desk import Part, Readiness
from bot.surfaces.signed_log import LogState
from bot.wiring import assembled
from bot.wiring.house import policy
from bot.wiring.local import home
from memory.errors import QuarterdeckError

MOST_SKEW_S = 5.0
ANSWER_WITHIN_S = 5.0

_HINTS = {
    "prometheus": "Set QUARTERDECK_PROMETHEUS_URL; without it there are no metrics.",
    "alertmanager": "Set QUARTERDECK_ALERTMANAGER_URL; without it there are no alerts.",
}

_LEVERS = {
    "actions": "An administrator lets them go on: quarterdeck resume",
    "policy in force": "Promote one that fits, or go back: quarterdeck policy rollback",
}


async def examined(settings: Settings) -> AsyncIterator[Finding]:
    """Yield what each part is like: of the server where one is configured, else of this process."""
    yield _settings(settings)
    parts = _server(settings) if settings.server_url else _here(settings)
    async for finding in parts:
        yield finding


def _settings(settings: Settings) -> Finding:
    counted = f"{len(settings.people)} people, {len(settings.services)} services"
    found = f"profile {settings.profile.value}, tenant {settings.tenant}, {counted}"
    if settings.server_url or settings.people:
        return Finding(check="settings", health=Health.OK, found=found)
    hint = "Add people and services to quarterdeck.toml, or try: quarterdeck demo"
    return Finding(check="settings", health=Health.WARN, found=found, hint=hint)


async def _here(settings: Settings) -> AsyncIterator[Finding]:
    yield _tried("home", lambda: str(home(settings)))
    yield _tried("policy", lambda: f"valid, hash {policy(settings).hash[:12]}…")
    try:
        async with assembled(settings) as house:
            yield Finding(check="embedding", health=Health.OK, found="loaded, checksum as expected")
            await house.log.publisher.ask()
            for finding in _parts(await house.desk.ready()):
                yield finding
            for finding in log_findings(await house.log.book.stands(settings.tenant)):
                yield finding
    except QuarterdeckError as error:
        yield _failed("start-up", error)
    for name, hint in _HINTS.items():
        if not getattr(settings, f"{name}_url"):
            yield Finding(check=name, health=Health.WARN, found="not configured", hint=hint)
    if settings.prometheus_url:
        yield await _clock(f"{settings.prometheus_url}/-/ready")
    yield _model(settings)


async def _server(settings: Settings) -> AsyncIterator[Finding]:
    async with httpx.AsyncClient(base_url=settings.server_url, timeout=ANSWER_WITHIN_S) as http:
        try:
            ready = await http.get("/readyz")
            key = settings.api_key.get_secret_value()
            asked = await http.get("/v1/capabilities", headers={"Authorization": f"Bearer {key}"})
            log = await http.get("/v1/log/checkpoint", headers={"Authorization": f"Bearer {key}"})
            readiness = Readiness.model_validate_json(ready.content, extra="ignore")
        except (httpx.HTTPError, httpx.InvalidURL, ValidationError) as error:
            found = f"{settings.server_url} does not answer as Quarterdeck would: {type(error).__name__}"
            yield Finding(check="server", health=Health.FAIL, found=found, hint="Is it running? quarterdeck serve")
            return
    yield Finding(check="server", health=Health.OK, found=f"{settings.server_url} answers")
    for finding in _parts(readiness):
        yield finding
    yield _key(asked)
    for finding in _log(log):
        yield finding
    yield _skew(ready)


def _parts(readiness: Readiness) -> Iterator[Finding]:
    for part in readiness.parts:
        if part.name in LOG_PARTS and (part.ok or not part.vital):
            continue  # of which more is told below
        yield Finding(check=part.name, health=_health(part), found=part.detail, hint=_hint(part))


def _health(part: Part) -> Health:
    if part.ok:
        return Health.OK
    return Health.FAIL if part.vital else Health.WARN


def _hint(part: Part) -> str:
    if part.ok:
        return ""
    if part.name in _LEVERS:
        return _LEVERS[part.name]
    if part.name in LOG_PARTS:
        return "docs/ledger.md says what to do about the key, and about a log that is in doubt."
    return f"Check the address and the token of {part.name}, and whether it runs."


def _log(asked: httpx.Response) -> Iterator[Finding]:
    try:
        yield from log_findings(LogState.model_validate_json(asked.content, extra="ignore"))
    except ValidationError:
        found = f"nothing about it: HTTP {asked.status_code}"
        yield Finding(check="log", health=Health.WARN, found=found, hint="The key needs the scope observe.")


def _key(asked: httpx.Response) -> Finding:
    if asked.is_success:
        return Finding(check="key", health=Health.OK, found="accepted")
    hint = "Set QUARTERDECK_API_KEY; make a key where the store is: quarterdeck keys add"
    return Finding(check="key", health=Health.FAIL, found=f"refused with HTTP {asked.status_code}", hint=hint)


async def _clock(url: str) -> Finding:
    async with httpx.AsyncClient(timeout=ANSWER_WITHIN_S) as http:
        try:
            return _skew(await http.get(url))
        except (httpx.HTTPError, httpx.InvalidURL):
            return Finding(check="clock", health=Health.WARN, found="nobody to compare it with")


def _skew(response: httpx.Response) -> Finding:
    """Compare this machine's clock with the answer's `Date` (RFC 9110, 6.6.1), which counts whole seconds."""
    try:
        theirs = parsedate_to_datetime(response.headers["Date"])
    except (KeyError, ValueError):
        return Finding(check="clock", health=Health.WARN, found="nobody to compare it with")
    apart = abs((datetime.now(UTC) - theirs).total_seconds())
    if apart <= MOST_SKEW_S:
        return Finding(check="clock", health=Health.OK, found=f"within {MOST_SKEW_S:.0f} s of {response.url.host}")
    hint = "Let both machines follow the same time servers (NTP): windows and expiry depend on it."
    return Finding(check="clock", health=Health.WARN, found=f"{apart:.0f} s from {response.url.host}", hint=hint)


def _model(settings: Settings) -> Finding:
    if not settings.uses_models():
        return Finding(check="model", health=Health.OK, found="none configured; the embedded interpreter answers")
    return _tried("model", lambda: _named_models(settings.fleet()))


def _named_models(fleet: Fleet) -> str:
    named = (f"{each.served_as} at {fleet.provider_of(each).base_url}" for each in fleet.models)
    return ", ".join(named) or "none; the embedded interpreter answers"


def _tried(check: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(check=check, health=Health.OK, found=look())
    except QuarterdeckError as error:
        return _failed(check, error)


def _failed(check: str, error: QuarterdeckError) -> Finding:
    return Finding(check=check, health=Health.FAIL, found=f"{error.message} [{error.code}]", hint=error.hint)
