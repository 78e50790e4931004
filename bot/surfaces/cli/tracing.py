"""The command `trace`: what led to what, as a tree, as JSON, as a picture."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text
from rich.tree import Tree

from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.screen import spaced
from bot.surfaces.cli.session import Session
from bot.trace import Trace, seconds, told
from bot.trace.dot import dot
from bot.trace.picture import svg
from memory.errors import InvalidInput
from memory.trace import Chain, Node
from memory.trace.chain import ACTIONS

BROKEN = 1

AnyId = Annotated[str, typer.Argument(metavar="ID", help="A correlation, plan, message or entry.")]
SvgFile = Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Draw it into this file.")]
DotFile = Annotated[Path | None, typer.Option("--dot", metavar="FILE", help="Write it for Graphviz.")]


@command
def trace(session: Session, subject: AnyId, svg_file: SvgFile = None, dot_file: DotFile = None) -> None:
    """Show what led to what: message, model, policy, people, effect, each with its place in the log.

    Ends with 1 when an action cannot be traced to the message it began with.

    [bold]Examples[/bold]

      quarterdeck log trace run_4h2k9m
      quarterdeck log trace cor_8d3f --svg why.svg
    """
    session.run(lambda client: _trace(client, session, subject, svg_file, dot_file))


async def _trace(
    client: Client, session: Session, subject: str, svg_file: Path | None, dot_file: Path | None
) -> int:
    found = await client.trace(subject)
    if svg_file is not None:
        _write(svg_file, svg(found))
    if dot_file is not None:
        _write(dot_file, dot(found))
    session.screen.show(found, *spaced(_parts(found)))
    return 0 if all(chain.complete for chain in found.chains) else BROKEN


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"expected a file that can be written, found {file}: {error.strerror}") from error


def _parts(found: Trace) -> Iterator[Tree | Text]:
    nodes = found.graph.by_subject()
    for root in found.graph.roots:
        tree = Tree(_line(nodes[root], found), guide_style="dim")
        _grow(tree, nodes[root], nodes, found)
        yield tree
    for each in found.graph.dangling:
        yield Text(f"{each.subject} names {each.cause}, of which the log tells nothing here", style="yellow")
    if found.chains:
        yield Text("\n").join(_verdict(chain) for chain in found.chains)


def _grow(tree: Tree, cause: Node, nodes: dict[str, Node], found: Trace) -> None:
    """Add what followed: each thing once, below the last of its causes."""
    for effect in (nodes[subject] for subject in cause.effects):
        if effect.causes[-1] == cause.subject:
            _grow(tree.add(_line(effect, found)), effect, nodes, found)


def _line(node: Node, found: Trace) -> Text:
    said = told(node, found)
    began, at = found.began(), node.first.at
    when = f"{at:%Y-%m-%d %H:%M:%S} UTC" if at == began else seconds(at, began)
    style = "bold red" if said.bad else "bold green" if node.kind in ACTIONS else "bold"
    line = Text.assemble((f"#{node.index} ", "dim"), (plain(said.title), style))
    for part in (found.who(node.first), *said.details):
        line.append(f"  {plain(part)}" if part else "")
    return line.append(f"  {when}{_also(node, found)}", style="dim")


def _also(node: Node, found: Trace) -> str:
    """Return the causes that the tree does not show."""
    nodes = found.graph.by_subject()
    others = [f"#{nodes[cause].index}" for cause in node.causes[:-1]]
    return f"  also from {', '.join(others)}" if others else ""


def _verdict(chain: Chain) -> Text:
    way = _numbered((*chain.links, chain.index))
    if chain.complete:
        return Text.assemble(("✔ ", "green"), f"#{chain.index} can be traced to its beginning: {way}")
    return Text.assemble(("✘ ", "bold red"), f"#{chain.index} cannot be traced: {plain(', '.join(chain.missing))}")


def _numbered(indices: Iterable[int]) -> str:
    return " → ".join(f"#{index}" for index in indices)
