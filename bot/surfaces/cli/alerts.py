"""Commands of alerts: `alert list|show|groups|parse|send|silence|unsilence|lessons|forget`, and `oncall`."""

import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import httpx
import typer

from bot.surfaces.cli.alert_client import AlertClient
from bot.surfaces.cli.alert_shapes import (
    alert_parts,
    group_rows,
    lesson_rows,
    oncall_lines,
    quiet_line,
    record_rows,
)
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from memory.errors import NotFound
from memory.ids import RandomIds
from memory.model.alert import AlertStatus
from memory.model.value import JsonValue
from tools.webhooks.reading import body
from tools.webhooks.sources import SOURCES, read, read_any
from tools.webhooks.telling import told

FAILED = 1
ANY = "any"

File = Annotated[str, typer.Argument(metavar="FILE", help="A JSON payload; - reads standard input.")]
Source = Annotated[str, typer.Option("--source", help=f"What sent it: any, {', '.join(SOURCES)}.")]
Which = Annotated[str, typer.Argument(metavar="ALERT", help="Its id or fingerprint, as the list shows it.")]
OfStatus = Annotated[AlertStatus | None, typer.Option("--status", help="Only those that stand so.")]
OfService = Annotated[str | None, typer.Option("--service", help="Only those of this service.")]
OfIncident = Annotated[
    str | None, typer.Option("--incident", help="Only those that became this incident, by its id.")
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=200, help="How many.")]

