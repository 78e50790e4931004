"""`quarterdeck mcp`: tools of MCP servers, seen and agreed to; and Quarterdeck itself as such a server."""

from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from bot.surfaces.cli.command import command
from bot.surfaces.cli.host import ImportedTool, ToolState
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from memory.errors import NotFound

CHANGED = 1  # the exit code of `diff` where something is not as agreed

ServerName = Annotated[str, typer.Argument(metavar="SERVER", help="The name of the server in the settings.")]
ToolName = Annotated[str, typer.Argument(metavar="TOOL", help="The tool, as mcp.SERVER.TOOL.")]
DigestSeen = Annotated[str, typer.Option("--digest", help="The digest that you saw, 12 digits or more.")]
Unasked = Annotated[bool, typer.Option("--yes", help="Do not ask.")]

mcp = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""Tools of MCP servers, and Quarterdeck as one.

    Every command takes [bold]--json[/bold].

    [bold]Examples[/bold]

      quarterdeck mcp list
      quarterdeck mcp pin notes
    """,
)


@mcp.command("list")
@command
def list_tools(session: Session) -> None:
    """Every tool that the configured servers offer or that somebody agreed to, and whether it may be called.

    [bold]Examples[/bold]

      quarterdeck mcp list --json | jq '.items[] | select(.state != "agreed")'
    """
    session.run_alone(lambda: _list(session))


@mcp.command()
@command
def diff(session: Session) -> None:
    """What is not as it was agreed to, word by word. Ends with 1 where there is something.

    [bold]Examples[/bold]

      quarterdeck mcp diff
    """
    session.run_alone(lambda: _diff(session))


@mcp.command()
@command
def pin(session: Session, name: ServerName, yes: Unasked = False) -> None:
    """Agree to every tool of a server that nobody has agreed to yet, as it is now. Changed ones stay as they are.

    [bold]Examples[/bold]

      quarterdeck mcp pin notes
    """
    session.run_alone(lambda: _pin(session, name, yes=yes))


@mcp.command()
@command
def approve(session: Session, tool: ToolName, digest: DigestSeen) -> None:
    """Agree to one tool exactly as you saw it, and lift its suspension. Servers take it up when they start again.

    [bold]Examples[/bold]

      quarterdeck mcp approve mcp.notes.add --digest 5d41402abc4b
    """
    session.run_alone(lambda: _approve(session, tool, digest))


@mcp.command()
@command
def serve(session: Session) -> None:
    """Be an MCP server on standard input and output, for a client that starts this. It asks, and never approves.

    [bold]Examples[/bold]

      quarterdeck mcp serve --server https://quarterdeck.example
    """
    session.run_over(session.host.speak)


async def _list(session: Session) -> int:
    async with session.host.open_tools(session.settings()) as keeper:
        found = await keeper.tools()
    table = Table("Tool", "State", "Effect", "Tier", "Digest", "Why", box=box.SIMPLE_HEAD, show_edge=False)
    for each in found:
        digest = (each.found or each.pinned or "")[:12]
        table.add_row(each.tool, each.state.value, each.effect, each.tier, digest, Text(plain(each.why)))
    session.screen.show(
        {"items": [each.model_dump(mode="json") for each in found]}, table if found else "No tools."
    )
    return 0


async def _diff(session: Session) -> int:
    async with session.host.open_tools(session.settings()) as keeper:
        found = [each for each in await keeper.tools() if each.state is not ToolState.AGREED]
    shown = [part for each in found for part in _differences(each)]
    session.screen.show(
        {"items": [each.model_dump(mode="json") for each in found]}, *(shown or [Text("All as agreed.")])
    )
    return CHANGED if found else 0


def _differences(tool: ImportedTool) -> list[Text]:
    """Return what differs. The words are the server's own, and shown as they are, unobeyed."""
    lines = [Text(f"{tool.tool}: {tool.state.value} {tool.found or ''}".rstrip(), style="bold")]
    lines += [Text(f"- {plain(each)}", style="red") for each in tool.before]
    lines += [Text(f"+ {plain(each)}", style="green") for each in tool.after]
    return lines


async def _pin(session: Session, server: str, *, yes: bool) -> int:
    async with session.host.open_tools(session.settings()) as keeper:
        mine = [each for each in await keeper.tools() if each.tool.startswith(f"mcp.{server}.")]
        new = [each for each in mine if each.state is ToolState.NEW]
        if not mine:
            raise NotFound(f"expected an MCP server of the settings, found {server!r}")
        session.screen.tell(*(part for each in new for part in _differences(each)))
        if new and not (yes or session.screen.confirm(f"Agree to these {len(new)} tools as they are?")):
            return CHANGED
        agreed = [await keeper.agree(each.tool, each.found or "") for each in new]
    session.screen.show({"items": [each.model_dump(mode="json") for each in agreed]}, f"{len(agreed)} agreed to.")
    return 0


async def _approve(session: Session, tool: str, digest: str) -> int:
    async with session.host.open_tools(session.settings()) as keeper:
        agreed = await keeper.agree(tool, digest)
    session.screen.show(agreed, f"{tool} is agreed to as it is. Servers take it up when they start again.")
    return 0
