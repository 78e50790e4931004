"""Commands about runbooks: `new`, `lint`, `import` and `tools` work on files; the others ask Quarterdeck."""

from pathlib import Path
from typing import Annotated

import typer

from bot.surfaces.cli import runbook_files as files
from bot.surfaces.cli import runbook_work as work
from bot.surfaces.cli.command import command
from bot.surfaces.cli.session import Session

Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="Runbooks, or folders of them.")]
Sources = Annotated[list[Path], typer.Argument(metavar="FILE…", help="Markdown or SSM documents, or folders.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The runbook's id: lower-case words with hyphens.")]
Name = Annotated[str, typer.Argument(metavar="RUNBOOK", help="A runbook's id, or id@version.")]
Given = Annotated[list[str] | None, typer.Argument(metavar="NAME=VALUE…", help="The runbook's inputs.")]
Title = Annotated[str, typer.Option("--title", help="What it is called; made from the id if left out.")]
Into = Annotated[Path, typer.Option("--into", metavar="FOLDER", help="The folder to write to.")]
Strict = Annotated[bool, typer.Option("--strict", help="End with 1 for warnings too.")]

runbook = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""Runbooks: write them, check them, read them, see what they would do, run them.

    Every command takes [bold]--json[/bold].

    [bold]Examples[/bold]

      quarterdeck runbook list
    """,
)


@runbook.command("new")
@command
def new(session: Session, identifier: Id, title: Title = "", into: Into = Path()) -> None:
    """Write a new runbook and its test, with everything that is still to be filled in.

    [bold]Examples[/bold]

      quarterdeck runbook new restart-search --into runbooks
    """
    session.run_alone(lambda: files.new(session, identifier, title, into))


@runbook.command("lint")
@command
def lint(session: Session, paths: Files, strict: Strict = False) -> None:
    """Check runbooks, and explain what is wrong with file, line and column. Ends with 1 where something is.

    [bold]Examples[/bold]

      quarterdeck runbook lint runbooks
      quarterdeck runbook lint restart-search.md --json | jq .findings
    """
    session.run_alone(lambda: files.lint(session, paths, strict=strict))


@runbook.command("import")
@command
def import_(session: Session, paths: Sources, into: Into = Path("imported")) -> None:
    """Bring runbooks of others in: plain Markdown, and AWS SSM Automation documents.

    Every command is kept as it stands and marked with what it would do; what is imported only suggests. A report
    says of every step why. Ends with 1 where a file could not be read; the others are imported.

    [bold]Examples[/bold]

      quarterdeck runbook import wiki/runbooks --into runbooks/imported
    """
    session.run_alone(lambda: files.import_(session, paths, into))


@runbook.command("tools")
@command
def tools(session: Session) -> None:
    """List the tools that actions may name, with their arguments.

    [bold]Examples[/bold]

      quarterdeck runbook tools
    """
    session.run_alone(lambda: files.tools(session))


@runbook.command("list")
@command
def list_(session: Session) -> None:
    """List the runbooks.

    [bold]Examples[/bold]

      quarterdeck runbook list --json | jq -r .items[].id
    """
    session.run(lambda client: work.list_(client, session))


@runbook.command("show")
@command
def show(session: Session, name: Name) -> None:
    """Show a runbook as it is written.

    [bold]Examples[/bold]

      quarterdeck runbook show roll-back-release
    """
    session.run(lambda client: work.show(client, session, name))


@runbook.command("plan")
@command
def plan(session: Session, name: Name, given: Given = None) -> None:
    """Show the plan that a runbook makes of these inputs. Nothing is submitted.

    [bold]Examples[/bold]

      quarterdeck runbook plan roll-back-release service=checkout
    """
    session.run(lambda client: work.simulate(client, session, name, given or [], whole=False))


@runbook.command("simulate")
@command
def simulate(session: Session, name: Name, given: Given = None) -> None:
    """Show every call, what it would change and what policy says of it, provably without effect.

    Ends with 1 where policy would say no, or nothing would change.

    [bold]Examples[/bold]

      quarterdeck runbook simulate roll-back-release service=checkout --json
    """
    session.run(lambda client: work.simulate(client, session, name, given or [], whole=True))


@runbook.command("run")
@command
def run(session: Session, name: Name, given: Given = None) -> None:
    """Submit a runbook's plan. It waits for the approvals that policy asks for.

    [bold]Examples[/bold]

      quarterdeck runbook run roll-back-release service=checkout environment=production
    """
    session.run(lambda client: work.run(client, session, name, given or []))
