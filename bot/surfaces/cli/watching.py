"""A run as it goes on, on one screen however narrow: a line a step, its time, and what it waits for. Pure."""

from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.shapes import PlanView
from bot.surfaces.prose import STEP_MARKS, status
from memory.model.talk import Card, CardStep

_MINUTE_S = 60


def progress(card: Card, now: datetime) -> RenderableType:
    """Return how far the run is now."""
    done = sum(step.took_s is not None for step in card.steps)
    head = Text.assemble(
        (plain(card.title), "bold"), f"\n{status(card.status)} · {done} of {len(card.steps)} steps"
    )
    lines = [_step(number, step, now) for number, step in enumerate(card.steps, start=1)]
    said = [Text(plain(each)) for each in (card.state, card.summary) if each]
    return Group(head, *lines, *said)


def snapshot(view: PlanView) -> dict[str, Any]:
    """Return what one line of `--json` says: it changes exactly when something a person watches for does."""
    return {
        "run": view.run.id,
        "status": view.run.status.value,
        "state": view.card.status,
        "version": view.run.version,
        "says": view.card.state or view.card.summary,
        "steps": [
            step.model_dump(
                mode="json", include={"says", "tool", "status", "started_at", "took_s", "waiting", "result"}
            )
            for step in view.card.steps
        ],
        "measured": list(view.card.measured),
    }


def length(seconds: float) -> str:
    """Return a length of time as it stands beside a step: `0.4 s`, `12 s`, `3 min 5 s`."""
    if seconds < 10:  # noqa: PLR2004  # below, a tenth matters
        return f"{seconds:.1f} s"
    if seconds < _MINUTE_S:
        return f"{seconds:.0f} s"
    minutes, left = divmod(round(seconds), _MINUTE_S)
    return f"{minutes} min {left} s"


def _step(number: int, step: CardStep, now: datetime) -> Text:
    text = Text(f"{STEP_MARKS.get(step.status, '·')} {number}. ", style="cyan")
    text.append(plain(step.says), style="default")
    text.append(f"  {_time(step, now)}", style="dim")
    if step.waiting:
        text.append(f"\n     {plain(step.waiting)}", style="yellow")
    return text


def _time(step: CardStep, now: datetime) -> str:
    if step.took_s is not None:
        return length(step.took_s)
    if step.started_at is None:
        return step.status
    return f"since {step.started_at:%H:%M:%S} UTC, {length(max(0.0, (now - step.started_at).total_seconds()))}"
