"""Incidents and timelines on a terminal, coloured by how bad; what came late or early is marked. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from rich import box
from rich.table import Table
from rich.text import Text

from agents.units import length, moment
from bot.surfaces.cli.plain import plain
from memory.model.incident import Happening, Incident, IncidentStatus, TimelineEntry

LATE = timedelta(seconds=30)  # from which on it is said how late something became known
AHEAD = timedelta(seconds=1)  # from which on a clock is said to be ahead
_SEVERITY = {1: "bold white on red", 2: "bold red", 3: "yellow", 4: "cyan", 5: "dim"}
_STATUS = {
    IncidentStatus.OPEN: "bold red",
    IncidentStatus.MITIGATED: "yellow",
    IncidentStatus.RESOLVED: "green",
    IncidentStatus.MERGED: "dim",
}
_KIND = {
    Happening.ALERT: "red",
    Happening.METRIC: "red",
    Happening.DEPLOY: "magenta",
    Happening.FLAG: "magenta",
    Happening.EFFECT: "bold blue",
    Happening.APPROVAL: "green",
    Happening.STATUS: "bold",
    Happening.SEVERITY: "bold",
    Happening.HYPOTHESIS: "cyan",
    Happening.CORRECTION: "yellow",
}


def list_of(incidents: Iterable[Incident], now: datetime) -> Table:
    """Return incidents in rows."""
    table = Table("#", "Sev", "Status", "What", "Services", "Since", box=box.SIMPLE_HEAD, show_edge=False)
    for each in incidents:
        table.add_row(
            str(each.number),
            _sev(each),
            _status(each),
            Text(plain(each.title)),
            ", ".join(each.services),
            moment(each.started_at, now),
        )
    return table


def line_of(incident: Incident, now: datetime) -> Text:
    """Return how an incident stands, in a line."""
    text = Text(f"Incident {incident.number} ", style="bold")
    text.append_text(_sev(incident)).append(" ").append_text(_status(incident))
    since = moment(incident.resolved_at or incident.started_at, now)
    return text.append(f" since {since}: {plain(incident.title)}")


def whole_of(incident: Incident, now: datetime) -> Table:
    """Return everything that is known of an incident."""
    table = Table(box=None, show_header=False, pad_edge=False)
    rows: dict[str, Text | str] = {
        "incident": f"{incident.number} ({incident.id})",
        "title": plain(incident.title),
        "severity": _sev(incident),
        "status": _status(incident),
        "services": ", ".join(incident.services),
        "environment": incident.environment or "",
        **{duty.value: plain(person) for duty, person in sorted(incident.duties.items())},
        "declared by": plain(incident.declared_by),
        "started": moment(incident.started_at, now),
        "detected": moment(incident.detected_at, now),
        "acknowledged": _at(incident.acknowledged_at, now),
        "mitigated": _at(incident.mitigated_at, now),
        "resolved": _at(incident.resolved_at, now),
        "part of": incident.merged_into or "",
        "alerts": str(len(incident.alerts) or ""),
        "conversations": ", ".join(incident.threads),
    }
    for name, value in rows.items():
        if value:
            table.add_row(Text(name, style="bold"), value)
    return table


def entry_line(entry: TimelineEntry, now: datetime) -> Text:
    """Return one entry in a line: when, what kind, what, by whom, and what is odd about its time."""
    day = "" if entry.at.date() == now.date() else f"{entry.at:%Y-%m-%d} "
    text = Text(f"{day}{entry.at:%H:%M:%S} ", style="dim")
    text.append("★ " if entry.pinned else "  ", style="yellow")
    text.append(f"{entry.kind.value:<12}", style=_KIND.get(entry.kind, "default"))
    said = plain(entry.text)
    text.append(said if entry.trusted else f"“{said}”")
    if entry.author:
        text.append(f"  {plain(entry.author)}", style="dim")
    if odd := odd_time(entry):
        text.append(f"  ({odd})", style="yellow")
    return text


def odd_time(entry: TimelineEntry) -> str:
    """Return how late something became known, or that its source's clock is ahead of ours; "" for neither."""
    late = entry.recorded_at - entry.at
    if late >= LATE:
        return f"known {length(late)} later"
    if -late >= AHEAD:
        return f"{entry.source}'s clock is {length(-late)} ahead"
    return ""


def _sev(incident: Incident) -> Text:
    return Text(f"sev{incident.severity}", style=_SEVERITY[incident.severity])


def _status(incident: Incident) -> Text:
    said = "withdrawn" if incident.withdrawn else incident.status.value
    return Text(said, style=_STATUS[incident.status])


def _at(at: datetime | None, now: datetime) -> str:
    return moment(at, now) if at else ""
