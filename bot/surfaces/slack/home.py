"""App Home: what waits for a person, what they asked for or approved for a while, and how things are. Pure."""

from dataclasses import dataclass
from typing import Final

from bot.surfaces.controls import SwitchState
from bot.surfaces.desk import Readiness
from bot.surfaces.places import Places
from bot.surfaces.prose import status
from bot.surfaces.slack.blocks import button, context, divider, header
from bot.surfaces.slack.incident_cards import incident_list
from bot.surfaces.slack.limits import VIEW_BLOCKS
from bot.surfaces.slack.presses import Press
from bot.surfaces.slack.rich import Block, Piece, joined, link, moment, points, rich, section, words
from memory.model.incident import Incident
from memory.model.run import Run, RunStatus
from memory.model.standing import StandingApproval

MOST: Final = 10  # of each list


@dataclass(frozen=True)
class Facts:
    """What a person's home shows."""

    waiting: tuple[Run, ...]
    mine: tuple[Run, ...]
    standing: tuple[StandingApproval, ...]
    health: Readiness
    switch: SwitchState
    incidents: tuple[Incident, ...]
    done: int  # plans that went well in the last day


def home(facts: Facts, places: Places) -> Block:
    """Return a person's home."""
    blocks = [
        *_stopped(facts.switch),
        *_incidents(facts.incidents, places),
        header("Waits for you"),
        *_listed(facts.waiting, places, "Nothing waits for your approval."),
        header("Your plans"),
        *_listed(facts.mine, places, "You have no plan under way. Ask in a channel, or in Messages above."),
        header("Approved for a while"),
        *_approved(facts.standing),
        divider(),
        header("Health"),
        rich(points([_part(part.name, part.detail, ok=part.ok) for part in facts.health.parts]))
        if facts.health.parts
        else context("Nothing is watched."),
        context(f"{facts.done} plan{'' if facts.done == 1 else 's'} done and verified in the last 24 hours."),
    ]
    return {"type": "home", "blocks": [*blocks[:VIEW_BLOCKS]]}


def _incidents(incidents: tuple[Incident, ...], places: Places) -> list[Block]:
    return [header("Incidents"), incident_list([*incidents[:MOST]], places)] if incidents else []


def _stopped(switch: SwitchState) -> list[Block]:
    if switch.stopped is None:
        return []
    return [rich(section([words(f"All actions are stopped by {switch.name}.", bold=True)]))]


def _listed(runs: tuple[Run, ...], places: Places, empty: str) -> list[Block]:
    if not runs:
        return [context(empty)]
    lines = [_line(run, places) for run in runs[:MOST]]
    more = [context(f"and {len(runs) - MOST} more")] if len(runs) > MOST else []
    return [rich(points(lines)), *more]


def _line(run: Run, places: Places) -> list[Piece]:
    ends = [words(", until "), moment(run.expires_at)] if run.status is RunStatus.WAITING else []
    return [link(places.plan(run.id), run.plan.goal), words(f"  {status(run.status.value)}"), *ends]


def _approved(standing: tuple[StandingApproval, ...]) -> list[Block]:
    if not standing:
        return [context("You approve nothing in advance.")]
    blocks: list[Block] = []
    for each in standing[:MOST]:
        calls = ", ".join(
            f"{call.tool} {' '.join(f'{name}={value}' for name, value in call.arguments.items())}"
            for call in each.calls
        )
        uses = words(f"  {each.uses} of {each.most_uses} used, until ")
        blocks.append(rich(section(joined([[words(calls, code=True), uses, moment(each.expires_at)]]))))
        row: list[Block] = [button("Revoke", Press.REVOKE, each.id, look="danger")]
        blocks.append({"type": "actions", "block_id": f"standing:{each.id}", "elements": [*row]})
    return blocks


def _part(name: str, detail: str, *, ok: bool) -> list[Piece]:
    return [words(f"{'✔' if ok else '✘'} {name}"), words(f"  {detail}" if detail else "")]
