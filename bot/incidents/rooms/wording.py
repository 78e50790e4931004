"""What is said in a room, in the words of the house. Pure: summaries come in as documents, notices go out."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from agents.summaries import Document, Section
from agents.summaries.source import Origin
from agents.summaries.source import Source as Cited
from agents.units import counted, length, listed, moment
from bot.incidents.rooms.terms import RoomTerms
from bot.surfaces.venues import Notice, Source
from memory.model.alert import Link
from memory.model.incident import Duty, Incident, IncidentStatus
from memory.model.war_room import Fixture, Reminder

LONGEST_LABEL: Final = 160
_BRACKETED: Final = re.compile(r"\[(\d{1,3})\]")
_TRIED: Final = {
    Fixture.DUTIES: "hand out the duties",
    Fixture.TOPIC: "set the topic",
    Fixture.SUMMARY: "keep the summary up to date",
    Fixture.PEOPLE: "bring people in",
    Fixture.LINKS: "put up the links",
    Fixture.EVIDENCE: "look at what is wrong",
    Fixture.RUNBOOK: "find the runbook",
    Fixture.FAREWELL: "say that it is over",
    Fixture.CLOSED: "close the room",
}


def topic(incident: Incident, names: dict[str, str]) -> str:
    """Return what the room is about, in a line."""
    commander = incident.duties.get(Duty.COMMANDER)
    leads = f"{names.get(commander, commander)} commands" if commander else "nobody commands yet"
    return (
        f"SEV{incident.severity} {incident.status.value}: {incident.title} · incident {incident.number} · {leads}"
    )


def told(document: Document, page: str, *, title: str = "", after: str = "") -> Notice:
    """Return a summary as a notice: each sentence cites as [n] the sources it rests on, which lead to the page."""
    order: dict[str, int] = {}
    lines = [line for section in document.sections for line in _section(section, order)]
    known = {each.id: each for each in document.sources}
    return Notice(
        title=title or document.title,
        text="\n".join([*lines, *filter(None, [after])]),
        sources=tuple(source(known[name], page) for name in order),
        links=(Link(rel="incident", href=page),),
    )


def source(cited: Cited, page: str) -> Source:
    """Return what a citation leads to."""
    label = f"{cited.at:%H:%M} UTC, {cited.kind}: {cited.text}"
    cut = f"{label[: LONGEST_LABEL - 1]}…" if len(label) > LONGEST_LABEL else label
    return Source(label=cut, link=page if cited.origin is Origin.RECORD else f"{page}/sources/{cited.id}")


def _section(section: Section, order: dict[str, int]) -> Iterable[str]:
    if section.gap is not None and not section.sentences:
        return [f"{section.title}: {section.gap.value}"]
    said = [f"{_plain(each.text)}{_marks(each.citations, order)}" for each in section.sentences]
    return [f"{section.title}: {said[0]}"] if len(said) == 1 else [f"{section.title}:", *(f"- {s}" for s in said)]


def _marks(citations: Iterable[str], order: dict[str, int]) -> str:
    numbers = [order.setdefault(each, len(order) + 1) for each in citations]
    return f" {' '.join(f'[{number}]' for number in numbers)}"


def _plain(text: str) -> str:
    """Return text in which nothing reads as a citation that is none."""
    return _BRACKETED.sub(r"(\1)", " ".join(text.split()))


def bare(incident: Incident, page: str, now: datetime) -> Notice:
    """Return what is known of an incident whose timeline cannot be read: its record, and nothing else."""
    text = f"SEV{incident.severity}, {incident.status.value}, since {moment(incident.started_at, now)}."
    return Notice(title=incident.title, text=text, links=(Link(rel="incident", href=page),))


def update(summary: Notice, again: datetime, now: datetime) -> Notice:
    """Return the update of a moment: the summary as it is then, and when the next one comes."""
    text = f"{summary.text}\nNext update at {moment(again, now)}."
    return summary.model_copy(update={"title": f"Update: {summary.title}"[:300], "text": text})


def nothing_new(since: datetime, again: datetime, page: str, now: datetime) -> Notice:
    """Return the update where nothing happened."""
    text = f"Nothing new is recorded since {moment(since, now)}. Next update at {moment(again, now)}."
    return Notice(title="Update", text=text, links=(Link(rel="incident", href=page),))


def reminder(which: Reminder, page: str, people: tuple[str, ...], since: datetime) -> Notice:
    """Return what people are reminded of, and where they see to it."""
    match which:
        case Reminder.COMMANDER:
            text, anchor = "Nobody commands this incident. Who takes it?", "duties"
        case Reminder.UPDATE:
            text, anchor = (
                (
                    f"Nobody has told people outside how it stands since {since:%H:%M} UTC. A draft stands on the "
                    "incident's page; somebody has to read it and send it."
                ),
                "public",
            )
        case Reminder.NEXT_STEP:
            text, anchor = f"Nothing was done or written down since {since:%H:%M} UTC. What comes next?", "note"
    link = Link(rel="incident", href=f"{page}#{anchor}")
    return Notice(title="Reminder", text=text, links=(link,), mentions=people)


def failed(fixture: Fixture, why: str, again: datetime) -> Notice:
    """Return that something about the room could not be done yet."""
    what = _TRIED.get(fixture, "do a part of this")
    return Notice(text=f"I could not {what}: {why.rstrip('.')}. I try again at {again:%H:%M:%S} UTC.")


def absent(people: Iterable[str]) -> Notice:
    """Return who could not be brought in."""
    return Notice(text=f"I could not bring in {listed(tuple(people))}: they have no account here that I know of.")


def farewell(incident: Incident, terms: RoomTerms, names: dict[str, str]) -> Notice:
    """Return that it is over, and where what was learned is to be read."""
    page = terms.page(incident)
    if incident.status is IncidentStatus.MERGED:
        text = "This was part of another incident all along. Work goes on there."
        return Notice(title="Merged", text=text, links=(Link(rel="incident", href=page),))
    ended = incident.resolved_at or incident.detected_at
    lasted = length(ended - incident.started_at)
    minutes = round(terms.linger.total_seconds() / 60)
    closes = f" This room closes in {counted(minutes, 'minute')}." if minutes else ""
    commander = incident.duties.get(Duty.COMMANDER)
    owner = f" {names.get(commander, commander)} sees to the review." if commander else ""
    text = f"Resolved at {ended:%H:%M} UTC, after {lasted}. The review stands on its page.{owner}{closes}"
    links = (Link(rel="review", href=f"{page}#review"), Link(rel="incident", href=page))
    return Notice(title=f"Incident {incident.number} is resolved", text=text, links=links)


def open_again(incident: Incident, page: str) -> Notice:
    """Return that it is not over after all."""
    text = "This is not over: the incident was opened again, and this room stays open."
    return Notice(
        title=f"Incident {incident.number} is open again", text=text, links=(Link(rel="incident", href=page),)
    )