alert = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""What monitoring systems say is wrong, and what became of it.

    Every command takes [bold]--json[/bold].

    [bold]Examples[/bold]

      quarterdeck alert list --status firing
      quarterdeck alert parse payload.json --source alertmanager --json
    """,
)


@alert.command("list")
@command
def list_alerts(
    session: Session,
    status: OfStatus = None,
    service: OfService = None,
    incident: OfIncident = None,
    limit: Limit = 50,
) -> None:
    """Show the alerts, what changed last first, with the group each belongs to.

    [bold]Examples[/bold]

      quarterdeck alert list --status firing --service checkout
      quarterdeck alert list --json | jq '.items[].alert.name'
    """
    wanted = {"status": status and status.value, "service": service, "incident": incident, "limit": limit}

    async def shown(client: AlertClient) -> int:
        found = await client.alerts(wanted)
        session.screen.show(found, record_rows(found.items, session.screen.now()) or "No alerts.")
        return 0 if found.items else FAILED

    _run(session, shown)


@alert.command("show")
@command
def show_alert(session: Session, which: Which) -> None:
    """Show one: what it says, where it came from, its group, and why it is in it.

    [bold]Examples[/bold]

      quarterdeck alert show alr_4h2k9m1x7c0v5b8n
    """

    async def shown(client: AlertClient) -> int:
        found = await client.alert(which)
        session.screen.show(found, alert_parts(found, session.screen.now()))
        return 0

    _run(session, shown)


@alert.command("groups")
@command
def list_groups(session: Session, limit: Limit = 50) -> None:
    """Show how alerts were grouped, how bad each group is, and what it became.

    [bold]Examples[/bold]

      quarterdeck alert groups
      quarterdeck alert groups --json | jq '.items[].reasons'
    """

    async def shown(client: AlertClient) -> int:
        found = await client.groups(limit)
        session.screen.show(found, group_rows(found.items, session.screen.now()) or "No groups.")
        return 0 if found.items else FAILED

    _run(session, shown)


@alert.command("parse")
@command
def parse(session: Session, file: File, source: Source = ANY) -> None:
    """Say what a payload means, on this machine; nothing is sent or kept.

    [bold]Examples[/bold]

      quarterdeck alert parse payload.json --source pagerduty --json
      curl -s http://alertmanager/api/v2/alerts | quarterdeck alert parse - --source alertmanager
    """
    session.run_here(lambda: _parsed(session, file, source))


def _parsed(session: Session, file: str, source: str) -> int:
    payload = _payload(file)
    known, reports = read_any(payload) if source == ANY else (source, read(source, payload))
    catalogue = session.settings().catalogue()
    now = datetime.now(UTC)
    found = [told(report, catalogue, now) for report in reports]
    session.screen.show({"source": known, "alerts": found}, _lines(known, found))
    return 0 if found else FAILED


def _lines(source: str, found: list[dict[str, JsonValue]]) -> str:
    if not found:
        return f"A payload of {source} that tells of no alert and of no change."
    return "\n".join(
        plain(f"{each['kind']} {each['status']}, severity {each['severity']}: {each['name']} ({each['service']})")
        for each in found
    )


@alert.command("send")
@command
def send(session: Session, file: File, source: Source = ANY) -> None:
    """Give a payload in as if its source had sent it, to try things out. It may declare an incident.

    [bold]Examples[/bold]

      quarterdeck alert send payload.json --source grafana
    """

    async def sent(client: AlertClient) -> int:
        done = await client.send(source, _payload(file))
        text = f"{done.source}: told of {done.told}, {done.new} of them new. quarterdeck alert list"
        session.screen.show(done, text)
        return 0

    _run(session, sent)


@alert.command("silence")
@command
def silence(
    session: Session,
    duration: Annotated[str, typer.Option("--for", metavar="DURATION", help="How long: 30m, 2h, 1d.")],
    service: OfService = None,
    environment: Annotated[str | None, typer.Option("--environment", help="Only there.")] = None,
    one: Annotated[str | None, typer.Option("--alert", help="One alert, by its id.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
) -> None:
    """Keep alerts quiet for a while: they are kept and shown, and declare nothing.

    [bold]Examples[/bold]

      quarterdeck alert silence --service checkout --for 2h --reason "load test"
    """
    wanted = {
        "duration": duration,
        "services": [service] if service else [],
        "environments": [environment] if environment else [],
        "alert": one,
        "reason": reason,
    }

    async def done(client: AlertClient) -> int:
        made = await client.silence(wanted)
        session.screen.show(made, f"{made.id} keeps them quiet until {made.ends_at:%Y-%m-%d %H:%M} UTC.")
        return 0

    _run(session, done)


@alert.command("silences")
@command
def silences(session: Session) -> None:
    """Show the silences and maintenance windows that are not over.

    [bold]Examples[/bold]

      quarterdeck alert silences
    """

    async def shown(client: AlertClient) -> int:
        found = await client.quiets()
        lines = "\n".join(map(quiet_line, found.items))
        session.screen.show(found, lines or "Nothing keeps alerts quiet.")
        return 0

    _run(session, shown)


@alert.command("unsilence")
@command
def unsilence(session: Session, which: Annotated[str, typer.Argument(metavar="SILENCE")]) -> None:
    """End a silence now.

    [bold]Examples[/bold]

      quarterdeck alert unsilence qui_4h2k9m1x7c0v5b8n
    """

    async def done(client: AlertClient) -> int:
        ended = await client.unsilence(which)
        session.screen.show(ended, f"{ended.id} is over.")
        return 0

    _run(session, done)


@alert.command("lessons")
@command
def lessons(session: Session) -> None:
    """Show what merging and splitting incidents taught the grouping.

    [bold]Examples[/bold]

      quarterdeck alert lessons
    """

    async def shown(client: AlertClient) -> int:
        found = await client.lessons()
        rows = lesson_rows(found.items, session.screen.now())
        session.screen.show(found, rows or "Nobody merged or split incidents yet.")
        return 0

    _run(session, shown)


@alert.command("forget")
@command
def forget(session: Session, which: Annotated[str, typer.Argument(metavar="LESSON")]) -> None:
    """Take a lesson back: it counts no more, and stays to be seen.

    [bold]Examples[/bold]

      quarterdeck alert forget les_4h2k9m1x7c0v5b8n
    """

    async def done(client: AlertClient) -> int:
        taken = await client.forget(which)
        session.screen.show(taken, f"{taken.id} counts no more.")
        return 0

    _run(session, done)


@command
def oncall(
    session: Session,
    service: Annotated[str | None, typer.Argument(metavar="SERVICE", help="None: every team.")] = None,
    team: Annotated[str | None, typer.Option("--team", help="A team instead of a service.")] = None,
    at: Annotated[datetime | None, typer.Option("--at", help="When; now where not given. In UTC.")] = None,
) -> None:
    """Say who is on call, for how long, and by which schedule.

    [bold]Examples[/bold]

      quarterdeck oncall payments
      quarterdeck oncall --team platform --at 2026-12-24T03:00:00 --json
    """
    then = at.replace(tzinfo=UTC).isoformat() if at else None
    wanted = {"service": service, "team": team, "at": then}

    async def shown(client: AlertClient) -> int:
        found = await client.on_call(wanted)
        session.screen.show(found, oncall_lines(found.items, session.screen.now()))
        return 0 if any(each.people for each in found.items) else FAILED

    _run(session, shown)


def _run(session: Session, work: Callable[[AlertClient], Awaitable[int]]) -> None:
    async def over(http: httpx.AsyncClient) -> int:
        return await work(AlertClient(http, RandomIds()))

    session.run_over(over)


def _payload(file: str) -> JsonValue:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise NotFound(f"expected a file at {file}, found: {error.strerror}") from None
    return body(raw)
