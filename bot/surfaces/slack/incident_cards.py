"""An incident in Slack: one card with how it stands, who takes care of it, and what may be pressed. Pure."""

from typing import Final

from bot.surfaces.places import Places
from bot.surfaces.slack.blocks import Post, actions, asking, button, context, header, posts
from bot.surfaces.slack.presses import Press
from bot.surfaces.slack.rich import Block, Piece, joined, link, moment, points, rich, section, words
from memory.model.incident import Duty, Incident, IncidentStatus

OVER: Final = frozenset({IncidentStatus.RESOLVED, IncidentStatus.MERGED})


def incident_post(incident: Incident, places: Places, room: str = "") -> Post:
    """Return the card; `room` is the address of the channel where it is worked on, empty where there is none."""
    blocks = [
        header(f"Incident {incident.number}: {incident.title}"),
        context(f"{standing(incident)} · {owner(incident)}"),
        rich(section(joined(_facts(incident, places, room)))),
        *actions(f"incident:{incident.id}", _buttons(incident)),
    ]
    (post,) = posts(blocks, f"{standing(incident)}: incident {incident.number}, {incident.title}")
    return post


def standing(incident: Incident) -> str:
    """Return how bad it is and how far it is, in a few words."""
    if incident.withdrawn:
        return "Declared by mistake"
    return f"SEV{incident.severity} · {incident.status.value.capitalize()}"


def owner(incident: Incident) -> str:
    """Return who takes care of it: nobody is said to be nobody."""
    commander = incident.duties.get(Duty.COMMANDER)
    return f"commanded by {commander}" if commander else "nobody commands it yet"


def incident_list(incidents: list[Incident], places: Places) -> Block:
    """Return several, one line each."""
    lines: list[list[Piece]] = [
        [
            link(places.incident(each.number), f"{each.number}: {each.title}"),
            words(f"  {standing(each)}, {owner(each)}"),
        ]
        for each in incidents
    ]
    return rich(points(lines))


def _facts(incident: Incident, places: Places, room: str) -> list[list[Piece]]:
    facts = [
        ("Services", ", ".join(incident.services)),
        ("Environment", incident.environment or ""),
        *[(duty.value.capitalize(), who) for duty, who in incident.duties.items()],
    ]
    lines = [[words(f"{name}: "), words(value)] for name, value in facts if value]
    lines.append([words("Since: "), moment(incident.started_at)])
    if incident.resolved_at is not None:
        lines.append([words("Over: "), moment(incident.resolved_at)])
    lines.append([link(places.incident(incident.number), "Timeline and summary")])
    return [*lines, [link(room, "The room where it is worked on")]] if room else lines


def _buttons(incident: Incident) -> list[Block]:
    if incident.status in OVER or incident.withdrawn:
        return []
    about = incident.id
    resolve = button("Resolve", Press.RESOLVE, about)
    return [
        button("Take command", Press.COMMAND, about, look="primary"),
        button("Add note", Press.NOTE, about),
        button("Severity", Press.SEVERITY, about),
        button("Status", Press.STATUS, about),
        asking(resolve, "Is it over?", "It can be opened again.", "Resolve"),
    ]
