"""`quarterdeck lessons`: what past turns teach, tried on the past, reviewed, used and taken back."""

from typing import Annotated

import typer
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from agents.teaching.parts import Part, Reading
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from bot.surfaces.lessons import LessonsView, LessonView, ReplayView

One = Annotated[str, typer.Argument(metavar="LESSON", help="The id of a lesson, as `lessons list` tells.")]
Several = Annotated[list[str], typer.Argument(metavar="LESSON...", help="The ids of lessons.")]
Seen = Annotated[str, typer.Option("--replay", metavar="DIGEST", help="Which replay speaks for them.")]
Anew = Annotated[bool, typer.Option("--gather", help="Look through the latest turns first.")]
WORSE = 1  # the exit code of a replay that speaks against lessons

lessons = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""What past turns teach: phrasings of your own people, and which runbook and model come first.

    Reviewed before use. A lesson changes how a message is read, never what is allowed. Every command takes
    [bold]--json[/bold].

    [bold]Examples[/bold]

      quarterdeck lessons list --gather
      quarterdeck lessons replay tea_3f9a1c2e00000000
    """,
)


@lessons.command("list")
@command
def list_(session: Session, gather: Anew = False) -> None:
    """Show the lessons there are; with --gather, look for new ones first and show those that wait.

    [bold]Examples[/bold]

      quarterdeck lessons list --gather
      quarterdeck lessons list --json | jq -r '.lessons[] | select(.state == "in_use") | .phrasing'
    """
    session.run(lambda client: _list(client, session, gather=gather))


@lessons.command()
@command
def show(session: Session, lesson: One) -> None:
    """Show one lesson: its words, its tool, where it stands, and who decided that.

    [bold]Examples[/bold]

      quarterdeck lessons show tea_3f9a1c2e00000000
    """
    session.run(lambda client: _show(client, session, lesson))


@lessons.command()
@command
def replay(session: Session, lesson: Several) -> None:
    """Try lessons on past turns and on every phrasing there is. Nothing is put in use.

    Ends with 1 where they would make something worse, or nothing better.

    [bold]Examples[/bold]

      quarterdeck lessons replay tea_3f9a1c2e00000000 tea_77aa1c2e00000000
      quarterdeck lessons replay tea_3f9a1c2e00000000 --json | jq -r .digest
    """
    session.run(lambda client: _replay(client, session, lesson))


@lessons.command()
@command
def accept(session: Session, lesson: Several, replay: Seen = "") -> None:
    """Put lessons in use, by the digest of the replay that speaks for them.

    [bold]Examples[/bold]

      quarterdeck lessons accept tea_3f9a1c2e00000000 --replay 4be1…
    """
    session.run(lambda client: _accept(client, session, lesson, replay))


@lessons.command()
@command
def decline(session: Session, lesson: One) -> None:
    """Decline a lesson that waits. It is not proposed again.

    [bold]Examples[/bold]

      quarterdeck lessons decline tea_3f9a1c2e00000000
    """
    session.run(lambda client: _decided(client, session, lesson, "declined"))


@lessons.command()
@command
def withdraw(session: Session, lesson: One) -> None:
    """Take a lesson out of use at once: messages are understood as they were without it.

    [bold]Examples[/bold]

      quarterdeck lessons withdraw tea_3f9a1c2e00000000
    """
    session.run(lambda client: _decided(client, session, lesson, "withdrawn"))


async def _list(client: Client, session: Session, *, gather: bool) -> int:
    if gather:
        found = await client.post("/v1/lessons/gathered", {}, LessonsView)
    else:
        found = await client.get("/v1/lessons", LessonsView)
    nothing = "There are no lessons. Look for some: quarterdeck lessons list --gather"
    session.screen.show(found, _table(found.lessons) if found.lessons else Text(nothing))
    return 0


async def _show(client: Client, session: Session, lesson: str) -> int:
    found = await client.get(f"/v1/lessons/{client.named(lesson)}", LessonView)
    session.screen.show(found, _table((found,)))
    return 0


async def _replay(client: Client, session: Session, ids: list[str]) -> int:
    found = await client.post("/v1/lessons/replayed", {"ids": ids}, ReplayView)
    session.screen.show(found, *_replayed(found))
    return WORSE if found.against else 0


async def _accept(client: Client, session: Session, ids: list[str], replayed: str) -> int:
    found = await client.post("/v1/lessons/accepted", {"ids": ids, "replay": replayed}, LessonsView)
    session.screen.show(found, _table(found.lessons))
    return 0


async def _decided(client: Client, session: Session, lesson: str, how: str) -> int:
    found = await client.post(f"/v1/lessons/{client.named(lesson)}/{how}", {}, LessonView)
    session.screen.show(found, _table((found,)))
    return 0


def _table(found: tuple[LessonView, ...]) -> Table:
    table = Table("Lesson", "Words", "Tool", "State", "Turns", "By", box=box.SIMPLE_HEAD, show_edge=False)
    for each in found:
        state = each.state.value.replace("_", " ")
        table.add_row(each.id, plain(each.phrasing), each.tool, state, str(each.turns), plain(each.by))
    return table


def _replayed(found: ReplayView) -> list[RenderableType]:
    table = Table(
        "", "Cases", "Right before", "Right after", "False actions", box=box.SIMPLE_HEAD, show_edge=False
    )
    parts = {
        "Their words": found.replay.lessons,
        "Past turns": found.replay.turns,
        "Every phrasing": found.replay.phrasings,
        "Newer choices of runbooks": found.replay.runbooks,
    }
    for name, part in parts.items():
        if not part.cases:
            continue
        false = f"{part.false_actions_before} → {part.false_actions_after}"
        table.add_row(name, str(part.cases), str(part.right_before), str(part.right_after), false)
    if found.against:
        last = Text(f"They may not be put in use: {found.against}.", style="red")
    else:
        last = Text(f"To use them: quarterdeck lessons accept {' '.join(found.ids)} --replay {found.digest}")
    return [table, *map(_changes, parts.values()), *_models(found), last]


def _models(found: ReplayView) -> list[RenderableType]:
    told = found.replay.models
    if told is None:
        return []
    shares = (
        f"{plain(each.model)}, right {each.right} of {each.of} newer times" for each in (told.before, told.after)
    )
    return [Text("Messages are read first by {}; it would be {}".format(*shares))]


def _changes(part: Part) -> Group:
    better = [_change("+", each, "green") for each in part.gained]
    worse = [_change("-", each, "red") for each in (*part.lost, *part.new_false_actions)]
    return Group(*better, *worse)


def _change(sign: str, each: Reading, style: str) -> Text:
    return Text(
        f"{sign} {plain(each.phrasing)}: {each.before or 'nothing'} → {each.after or 'nothing'}", style=style
    )
