"""An incident as one person sees it in Teams: what it is, who has which duty, what they may do about it. Pure."""

from collections.abc import Sequence
from typing import Final

from bot.surfaces.places import Places
from bot.surfaces.teams.elements import (
    Element,
    Look,
    asked,
    card,
    execute,
    field,
    heading,
    line,
    link,
    moment,
    words,
)
from bot.surfaces.teams.notices import about
from bot.surfaces.teams.verbs import LONGEST_REASON, MADE, REASON, SERVICE, SEVERITY, TITLE, Verb
from memory.model.incident import Incident, IncidentStatus

MOST_LISTED: Final = 20
_STEPS: Final[dict[IncidentStatus, tuple[tuple[str, Verb, Look], ...]]] = {
    IncidentStatus.OPEN: (
        ("Mitigated", Verb.MITIGATED, "positive"),
        ("Resolved", Verb.RESOLVED, "default"),
    ),
    IncidentStatus.MITIGATED: (("Resolved", Verb.RESOLVED, "positive"), ("Open again", Verb.REOPEN, "default")),
    IncidentStatus.RESOLVED: (("Open again", Verb.REOPEN, "default"),),
    IncidentStatus.MERGED: (),
}


def incident_card(incident: Incident, places: Places, notes: Sequence[str] = ()) -> Element:
    """Return it with what may be pressed; whether one may is asked when it is."""
    over = incident.status in {IncidentStatus.RESOLVED, IncidentStatus.MERGED}
    takes = [] if over else [_press("Take command", Verb.COMMAND, incident)]
    if incident.acknowledged_at is None and not over:
        takes.insert(0, _press("I am on it", Verb.ACKNOWLEDGE, incident))
    steps = [_press(label, verb, incident, look) for label, verb, look in _STEPS[incident.status]]
    body = [*[line([words(note, bold=True)]) for note in notes], *_body(incident, places)]
    if steps:
        body.append(asked(REASON, "Why, for the record", LONGEST_REASON))
    return card(body, [*takes, *steps, _press("Catch me up", Verb.CATCH_UP, incident)])


def shared_card(incident: Incident, places: Places) -> Element:
    """Return it as anybody may see it: it changes nothing, and shows each person what they may do."""
    return card(_body(incident, places), [about(incident.id)])


def listed(incidents: Sequence[Incident], places: Places) -> Element:
    """Return those there are, each with a link to its page."""
    lines = [
        line([link(_page(each, places), f"Incident {each.number}"), words(f": {each.title} ({_state(each)})")])
        for each in incidents[:MOST_LISTED]
    ]
    return card([heading("Incidents"), *(lines or [line([words("None is open.")])])])


def declaring_card(title: str = "") -> Element:
    """Return the card on which somebody declares an incident."""
    fields = [
        field(TITLE, "What is wrong?", title),
        field(SEVERITY, "Severity, from 1, the worst, to 5", "3"),
        field(SERVICE, "Which service, if it is one", ""),
    ]
    declare = execute("Declare", Verb.DECLARE, {"made": MADE, "incident": ""}, "destructive")
    return card([heading("Declare an incident"), *fields], [declare])


def _body(incident: Incident, places: Places) -> list[Element]:
    duties = ", ".join(f"{duty.value}: {person}" for duty, person in incident.duties.items())
    facts = (
        ("Services", ", ".join(incident.services)),
        ("Since", moment(incident.started_at)),
        ("Duties", duties or "nobody has one yet"),
        ("Declared by", incident.declared_by),
    )
    return [
        heading(f"Incident {incident.number}: {incident.title}"),
        line([words(_state(incident), quiet=True)]),
        *[line([words(f"{name}: "), words(value)]) for name, value in facts if value],
        line([link(_page(incident, places), "Timeline and graph in the console")]),
    ]


def _state(incident: Incident) -> str:
    return f"severity {incident.severity} · {incident.status.value}"


def _page(incident: Incident, places: Places) -> str:
    return f"{places.public_url}/console/incidents/{incident.number}"


def _press(label: str, verb: Verb, incident: Incident, look: Look = "default") -> Element:
    return execute(label, verb, {"made": MADE, "incident": incident.id}, look)
