"""How alerts, groups, lessons and people on call look in a terminal; what came from outside is plain text."""

from collections.abc import Sequence
from datetime import datetime

from rich import box
from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from agents.units import moment
from bot.surfaces.alerts import AlertView, OnCallView
from bot.surfaces.cli.plain import plain
from memory.model.alert import AlertStatus
from memory.model.triage import AlertGroup, AlertRecord, Lesson, Quiet

ID = 20  # letters of an id: it is typed again
_STYLES = {AlertStatus.FIRING: "red", AlertStatus.RESOLVED: "green"}


def record_rows(records: Sequence[AlertRecord], now: datetime) -> Table | None:
    """Return a line for each alert, None for none."""
    if not records:
        return None
    table = Table(
        Column("Alert", min_width=ID),
        "Status",
        "Sev",
        "Service",
        "Name",
        "Since",
        "From",
        box=box.SIMPLE_HEAD,
        show_edge=False,
    )
    for each in records:
        alert = each.alert
        status = Text((each.quiet and "quiet") or alert.status.value, style=_STYLES[alert.status])
        since = moment(alert.started_at, now)
        service = plain(alert.service or "")
        table.add_row(
            alert.id, status, str(alert.severity), service, plain(alert.name), since, plain(alert.source)
        )
    return table


def alert_parts(found: AlertView, now: datetime) -> Group:
    """Return all there is to see of an alert."""
    record, alert = found.record, found.record.alert
    head = f"{alert.status.value}, severity {alert.severity}, since {moment(alert.started_at, now)}"
    lines = [f"{plain(alert.name)}", head]
    lines += [
        f"service {plain(alert.service or 'none known')}, environment {plain(alert.environment or 'none known')}"
    ]
    lines += [f"told {record.told} times by {plain(alert.source)}"]
    if record.quiet:
        lines.append(f"kept quiet by {plain(record.quiet)}")
    lines += [plain(each) for each in (alert.summary, alert.description) if each]
    lines += [f"{plain(name)} = {plain(value)}" for name, value in sorted(alert.labels.items())]
    lines += [f"{plain(link.rel)}: {plain(link.href)}" for link in alert.links]
    return Group(*(Text(line) for line in (*lines, *_group_lines(found.group))))


def _group_lines(group: AlertGroup | None) -> list[str]:
    if group is None:
        return ["in no group"]
    became = f"incident {group.incident}" if group.incident else "no incident"
    told = [f"  {plain(each)}" for each in group.reasons[-10:]]
    return [f"group {group.id} ({group.firing} of {group.count} fire), {became}, because", *told]


def group_rows(groups: Sequence[AlertGroup], now: datetime) -> Table | None:
    """Return a line for each group, None for none."""
    if not groups:
        return None
    table = Table(
        Column("Group", min_width=ID),
        "Sev",
        "Title",
        "Services",
        "Fire",
        "Incident",
        "Changed",
        box=box.SIMPLE_HEAD,
        show_edge=False,
    )
    for each in groups:
        fire, services = f"{each.firing} of {each.count}", plain(", ".join(each.services))
        changed = moment(each.updated_at, now)
        table.add_row(each.id, str(each.severity), plain(each.title), services, fire, each.incident or "", changed)
    return table


def lesson_rows(lessons: Sequence[Lesson], now: datetime) -> Table | None:
    """Return a line for each lesson, None for none."""
    if not lessons:
        return None
    table = Table(
        Column("Lesson", min_width=ID),
        "These",
        "Belong",
        "Taught by",
        "When",
        box=box.SIMPLE_HEAD,
        show_edge=False,
    )
    for each in lessons:
        kinds = f"{each.one.service}/{each.one.name} and {each.other.service}/{each.other.name}"
        belong = f"{each.kind.value}{', taken back' if each.withdrawn_by else ''}"
        table.add_row(each.id, plain(kinds), belong, plain(each.taught_by), moment(each.taught_at, now))
    return table


def oncall_lines(found: Sequence[OnCallView], now: datetime) -> RenderableType:
    """Return who is on call, a line a person."""
    lines = [line for each in found for line in _on_call(each, now)]
    return "\n".join(lines) or "No schedule is known here. docs/alerts.md says how to add one."


def _on_call(view: OnCallView, now: datetime) -> list[str]:
    about = view.service or view.team or "this"
    if not view.people:
        return [plain(f"{about}: nobody is known to be on call{f' ({view.why})' if view.why else ''}")]
    lines = []
    for each in view.people:
        until = f" until {moment(each.until, now)}" if each.until else ""
        load = f", {each.load} open incidents" if each.load else ""
        instead = ", standing in" if each.override else ""
        lines.append(plain(f"{about}: {each.name}{until} by {each.schedule} of {each.team}{instead}{load}"))
    return lines


def quiet_line(quiet: Quiet) -> str:
    """Return what keeps alerts quiet, in a line."""
    labels = (f"{name}={value}" for name, value in sorted(quiet.labels.items()))
    about = ", ".join((*quiet.services, *quiet.environments, *labels)) or f"alert {str(quiet.fingerprint)[:12]}"
    kind = "maintenance" if quiet.maintenance else "silence"
    until = f"until {quiet.ends_at:%Y-%m-%d %H:%M} UTC"
    return plain(f"{quiet.id}: {kind} of {about} {until}, by {quiet.by} {quiet.reason}".strip())
