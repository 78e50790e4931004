"""Commands of calls: write a recording into an incident's timeline, and say what of it was decided."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Group, RenderableType
from rich.text import Text

from agents.units import counted
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.problems import checked, read_as
from bot.surfaces.cli.session import Session
from bot.surfaces.cli.timelines import when
from bot.surfaces.scribing import Written
from bot.surfaces.speech import LARGEST_CLIP
from memory.errors import InputTooLarge, InvalidInput, NotFound
from memory.ids import RandomIds
from memory.model.value import Value
from memory.model.voice import DecisionMoment

PATIENCE_S = 3600.0  # a call of an hour takes minutes to be written down

Which = Annotated[str, typer.Argument(metavar="INCIDENT", help="Its number, such as 12, or its id.")]
Recording = Annotated[Path, typer.Argument(metavar="FILE", help="webm, ogg, m4a, mp3 or wav.")]
Began = Annotated[str, typer.Option("--began", help="When it began: 10:02, 40m (ago), a date.")]
Names = Annotated[list[str] | None, typer.Option("--speaker", help="Who is on each channel, in order.")]
Moment = Annotated[str, typer.Argument(metavar="MOMENT", help="Its id.")]
Words = Annotated[str, typer.Option("--text", help="What was decided. Default: as it was heard.")]


class Moments(Value):
    """The moments of an incident's calls."""

    items: tuple[DecisionMoment, ...]


class CallClient(Client):
    """Speaks to one Quarterdeck about calls, as one person."""

    async def write(self, incident: str, sound: bytes, began: str, names: list[str]) -> Written:
        """Have a recording written down."""
        answer = await self._send(
            "POST",
            f"/v1/incidents/{self.named(incident)}/calls",
            content=sound,
            params={"began": began, "speaker": names},
            headers={"Content-Type": "audio/x-recording"},
            timeout=PATIENCE_S,
        )
        return read_as(checked(answer), Written)


@command
def scribe(session: Session, which: Which, file: Recording, began: Began, speaker: Names = None) -> None:
    """Write a recorded call into the timeline: quoted, untrusted, and by speaker where each has a channel.

    What sounds like a decision is proposed: `incident moments` lists it, `incident decided` says that it was one.

    [bold]Examples[/bold]

      quarterdeck incident scribe 12 bridge.wav --began 10:02 --speaker Alice --speaker Bob
      quarterdeck incident scribe 12 call.m4a --began 40m --json | jq '.moments[].text'
    """

    async def work(client: CallClient) -> int:
        sound = _read(file)
        at = when(began, session.screen.now())
        with session.screen.waiting("Listening to the call"):
            found = await client.write(which, sound, at, speaker or [])
        session.screen.show(found, _written(found))
        return 0

    _run(session, work)


@command
def moments(session: Session, which: Which) -> None:
    """Show what on calls sounded like a decision, and what became of it.

    [bold]Examples[/bold]

      quarterdeck incident moments 12
    """

    async def work(client: CallClient) -> int:
        found = await client.get(f"/v1/incidents/{client.named(which)}/moments", Moments)
        session.screen.show(found, Group(*map(_line, found.items)) if found.items else Text("No moments."))
        return 0

    _run(session, work)


@command
def decided(session: Session, moment: Moment, text: Words = "") -> None:
    """Say that something was decided then: it stands in the timeline from now on, in your name.

    [bold]Examples[/bold]

      quarterdeck incident decided dm_4f --text "Roll back checkout to 1.4.1"
    """
    _settle(session, moment, {"decided": True, "text": text})


@command
def undecided(session: Session, moment: Moment) -> None:
    """Say that nothing was decided then.

    [bold]Examples[/bold]

      quarterdeck incident undecided dm_4f
    """
    _settle(session, moment, {"decided": False})


def _settle(session: Session, moment: str, said: dict[str, object]) -> None:
    async def work(client: CallClient) -> int:
        found = await client.post(f"/v1/moments/{client.named(moment)}", said, DecisionMoment)
        session.screen.show(found, _line(found))
        return 0

    _run(session, work)


def _run(session: Session, work: Callable[[CallClient], Awaitable[int]]) -> None:
    async def over(http: httpx.AsyncClient) -> int:
        return await work(CallClient(http, RandomIds()))

    session.run_over(over)


def _read(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > LARGEST_CLIP:
            raise InputTooLarge(f"expected a recording of at most {LARGEST_CLIP:,} bytes, found {size:,}")
        return file.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(f"expected a recording at {file}, found none") from error
    except OSError as error:
        raise InvalidInput(f"expected to read {file}, found: {error.strerror}") from error


def _written(found: Written) -> RenderableType:
    said = f"{counted(len(found.entries), 'utterance')} of {timedelta(seconds=round(found.seconds))}"
    by = f" by {', '.join(map(plain, found.speakers))}" if found.speakers else ""
    head = Text(f"{said}{by}, quoted in the timeline.")
    if not found.moments:
        return head
    return Group(head, Text("It may have been decided:"), *map(_line, found.moments))


def _line(moment: DecisionMoment) -> Text:
    text = Text(f"{moment.at:%H:%M:%S} ", style="dim").append(f"{moment.standing.value} ", style="cyan")
    who = f"{plain(moment.speaker)}: " if moment.speaker else ""
    return text.append(f"“{who}{plain(moment.text)}” ").append(moment.id, style="dim")
