"""Commands of incidents: declare one, care for it until it is over, and read what happened."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from bot.surfaces.cli import calls
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.incident_numbers import numbers
from bot.surfaces.cli.incident_shapes import IncidentsShown
from bot.surfaces.cli.incident_views import line_of, list_of, whole_of
from bot.surfaces.cli.session import Session
from bot.surfaces.cli.summarising import summarise
from bot.surfaces.cli.timelines import show_graph, show_timeline, when
from bot.surfaces.cli.transcripts import transcript
from memory.model.incident import Duty, Happening, Incident, IncidentStatus, TimelineEntry

Which = Annotated[str, typer.Argument(metavar="INCIDENT", help="Its number, such as 12, or its id.")]
Title = Annotated[str, typer.Argument(metavar="TITLE", help="What is wrong, in a line.")]
Severity = Annotated[int, typer.Option("--severity", min=1, max=5, help="How bad, from 1, the worst.")]
NewSeverity = Annotated[int, typer.Argument(metavar="SEVERITY", min=1, max=5, help="From 1, the worst, to 5.")]
Services = Annotated[list[str] | None, typer.Option("--service", help="What it touches.")]
Environment = Annotated[str, typer.Option("--environment", help="Where.")]
Started = Annotated[str, typer.Option("--since", help="When users began to suffer: 10:02, 20m, a date.")]
At = Annotated[str, typer.Option("--at", help="When it happened: 10:02, 20m, a date. Default: now.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it stands in the timeline.")]
OfStatus = Annotated[list[IncidentStatus] | None, typer.Option("--status", help="Only those that stand so.")]
Status = Annotated[IncidentStatus, typer.Argument(metavar="STATUS", help="open, mitigated or resolved.")]
OneDuty = Annotated[Duty, typer.Argument(metavar="DUTY", help="commander, communications or scribe.")]
Person = Annotated[str, typer.Argument(metavar="PERSON", help="Who; - is nobody.")]
Note = Annotated[str, typer.Argument(metavar="TEXT", help="What shall stand in the timeline.")]
Into = Annotated[str, typer.Argument(metavar="INTO", help="The incident that it was part of all along.")]
Alerts = Annotated[list[str] | None, typer.Option("--alert", help="An alert that belongs to the new one.")]
Entries = Annotated[list[str] | None, typer.Option("--entry", help="An entry that belongs to the new one.")]
Corrects = Annotated[str, typer.Option("--corrects", metavar="ENTRY", help="The entry that was wrong.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=200, help="How many.")]
From = Annotated[str, typer.Option("--from", help="From when on: 10:02, 2h, a date.")]
To = Annotated[str, typer.Option("--to", help="Until when.")]
Kinds = Annotated[list[Happening] | None, typer.Option("--kind", help="Only these kinds.")]
Words = Annotated[str, typer.Option("--text", help="Only entries with this text.")]
Pinned = Annotated[bool, typer.Option("--pinned", help="Only those that are pinned.")]
Watch = Annotated[bool, typer.Option("--watch", help="Go on showing what comes in, until Ctrl-C.")]
Every = Annotated[str, typer.Argument(metavar="[INCIDENT]", help="Its number; without one, everything.")]
Picture = Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Write the picture to this file.")]

incident = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""What goes wrong for users, who takes care of it, and everything that happened.

    Every command takes [bold]--json[/bold]. An incident is named by its number or its id.

    [bold]Examples[/bold]

      quarterdeck incident declare "checkout is failing" --severity 2
      quarterdeck incident timeline 12 --watch
      quarterdeck incident resolve 12 --reason "rolled back to 1.4.1"
    """,
)


incident.command("summarise")(summarise)
incident.command("numbers")(numbers)
incident.command("transcript")(transcript)
for each in (calls.scribe, calls.moments, calls.decided, calls.undecided):
    incident.command()(each)


@incident.command("list")
@command
def list_incidents(session: Session, status: OfStatus = None, limit: Limit = 50) -> None:
    """Show the incidents, the newest first.

    [bold]Examples[/bold]

      quarterdeck incident list --status open --status mitigated
      quarterdeck incident list --json | jq '.items[].title'
    """

    async def work(client: Client) -> int:
        query = {"status": [each.value for each in status or []] or None, "limit": limit}
        found = await client.get("/v1/incidents", IncidentsShown, query)
        shown = list_of(found.items, session.screen.now()) if found.items else "No incidents."
        session.screen.show(found, shown)
        return 0

    session.run(work)


@incident.command("show")
@command
def show(session: Session, which: Which) -> None:
    """Show one: how it stands, since when, and who does what.

    [bold]Examples[/bold]

      quarterdeck incident show 12
    """

    async def work(client: Client) -> int:
        found = await client.get(f"/v1/incidents/{which}", Incident)
        session.screen.show(found, whole_of(found, session.screen.now()))
        return 0

    session.run(work)


@incident.command("declare")
@command
def declare(  # noqa: PLR0917 - the options of a command
    session: Session,
    title: Title,
    severity: Severity = 3,
    service: Services = None,
    environment: Environment = "",
    since: Started = "",
    alert: Alerts = None,
) -> None:
    """Declare an incident, or make one of alerts that are none yet.

    [bold]Examples[/bold]

      quarterdeck incident declare "checkout is failing" --severity 2 --service checkout
      quarterdeck incident declare "payments are slow" --since 20m
      quarterdeck incident declare "the index is old" --severity 4 --alert alert_4h2k
    """
    told: dict[str, object] = {"title": title, "severity": severity, "services": list(service or ())}
    told |= {"alerts": list(alert)} if alert else {}
    told |= {"environment": environment} if environment else {}
    told |= {"started_at": _moment(session, since)} if since else {}
    _changing(session, "", told)


