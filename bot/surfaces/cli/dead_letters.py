"""Commands of dead letters and of the queue: `dlq list|show|replay|drop`, and `queue`."""

from datetime import datetime
from typing import Annotated

import typer
from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from agents.units import moment
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from bot.surfaces.cli.shapes import Letters, LetterShown, QueueShown
from memory.model.dead_letter import DeadLetter, DeadReason, LetterStatus, ReplayFrom

LetterId = Annotated[str, typer.Argument(metavar="LETTER", help="The id, as the list shows it.")]
RunId = Annotated[str, typer.Argument(metavar="RUN", help="A plan that waits for its turn.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept in the log.")]
Needed = Annotated[str, typer.Option("--reason", help="Why nobody has to look at it any more.")]
From = Annotated[ReplayFrom, typer.Option("--from", help="Where it begins: the step that failed, or the start.")]
OfStatus = Annotated[LetterStatus | None, typer.Option("--status", help="Only those that stand so.")]
OfReason = Annotated[DeadReason | None, typer.Option("--died-of", help="Only those that died of this.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=200, help="How many.")]

dlq = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""What could not be finished, and where it came from.

    Every command takes [bold]--json[/bold].

    [bold]Examples[/bold]

      quarterdeck dlq list --status open
      quarterdeck dlq replay dl_4h2k9m --from failed
    """,
)


@dlq.command("list")
@command
def list_letters(session: Session, status: OfStatus = None, died_of: OfReason = None, limit: Limit = 50) -> None:
    """Show the dead letters, the newest first.

    [bold]Examples[/bold]

      quarterdeck dlq list --status open
      quarterdeck dlq list --json | jq '.items[].origin.message'
    """
    session.run(lambda client: _list(client, session, status, died_of, limit))


@dlq.command("show")
@command
def show_letter(session: Session, letter: LetterId) -> None:
    """Show one: what died of what, and the entries of the log that lead to it from the message that began it.

    [bold]Examples[/bold]

      quarterdeck dlq show letter_4h2k9m
    """
    session.run(lambda client: _show(client, session, letter))


@dlq.command("replay")
@command
def replay_letter(
    session: Session, letter: LetterId, begins: From = ReplayFrom.FAILED, reason: Reason = ""
) -> None:
    """Ask for what is left of it as a new plan, to be approved as policy asks now.

    [bold]Examples[/bold]

      quarterdeck dlq replay letter_4h2k9m --reason "the cluster is back"
      quarterdeck dlq replay letter_4h2k9m --from start
    """
    session.run(lambda client: _replay(client, session, letter, begins, reason))


@dlq.command("drop")
@command
def drop_letter(session: Session, letter: LetterId, reason: Needed) -> None:
    """Let go of one, for a reason. The log keeps what it tells.

    [bold]Examples[/bold]

      quarterdeck dlq drop letter_4h2k9m --reason "the service was taken down"
    """
    session.run(lambda client: _drop(client, session, letter, reason))


@command
def queue(session: Session, run: RunId = "") -> None:
    """Show what waits for its turn, or how many are before one plan.

    [bold]Examples[/bold]

      quarterdeck queue
      quarterdeck queue run_4h2k9m
    """
    session.run(lambda client: _place(client, session, run) if run else _backlog(client, session))


async def _list(
    client: Client, session: Session, status: LetterStatus | None, died_of: DeadReason | None, limit: int
) -> int:
    found = await client.letters(status, died_of, limit)
    shown = _table(found, session.screen.now()) if found.items else "No dead letters."
    session.screen.show(found, shown)
    return 0


async def _show(client: Client, session: Session, letter: str) -> int:
    found = await client.letter(letter)
    session.screen.show(found, _whole(found, session.screen.now()))
    return 1 if found.missing else 0


async def _replay(client: Client, session: Session, letter: str, begins: ReplayFrom, reason: str) -> int:
    replayed = await client.replay_letter(letter, begins, reason)
    session.screen.show(
        replayed, f"{replayed.run.id} is {replayed.run.status.value}: {plain(replayed.run.plan.goal)}"
    )
    session.screen.note(f"look at it with: quarterdeck runs {replayed.run.id}")
    return 0


async def _drop(client: Client, session: Session, letter: str, reason: str) -> int:
    dropped = await client.drop_letter(letter, reason)
    session.screen.show(dropped, f"{dropped.id} is dropped.")
    return 0


async def _place(client: Client, session: Session, run: str) -> int:
    found = await client.place(run)
    session.screen.show(found, f"{found.says.capitalize()}." if found.says else "It does not wait in the queue.")
    return 0


async def _backlog(client: Client, session: Session) -> int:
    found = await client.queue()
    session.screen.show(found, _classes(found))
    return 0


def _table(found: Letters, now: datetime) -> Table:
    table = Table("Dead letter", "Died of", "What", "When", "Status", box=box.SIMPLE_HEAD, show_edge=False)
    for each in found.items:
        what = f"{each.origin.run} {each.origin.tool}".strip()
        table.add_row(each.id, each.died_of.value, plain(what), moment(each.at, now), each.status.value)
    return table


def _whole(found: LetterShown, now: datetime) -> Group:
    letter, origin = found.letter, found.letter.origin
    table = Table(box=None, show_header=False, pad_edge=False)
    step = "" if origin.step is None else f", step {origin.step + 1}"
    rows = {
        "died of": f"{letter.died_of.value} ({letter.code}), {moment(letter.at, now)}",
        "run": f"{origin.run}{step}",
        "plan": origin.plan_digest[:12],
        "asked by": origin.requester,
        "message": f"{origin.message} in {origin.thread}",
        "turn": origin.correlation,
        "approvals": ", ".join(origin.approvals),
        "log": ", ".join(f"#{index}" for index in found.links),
        "replay of": letter.replay_of or "",
        "replays": ", ".join(filter(None, (each.run or each.refused for each in letter.replays))),
        "settled": _settled(letter),
    }
    for name, value in rows.items():
        if value:
            table.add_row(Text(name, style="bold"), Text(plain(value)))
    missing = [Text(f"The log does not tell of: {plain(', '.join(found.missing))}", style="red")]
    return Group(Text(plain(letter.says)), table, *(missing if found.missing else []))


def _settled(letter: DeadLetter) -> str:
    if letter.settled_by is None:
        return ""
    because = f": {letter.remark}" if letter.remark else ""
    return f"{letter.status.value} by {letter.settled_by}{because}"


def _classes(found: QueueShown) -> Table:
    table = Table("Class", "Waiting", "Running", "At most waiting", box=box.SIMPLE_HEAD, show_edge=False)
    for each in found.items:
        table.add_row(each.run_class, str(each.queued), str(each.running), str(each.most))
    return table
