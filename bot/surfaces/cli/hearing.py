"""The command `voice`: a recording in, what was heard and what it would mean out. Nothing is done."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain, shortened
from bot.surfaces.cli.session import Session
from bot.voice.decoding import LARGEST
from bot.voice.ports import Clip
from memory.errors import InputTooLarge, InvalidInput, NotFound
from memory.model.value import JsonValue

if TYPE_CHECKING:
    from agents.hearing.heard import Heard
    from agents.hearing.understanding import Understood

SHOWN = 5  # hypotheses
LONGEST_SHOWN = 100

Recording = Annotated[Path, typer.Argument(metavar="FILE", help="webm, ogg, m4a, mp3, wav, flac or aac.")]
MediaType = Annotated[str, typer.Option("--type", metavar="MEDIA", help="For frames without a container.")]


@command
def voice(session: Session, file: Recording, media: MediaType = "") -> None:
    """Hear a recording, and see what it would mean and what would be asked back. Nothing is done, or sent.

    [bold]Examples[/bold]

      quarterdeck voice note.m4a
      quarterdeck voice --json note.webm | jq '.intent'
      quarterdeck voice --type audio/x-mulaw call.ulaw
    """
    session.run_alone(lambda: _voice(session, file, media))


async def _voice(session: Session, file: Path, media: str) -> int:
    clip = Clip(_read(file), media)
    with session.screen.waiting("Listening"), closing(session.host.open_ear(session.settings())) as ear:
        heard, understood = await ear.hear(clip)
    session.screen.show(told(heard, understood), *_parts(heard, understood))
    return 0


def _read(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > LARGEST:
            raise InputTooLarge(f"expected a recording of at most {LARGEST:,} bytes, found {size:,}")
        return file.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(f"expected a recording at {file}, found none") from error
    except OSError as error:
        raise InvalidInput(f"expected to read {file}, found: {error.strerror}") from error


def told(heard: "Heard", understood: "Understood") -> dict[str, JsonValue]:
    """Return everything as JSON; `intent` is what `quarterdeck interpret` says of `text`, or the question."""
    from agents.interpreter.lines import meaning

    return {
        "transcript": understood.transcript,
        "text": understood.text,
        "intent": meaning(understood.text, understood.intent),
        "question": understood.intent.question,
        "choices": [each.says for each in understood.intent.choices],
        "why": understood.why,
        "language": heard.language,
        "duration_s": round(heard.duration, 2),
        "speech_s": round(heard.speech, 2),
        "hypotheses": [
            {
                "text": each.text,
                "log_probability": round(each.log_probability, 4),
                "told": each.told,
                "words": [
                    {"text": word.text, "start": word.start, "end": word.end, "probability": word.probability}
                    for word in each.words
                ],
            }
            for each in heard.hypotheses
        ],
    }


def _parts(heard: "Heard", understood: "Understood") -> list[RenderableType]:
    intent = understood.intent
    parts: list[RenderableType] = [_line("Heard", understood.transcript or "nothing")]
    others = dict.fromkeys(each.text for each in heard.hypotheses[1:])
    parts += [_line("or", other) for other in list(others)[: SHOWN - 1]]
    if understood.text:
        parts.append(_line("Read as", understood.text))
    if intent.tool:
        values = ", ".join(f"{name}: {value}" for name, value in intent.values().items())
        parts.append(_line("Means", f"{intent.tool} ({values})" if values else intent.tool))
    asked = intent.question or intent.reply
    parts += [_line("Asks" if intent.question else "Says", asked)] if asked else []
    return [*parts, *(_line("", f"- {choice.label}") for choice in intent.choices)]


def _line(label: str, text: str) -> Text:
    return Text.assemble((f"{label:<9}", "bold"), shortened(plain(text), LONGEST_SHOWN))
