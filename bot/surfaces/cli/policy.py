"""Commands about policies: `check`, `fmt`, `explain`, `hash`, `simulate`. They read files; only `fmt` writes any.

They need no server: what they ask is a `Policy` made from a folder of policies and the facts of the settings.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.surfaces.cli import policy_work as work
from bot.surfaces.cli.command import command
from bot.surfaces.cli.session import Session

Folder = Annotated[
    Path | None,
    typer.Argument(metavar="FOLDER", help="Policies: a folder or a file; the settings' if left out."),
]
NewFolder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The new policies: a folder or a file.")]
Policies = Annotated[Path | None, typer.Option("--policies", metavar="FOLDER", help="Instead of the settings'.")]
CheckOnly = Annotated[bool, typer.Option("--check", help="Change nothing; end with 1 where something would be.")]
RequestFile = Annotated[
    str, typer.Argument(metavar="REQUEST", help="A JSON file with the request, or - for standard input.")
]
Who = Annotated[str, typer.Option("--who", metavar="PERSON", help="Who wants it.")]
ToolName = Annotated[str, typer.Option("--tool", metavar="TOOL", help="What they want to call.")]
Given = Annotated[list[str] | None, typer.Option("--arg", metavar="NAME=VALUE", help="An argument of the call.")]
Untrusted = Annotated[
    list[str] | None, typer.Option("--untrusted", metavar="NAME", help="An argument from untrusted text.")
]
Approves = Annotated[str, typer.Option("--approves", metavar="PERSON", help="Approve what this person asked for.")]
At = Annotated[datetime | None, typer.Option("--at", help="When, in UTC; now if left out.")]
From = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="LEDGER",
        help="Past requests: `log` is the log of this machine's store; or an evidence pack, an export, a "
        "published log, or a file with a JSON object a line; - for standard input.",
    ),
]
Old = Annotated[Path | None, typer.Option("--old", metavar="FOLDER", help="What to compare with; the settings'.")]

policy = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""Policies: check them, lay them out, explain a decision, see what a change would mean.

    [bold]Examples[/bold]

      quarterdeck policy check policies --json
    """,
)


@policy.command("check")
@command
def check(session: Session, folder: Folder = None) -> None:
    """Parse the policies, hold them against the schema, and ask each of their golden decisions.

    [bold]Examples[/bold]

      quarterdeck policy check policies
      quarterdeck policy check policies --json | jq .problems
    """
    session.run_alone(lambda: work.check(session, folder))


@policy.command("fmt")
@command
def fmt(session: Session, folder: Folder = None, only: CheckOnly = False) -> None:
    """Put policies into their one layout. Remarks stay.

    [bold]Examples[/bold]

      quarterdeck policy fmt policies
      quarterdeck policy fmt policies --check
    """
    session.run_alone(lambda: work.fmt(session, folder, only=only))


@policy.command("explain")
@command
def explain(
    session: Session,
    *,
    request: RequestFile = "",
    policies: Policies = None,
    who: Who = "",
    tool: ToolName = "",
    given: Given = None,
    untrusted: Untrusted = None,
    approves: Approves = "",
    at: At = None,
) -> None:
    """Say how a request is decided, by which policies, and what would be needed.

    [bold]Examples[/bold]

      quarterdeck policy explain --who vic --tool service.restart --arg service=checkout
      quarterdeck policy explain --who bob --approves alice
      quarterdeck policy explain request.json --json | jq .verdict
    """
    flags = work.Flags(who=who, tool=tool, given=given or [], untrusted=untrusted or [], approves=approves, at=at)
    session.run_alone(lambda: work.explain(session, policies, request, flags))


@policy.command("hash")
@command
def hash_(session: Session, folder: Folder = None) -> None:
    """Print the SHA-256 over the policies, the schema and the entities: what decisions name as their basis.

    [bold]Examples[/bold]

      quarterdeck policy hash
      quarterdeck policy hash policies --json
    """
    session.run_alone(lambda: work.hash_(session, folder))


@policy.command("simulate")
@command
def simulate(session: Session, folder: NewFolder, source: From, old: Old = None) -> None:
    """Decide past requests again, under the old and the new policies, and list what would change.

    Ends with 1 where something would. Past requests that cannot be rebuilt are counted, and why is said.

    [bold]Examples[/bold]

      quarterdeck policy simulate policies --from log
      quarterdeck policy simulate policies --from evidence.zip
      quarterdeck policy simulate policies --from requests.jsonl
      quarterdeck policy simulate new --old policies --from - --json < requests.jsonl
    """
    session.run_alone(lambda: work.simulate(session, folder, source, old))
