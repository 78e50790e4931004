"""A plan in the terminal, as people decide on it: exact arguments, what changes, how it is taken back."""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agents.units import moment
from bot.surfaces.cli.braille import plot
from bot.surfaces.cli.plain import plain
from bot.surfaces.prose import STEP_MARKS
from memory.model.approval import Assurance
from memory.model.intent import Provenance
from memory.model.talk import ButtonAction, Card, CardStep, Fact
from memory.model.value import JsonValue

_BORDERS = {
    "waiting": "yellow",
    "succeeded": "green",
    "running": "cyan",
    "undoing": "cyan",
    "held": "yellow",
    "pausing": "yellow",
    "cancelling": "yellow",
}
_CHART = (50, 4)  # letters wide and high


def card_panel(card: Card, now: datetime) -> RenderableType:
    """Return the card as a panel; its border tells how the plan stands."""
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(overflow="fold")
    for name, value in _facts(card, now):
        rows.add_row(name, value)
    return Panel(
        Group(*[_step(number, step) for number, step in enumerate(card.steps, 1)], rows, *_charts(card)),
        title=Text(plain(card.title), style="bold"),
        subtitle=Text(f"{card.run} · {card.status}"),
        border_style=_BORDERS.get(card.status, "red"),
        box=box.ROUNDED,
        title_align="left",
        subtitle_align="right",
    )


def _facts(card: Card, now: datetime) -> list[tuple[str, Text]]:
    facts = [
        ("Asked by", plain(card.requester)),
        ("State", plain(card.state)),
        ("Touches", plain(", ".join(card.blast_radius))),
        ("Before now", plain("\n".join(card.history))),
        ("Careful", plain("\n".join(card.warnings))),
        ("Policy", plain(card.policy)),
        ("Needs", _needs(card)),
        ("Decided", plain("\n".join(card.decided))),
        ("Digest", card.plan_digest),
        ("Expires", moment(card.expires_at, now) if card.expires_at and card.status == "waiting" else ""),
        ("Outcome", plain(card.summary)),
        ("Measured", plain("\n".join(card.measured))),
        ("Receipts", f"quarterdeck log receipt {card.run}" if _has_receipts(card) else ""),
    ]
    rows = [(name, Text(value)) for name, value in facts if value]
    if card.break_glass:
        rows.insert(0, ("BREAK-GLASS", Text(plain(card.break_glass), style="bold red")))
    if card.untrusted:
        rows.insert(0, ("Untrusted", Text(plain(", ".join(card.untrusted)), style="bold red")))
    return rows


def _charts(card: Card) -> Iterator[RenderableType]:
    """Yield the course of each check as a small picture, with what it shows in words below it."""
    for chart in card.charts:
        rows = chart.spec.get("data")
        values = rows.get("values") if isinstance(rows, dict) else None
        points = [_point(row) for row in values if isinstance(row, dict)] if isinstance(values, list) else []
        yield Text("\n".join(["", *plot(points, *_CHART), plain(chart.alt)]), style="dim")


def _point(row: Mapping[str, JsonValue]) -> tuple[float, float]:
    at, value = row.get("t"), row.get("v")
    return (at if isinstance(at, int | float) else 0.0, value if isinstance(value, int | float) else math.nan)


def _has_receipts(card: Card) -> bool:
    return any(button.action is ButtonAction.RECEIPTS for button in card.buttons)


def _needs(card: Card) -> str:
    """Return how many approvals it takes, and what a click is not enough for."""
    if not card.quorum:
        return ""
    how = "" if card.assurance is Assurance.CHAT else f", with a {card.assurance.value}"
    return f"{card.quorum} approval{'s' if card.quorum > 1 else ''}{how}"


def _step(number: int, step: CardStep) -> RenderableType:
    text = Text(f"{STEP_MARKS.get(step.status, '·')} {number}. ", style="cyan")
    text.append(plain(step.says), style="bold default")
    text.append(f"\n     {plain(step.tool)}", style="dim")
    for fact in step.arguments:
        text.append(f"\n       {plain(fact.name)}: ", style="dim")
        text.append_text(_value(fact))
    for change in step.changes:
        text.append(
            f"\n     {plain(change.field)}: {plain(change.before)} → {plain(change.after)}", style="yellow"
        )
    for check in step.checks:
        text.append(f"\n     then checks that {plain(check)}", style="dim")
    if step.undo:
        text.append(f"\n     undone by: {plain(step.undo)}", style="dim")
    if step.took_s is not None:
        text.append(f"\n     took {step.took_s:.1f} s", style="dim")
    if step.waiting:
        text.append(f"\n     {plain(step.waiting)}", style="yellow")
    if step.result:
        text.append(f"\n     {plain(step.result)}", style="default")
    text.append("\n")
    return text


def _value(fact: Fact) -> Text:
    untrusted = fact.provenance is Provenance.UNTRUSTED
    value = Text(plain(fact.value), style="bold red" if untrusted else "default")
    if fact.provenance is not Provenance.SAID:
        value.append(f" ({fact.provenance.value})", style="dim")
    return value