@incident.command("ack")
@command
def acknowledge(session: Session, which: Which) -> None:
    """Say that you are on it.

    [bold]Examples[/bold]

      quarterdeck incident ack 12
    """
    _changing(session, f"/{which}/acknowledge", {})


@incident.command("note")
@command
def note(session: Session, which: Which, text: Note, at: At = "", corrects: Corrects = "") -> None:
    """Write into its timeline, or correct what stands there; what is corrected stays.

    [bold]Examples[/bold]

      quarterdeck incident note 12 "we saw timeouts" --at 10:02
      quarterdeck incident note 12 "it was 10:04" --corrects tl_4h2k9m
    """
    told: dict[str, object] = {"text": text}
    if at and not corrects:
        told["at"] = _moment(session, at)
    path = f"/{which}/timeline/{corrects}/corrections" if corrects else f"/{which}/notes"

    async def work(client: Client) -> int:
        written = await client.post(f"/v1/incidents{path}", told, TimelineEntry)
        session.screen.show(written, f"Written as {written.id}.")
        return 0

    session.run(work)


@incident.command("assign")
@command
def assign(session: Session, which: Which, duty: OneDuty, who: Person) -> None:
    """Give a duty to somebody, or take it away.

    [bold]Examples[/bold]

      quarterdeck incident assign 12 commander alice
      quarterdeck incident assign 12 scribe -
    """
    _changing(session, f"/{which}/duties", {"duty": duty.value, "person": None if who == "-" else who})


@incident.command("status")
@command
def set_status(session: Session, which: Which, status: Status, reason: Reason = "") -> None:
    """Say how it stands: mitigated (users are served again), resolved, or open again.

    [bold]Examples[/bold]

      quarterdeck incident status 12 mitigated --reason "rolled back"
    """
    _changing(session, f"/{which}/status", {"status": status.value, "reason": reason})


@incident.command("severity")
@command
def set_severity(session: Session, which: Which, severity: NewSeverity, reason: Reason = "") -> None:
    """Say how bad it is.

    [bold]Examples[/bold]

      quarterdeck incident severity 12 1 --reason "every order fails"
    """
    _changing(session, f"/{which}/severity", {"severity": severity, "reason": reason})


@incident.command("resolve")
@command
def resolve(session: Session, which: Which, reason: Reason = "") -> None:
    """Say that it is over.

    [bold]Examples[/bold]

      quarterdeck incident resolve 12 --reason "rolled back to 1.4.1"
    """
    _changing(session, f"/{which}/status", {"status": IncidentStatus.RESOLVED.value, "reason": reason})


@incident.command("reopen")
@command
def reopen(session: Session, which: Which, reason: Reason = "") -> None:
    """Say that it is not over, or was no part of the one it was merged into.

    [bold]Examples[/bold]

      quarterdeck incident reopen 12 --reason "errors are back"
    """
    _changing(session, f"/{which}/reopen", {"reason": reason})


@incident.command("merge")
@command
def merge(session: Session, which: Which, into: Into, reason: Reason = "") -> None:
    """Say that it was part of another one all along.

    [bold]Examples[/bold]

      quarterdeck incident merge 13 12 --reason "the same release"
    """
    _changing(session, f"/{which}/merge", {"into": into, "reason": reason})


@incident.command("split")
@command
def split(
    session: Session,
    which: Which,
    title: Title,
    severity: Severity = 3,
    alert: Alerts = None,
    entry: Entries = None,
) -> None:
    """Make some of its alerts and entries an incident of its own.

    [bold]Examples[/bold]

      quarterdeck incident split 12 "payments is slow" --alert alert_4h2k --entry tl_9m3x
    """
    wanted = {"title": title, "severity": severity, "alerts": list(alert or ())}
    _changing(session, f"/{which}/split", {"declaration": wanted, "entries": list(entry or ())})


@incident.command("timeline")
@command
def timeline(
    session: Session,
    which: Every = "",
    *,
    since: From = "",
    until: To = "",
    kind: Kinds = None,
    text: Words = "",
    pinned: Pinned = False,
    watch: Watch = False,
) -> None:
    """Show what happened, in order: in one incident, or at all.

    What became known late stands where it happened, with how late it came; a source whose clock is ahead is named.

    [bold]Examples[/bold]

      quarterdeck incident timeline 12 --kind deploy --kind alert
      quarterdeck incident timeline 12 --watch
      quarterdeck incident timeline --from 2h --json | jq '.items[].text'
    """
    query = {
        "from": _moment(session, since) if since else None,
        "to": _moment(session, until) if until else None,
        "kind": [each.value for each in kind or []] or None,
        "text": text or None,
        "pinned": True if pinned else None,
    }
    session.run(lambda client: show_timeline(client, session, which, query, watch=watch))


@incident.command("graph")
@command
def graph(session: Session, which: Which, svg: Picture = None) -> None:
    """Show what led to what, or write it as a picture.

    [bold]Examples[/bold]

      quarterdeck incident graph 12
      quarterdeck incident graph 12 --svg incident-12.svg
    """
    session.run(lambda client: show_graph(client, session, which, svg))


def _changing(session: Session, path: str, told: Mapping[str, object]) -> None:
    """Change an incident and show how it stands."""

    async def work(client: Client) -> int:
        changed = await client.post(f"/v1/incidents{path}", told, Incident)
        session.screen.show(changed, line_of(changed, session.screen.now()))
        return 0

    session.run(work)


def _moment(session: Session, text: str) -> str:
    return when(text, session.screen.now())
