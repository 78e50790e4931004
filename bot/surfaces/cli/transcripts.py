"""`quarterdeck incident transcript`: what was said in the rooms of an incident."""

from typing import Annotated

import typer
from rich.console import Group
from rich.text import Text

from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from memory.model.transcript import TranscriptLine
from memory.model.value import Value

PAGE = 200


class TranscriptShown(Value):
    """What was said, the first first."""

    items: tuple[TranscriptLine, ...]
    next_cursor: str | None = None


@command
def transcript(
    session: Session, which: Annotated[str, typer.Argument(metavar="INCIDENT", help="Its number, or its id.")]
) -> None:
    """Show what was said in the rooms of an incident: other people's words, as they are.

    [bold]Examples[/bold]

      quarterdeck incident transcript 12
      quarterdeck incident transcript 12 --json | jq -r '.items[].text'
    """

    async def work(client: Client) -> int:
        lines: list[TranscriptLine] = []
        cursor: str | None = None
        while True:
            query = {"cursor": cursor, "limit": PAGE}
            page = await client.get(f"/v1/incidents/{which}/transcript", TranscriptShown, query)
            lines += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        shown = Group(*map(_line, lines)) if lines else Text("Nothing was said in a room of it yet.")
        session.screen.show(TranscriptShown(items=tuple(lines)), shown)
        return 0

    session.run(work)


def _line(each: TranscriptLine) -> Text:
    told = "(deleted)" if each.deleted_at else plain(each.text) + (" (edited)" if each.edited_at else "")
    who = plain(each.person or each.author)
    return Text.assemble((f"{each.said_at:%Y-%m-%d %H:%M:%S}", "dim"), "  ", (who, "bold"), "  ", told)
