"""Commands that look something up: `why`, `log`, `evidence`."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from agents.units import moment
from bot.surfaces.cli.asked import Asked, asks, query_of
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.evidence import charts, evidence_in_full, evidence_table
from bot.surfaces.cli.plain import plain, shortened
from bot.surfaces.cli.screen import spaced
from bot.surfaces.cli.session import Session
from memory.model.intent import Intent
from memory.model.record import Recorded
from memory.model.value import JsonValue

if TYPE_CHECKING:
    from bot.surfaces.desk import Explanation, ModelUse

Subject = Annotated[str, typer.Argument(metavar="SUBJECT", help="A plan, a message or a correlation id.")]
FactId = Annotated[str, typer.Argument(metavar="ID", help="An evidence id, as --json shows it.")]
MostOf = Annotated[int, typer.Option("--limit", min=1, max=200, help="How many.")]
FromCursor = Annotated[str, typer.Option("--cursor", help="`next_cursor` of the page before.")]

_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONGEST_ACTOR = 20  # characters of a column


@command
def why(session: Session, subject: Subject) -> None:
    """Say why: what was understood, which policies decided, what was considered and not done.

    [bold]Examples[/bold]

      quarterdeck why run_4h2k9m
      quarterdeck why cor_8d3f --json | jq .policies
    """
    session.run(lambda client: _why(client, session, subject))


@command
@asks
def log(session: Session, asked: Asked, limit: MostOf = 50, cursor: FromCursor = "") -> None:
    """Show what was recorded, newest first: metadata and digests, never anybody's words.

    [bold]Examples[/bold]

      quarterdeck log --kind approval --kind denial --since 7d
      quarterdeck log --principal alice --tool deploy.rollback
      quarterdeck log --correlation cor_8d3f --json
    """
    session.run(lambda client: _log(client, session, asked, limit, cursor or None))


@command
def evidence(session: Session, fact: FactId) -> None:
    """Show one fact an answer cites, with what the source itself said.

    [bold]Examples[/bold]

      quarterdeck evidence ev_2b9c --json | jq .value
    """
    session.run(lambda client: _evidence(client, session, fact))


async def _why(client: Client, session: Session, subject: str) -> int:
    explanation = await client.explain(subject)
    screen = session.screen
    screen.show(explanation, *spaced(_explained(explanation, screen.now())))
    return 0


async def _log(client: Client, session: Session, asked: Asked, limit: int, cursor: str | None) -> int:
    now = session.screen.now()
    page = await client.log(query_of(asked, now), limit, cursor)
    shown = _entries(page.items, now, page.people) if page.items else "Nothing was recorded."
    session.screen.show(page, shown)
    if page.next_cursor:
        session.screen.note(f"more: --cursor {page.next_cursor}")
    return 0


async def _evidence(client: Client, session: Session, fact: str) -> int:
    found = await client.evidence(fact)
    now = session.screen.now()
    session.screen.show(found, *spaced([*charts([found], now, 1), evidence_in_full(found, now)]))
    return 0


def _explained(explanation: "Explanation", now: datetime) -> Iterator[RenderableType]:
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(overflow="fold")
    for name, value in _reasons(explanation):
        rows.add_row(name, Text(plain(value)))
    yield rows
    if explanation.evidence:
        yield evidence_table(explanation.evidence, now)
    if explanation.entries:
        yield _entries(explanation.entries, now)


def _reasons(explanation: "Explanation") -> list[tuple[str, str]]:
    considered = [f"{other.tool} ({other.confidence:.0%})" for other in explanation.considered]
    facts = [
        ("Asked", explanation.question),
        ("Understood", _understood(explanation.understanding) if explanation.understanding else ""),
        ("Decision", explanation.decision.replace("_", " ")),
        ("Because", explanation.reason),
        ("Policies", ", ".join(explanation.policies)),
        ("Policy hash", explanation.policy_hash),
        ("Also thought of", ", ".join(considered)),
        ("Retrieved", _retrieved(explanation)),
        ("Models", "\n".join(map(_model_use, explanation.models))),
        ("Not done", "\n".join(explanation.not_done)),
    ]
    return [(name, value) for name, value in facts if value]


def _retrieved(explanation: "Explanation") -> str:
    if not (explanation.recalled or explanation.evidence):
        return ""
    return f"{explanation.recalled} remembered, {len(explanation.evidence)} seen"


def _model_use(use: "ModelUse") -> str:
    """Return one call of a model on a line; its prompt and answer stand in the JSON form."""
    tokens = "+".join("?" if each is None else str(each) for each in (use.input_tokens, use.output_tokens))
    came = "used again" if use.cached else use.code or f"{tokens} tokens"
    cost = "cost not known" if use.cost is None else f"{use.cost:.6f} {use.currency}"
    name = " ".join(filter(None, [use.model, use.version]))
    return f"#{use.index} {name}, {use.purpose}, {came}, {cost}" + (
        f", prompt {use.template}" if use.template else ""
    )


def _understood(intent: Intent) -> str:
    arguments = [
        f"{name}={argument.value} ({argument.provenance.value})" for name, argument in intent.arguments.items()
    ]
    return (
        f"{' '.join([intent.tool or intent.kind.value, *arguments])}, {intent.confidence:.0%} sure, {intent.brain}"
    )


def _entries(
    entries: tuple[Recorded, ...], now: datetime, people: Mapping[str, str] = MappingProxyType({})
) -> Table:
    """Return the entries as a table for people: the digests, which are for programs, stand in the JSON form."""
    several = len({each.entry.correlation for each in entries}) > 1
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for name in ("#", "At", "What", "Who", *(["Correlation"] if several else [])):
        table.add_column(name, no_wrap=True)
    table.add_column("Details", overflow="fold", style="dim")
    for each in entries:
        entry = each.entry
        details = " ".join(f"{name}={value}" for name, value in entry.body.items() if _is_for_people(value))
        table.add_row(
            str(each.receipt.index),
            moment(entry.at, now),
            entry.kind.value,
            _who(entry.actor, people),
            *([entry.correlation] if several else []),
            Text(shortened(details, 200)),
        )
    return table


def _is_for_people(value: JsonValue) -> bool:
    """Return whether there is something to read: neither nothing, nor a digest, nor several with digests."""
    if isinstance(value, list):
        return bool(value) and not isinstance(value[0], dict)
    return value not in (None, "", {}) and not _DIGEST.fullmatch(str(value))


def _who(actor: str, people: Mapping[str, str]) -> str:
    """Return a person's name where it may be known, else the first of the pseudonym, which tells people apart."""
    return people.get(actor) or (f"{actor[:10]}…" if len(actor) > _LONGEST_ACTOR else actor)
