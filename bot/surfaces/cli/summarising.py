"""`quarterdeck incident summarise`: a timeline in a file becomes summaries that cite. No server is asked."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from agents.summaries import (
    Document,
    Section,
    Sentence,
    Story,
    catch_up,
    hand_over,
    living,
    public_update,
    review,
    understand,
)
from agents.summaries.given import Given, given
from agents.summaries.milestones import milestones
from agents.summaries.moments import Reader
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from memory.errors import InputTooLarge, InvalidInput
from memory.model.value import JsonValue

LARGEST = 256 * 2**20  # bytes of a file


class Kind(StrEnum):
    """Which summary is asked for."""

    ALL = "all"
    LIVING = "living"
    CATCH_UP = "catchup"
    HAND_OVER = "handover"
    PUBLIC = "public"
    REVIEW = "review"


File = Annotated[Path, typer.Argument(metavar="FILE", help="The timeline, as JSON; - reads standard input.")]
Wanted = Annotated[Kind | None, typer.Option("--kind", help="Which one; all as JSON, else the one that fits.")]
Since = Annotated[
    str, typer.Option("--since", metavar="TIME", help="From when a catch-up tells: 14:20, or a date too.")
]


@command
def summarise(session: Session, file: File, kind: Wanted = None, since: Since = "") -> None:
    """Summarise a timeline in a file: what happened, impact, causes, what was tried, who, when, what next.

    The file holds {"input_timeline": [{"time", "kind", "author", "text"}, …]}. Times may be dates with times,
    times of day or offsets (+15m); kinds are anybody's words. Every sentence names the entries it rests on, and
    what the timeline does not say is not said. Nothing is asked of anybody: no server, no model.

    [bold]Examples[/bold]

      quarterdeck incident summarise outage.json
      quarterdeck incident summarise outage.json --kind catchup --since 14:20
      quarterdeck incident summarise outage.json --json | jq '.sections[].sentences[].text'
    """
    session.run_here(lambda: summarised(session, file, kind, since))


def summarised(session: Session, file: Path, kind: Kind | None, since: str) -> int:
    """Print the summaries of a file; raises `InvalidInput` for what is no timeline."""
    found = given(_loaded(file), session.screen.now())
    story = understand(found.account)
    wanted = kind or (Kind.ALL if session.screen.as_json else _fitting(story, since))
    documents = [make(story) for make in _makers(wanted, _from(story, since))]
    session.screen.show(_result(found, documents), *_shown(found, documents))
    return 0


def _fitting(story: Story, since: str) -> Kind:
    """Return the summary that people most likely want: the review once it is over."""
    if since:
        return Kind.CATCH_UP
    return Kind.REVIEW if milestones(story).over() else Kind.LIVING


def _makers(kind: Kind, since: datetime) -> list[Callable[[Story], Document]]:
    makers: dict[Kind, Callable[[Story], Document]] = {
        Kind.LIVING: living,
        Kind.REVIEW: review,
        Kind.HAND_OVER: hand_over,
        Kind.CATCH_UP: lambda story: catch_up(story, since),
        Kind.PUBLIC: public_update,
    }
    return list(makers.values()) if kind is Kind.ALL else [makers[kind]]


def _from(story: Story, since: str) -> datetime:
    """Return the moment a catch-up tells from: what was asked for, else the middle of the timeline."""
    if not since:
        middle = len(story.entries) // 2
        return story.entries[middle].at if story.entries else story.account.now
    reader = Reader(last=story.entries[0].at if story.entries else None)
    found = reader.read(since)
    if found is None:
        raise InvalidInput(f"expected a time such as 14:20 or 2026-11-21 14:20 for --since, found {since[:40]!r}")
    return found


def _loaded(file: Path) -> object:
    data = _read(file)
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"expected JSON in {file}, found something else: {error}") from error


def _read(file: Path) -> bytes:
    try:
        if str(file) == "-":
            data = typer.get_binary_stream("stdin").read(LARGEST + 1)
        else:
            with file.open("rb") as opened:
                data = opened.read(LARGEST + 1)
    except OSError as error:
        raise InvalidInput(f"expected a file that can be read at {file}, found: {error.strerror}") from error
    if len(data) > LARGEST:
        raise InputTooLarge(f"expected at most {LARGEST} bytes in {file}, found more")
    return data


def _result(found: Given, documents: list[Document]) -> Mapping[str, object]:
    """Return the sections with their citations, and every source that is cited, as it stands in the file."""
    cited = {source.id: source for document in documents for source in document.sources}
    return {
        "brain": documents[0].brain,
        "entries": len(found.account.timeline),
        "notes": list(found.notes),
        "sections": [
            _section(document, section, found) for document in documents for section in document.sections
        ],
        "sources": [
            {
                "id": each.id,
                "index": found.positions[each.id],
                "time": found.times[each.id],
                "kind": found.kinds[each.id],
                "author": each.author,
                "text": each.text,
                "trusted": each.trusted,
            }
            for each in sorted(cited.values(), key=lambda each: found.positions[each.id])
        ],
    }


def _section(document: Document, section: Section, found: Given) -> dict[str, JsonValue]:
    return {
        "document": document.kind.value,
        "name": section.part.value,
        "title": section.title,
        "sentences": [_sentence(each, found) for each in section.sentences],
        "gap": None if section.gap is None else section.gap.value,
    }


def _sentence(sentence: Sentence, found: Given) -> JsonValue:
    return {
        "text": sentence.text,
        "citations": list(sentence.citations),
        "indexes": [found.positions[each] for each in sentence.citations],
        "derived": [
            {"text": each.text, "rule": each.rule.value, "of": list(each.of)} for each in sentence.derived
        ],
    }


def _shown(found: Given, documents: list[Document]) -> Iterator[RenderableType]:
    for document in documents:
        yield Rule(Text(document.title, style="bold"), align="left", style="dim")
        for section in document.sections:
            yield Group(Text(section.title, style="bold cyan"), *(_line(each) for each in _lines(section)))
    for note in found.notes:
        yield Text(f"! {plain(note)}", style="yellow")


def _lines(section: Section) -> Iterator[Text]:
    for sentence in section.sentences:
        yield Text.assemble(plain(sentence.text), (f"  [{', '.join(sentence.citations)}]", "dim"))
    if section.gap is not None:
        yield Text(section.gap.value, style="dim italic")


def _line(text: Text) -> RenderableType:
    return Padding(text, (0, 0, 0, 2))
