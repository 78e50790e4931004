"""The timeline and the causal graph on a terminal; a timeline can be watched while it grows."""

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from bot.surfaces.cli.asked import moment_of
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.incident_shapes import TimelineShown
from bot.surfaces.cli.incident_views import entry_line
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from bot.surfaces.incidents import CausalGraph, Node

LOOK_EVERY_S = 1.0
OVERLAP = timedelta(seconds=5)  # that is asked for again, so that nothing falls between two looks
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")


def when(text: str, now: datetime) -> str:
    """Return a moment in ISO 8601: the last time of the clock in UTC, else as `moment_of` reads it."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return moment_of(text, now)
    hour, minute, second = (int(part or 0) for part in found.groups())
    at = now.astimezone(UTC).replace(hour=hour, minute=minute, second=second, microsecond=0)
    return (at if at <= now else at - timedelta(days=1)).isoformat()


async def show_timeline(
    client: Client, session: Session, which: str, query: Mapping[str, object], *, watch: bool
) -> int:
    """Show what happened, and (`watch`) go on with what comes in."""
    path = f"/v1/incidents/{which}/timeline" if which else "/v1/timeline"
    found = await client.get(path, TimelineShown, query)
    now = session.screen.now()
    if not watch:
        lines: list[RenderableType] = [entry_line(each, now) for each in found.items]
        session.screen.show(found, Group(*lines) if lines else Text("Nothing happened."))
        return 0
    seen: set[str] = set()
    known = now - OVERLAP  # by the server's clock, once it has told of anything
    while True:
        for each in found.items:
            known = max(known, each.recorded_at)
            if each.id not in seen:
                seen.add(each.id)
                session.screen.line(entry_line(each, session.screen.now()), each.model_dump(mode="json"))
        await asyncio.sleep(LOOK_EVERY_S)
        found = await client.get(path, TimelineShown, {**query, "recorded_since": (known - OVERLAP).isoformat()})


async def show_graph(client: Client, session: Session, which: str, svg: Path | None) -> int:
    """Show what led to what as a tree, or save the picture."""
    if svg is not None:
        saved = await client.save(f"/v1/incidents/{which}/graph.svg", {}, svg)
        session.screen.show(saved, f"The picture is in {saved.path}.")
        return 0
    found = await client.get(f"/v1/incidents/{which}/graph", CausalGraph)
    session.screen.show(found, _tree(found))
    if found.omitted:
        session.screen.note(f"{found.omitted} more are left out")
    return 0


def _tree(graph: CausalGraph) -> Tree:
    """Return each thing below the last of its causes; what had none stands at the root."""
    above = {edge.target: edge.source for edge in graph.edges}
    root = Tree(Text("What led to what", style="bold"))
    branches: dict[str, Tree] = {}
    for node in graph.nodes:
        parent = branches.get(above.get(node.id, ""), root)
        branches[node.id] = parent.add(_said(node))
    return root


def _said(node: Node) -> Text:
    said = plain(node.text)
    text = Text(f"{node.at:%H:%M:%S} ", style="dim").append(f"{node.kind.value} ", style="cyan")
    return text.append(said if node.trusted else f"“{said}”")
