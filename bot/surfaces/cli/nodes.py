"""The command of the nodes."""

from datetime import datetime

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from agents.units import moment
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from bot.surfaces.cli.shapes import NodesShown
from memory.model.node import Health

_STYLES = {Health.WELL: "green", Health.STRAINED: "yellow", Health.DRAINING: "yellow"}


@command
def nodes(session: Session) -> None:
    """Show the nodes that serve: how each fares, how much it carries out, and who leads in what.

    [bold]Examples[/bold]

      quarterdeck nodes
      quarterdeck nodes --json | jq '.items[].load'
    """
    session.run(lambda client: _nodes(client, session))


async def _nodes(client: Client, session: Session) -> int:
    found = await client.nodes()
    shown = (
        _table(found, session.screen.now()) if found.items else "No node runs. Start one with: quarterdeck serve"
    )
    session.screen.show(found, shown)
    return 0 if found.items else 1


def _table(found: NodesShown, now: datetime) -> Group:
    table = Table("Node", "Health", "Load", "Since", "Version", "Address", box=box.SIMPLE_HEAD, show_edge=False)
    for node in found.items:
        health = Text(node.health.value, style=_STYLES[node.health])
        load = f"{node.load} of {node.capacity}"
        table.add_row(node.id, health, load, moment(node.started_at, now), node.version, plain(node.address))
    leading = [Text(f"{term.holder} leads in {term.office}") for term in found.leaders]
    return Group(table, *leading)
