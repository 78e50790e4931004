"""A reply in the terminal: the answer, what it rests on, the plan it proposes, and what to type next."""

import shlex
from collections.abc import Iterator
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text

from bot.surfaces.cli.cards import card_panel
from bot.surfaces.cli.evidence import charts, evidence_table
from bot.surfaces.cli.plain import plain
from memory.model.talk import Button, ButtonAction, Reply

_STYLES = {"error": "red", "refusal": "yellow"}


def reply_parts(reply: Reply, now: datetime) -> Iterator[RenderableType]:
    """Yield what a person sees of a reply, from top to bottom."""
    yield Text(plain(reply.text), style=_STYLES.get(reply.kind, "default"))
    if reply.missing:
        yield Text(f"Could not be reached: {plain(', '.join(reply.missing))}", style="yellow")
    if reply.note:
        yield Text(plain(reply.note), style="dim")
    yield from charts(reply.evidence, now, len(reply.charts))
    if reply.evidence:
        yield evidence_table(reply.evidence, now)
    if reply.card is not None:
        yield card_panel(reply.card, now)
    commands = tuple(next_commands(reply))
    if commands:
        yield Group(*commands)
    yield Text(f"{reply.thread} · {reply.id} · {reply.correlation}", style="dim")


def next_commands(reply: Reply) -> Iterator[Text]:
    """Yield, for each button a surface with buttons would show, what to type instead."""
    buttons = (*reply.buttons, *(reply.card.buttons if reply.card else ()))
    for button in buttons:
        line = Text("  → ", style="cyan")
        line.append(_command(button, reply), style="bold")
        line.append(f"   {plain(button.label)}", style="dim")
        yield line


def approval_command(run: str) -> Text:
    """Return what another person types to approve a plan."""
    return Text.assemble(("  → ", "cyan"), (f"quarterdeck approve {run}", "bold"), ("   by somebody else", "dim"))


def _command(button: Button, reply: Reply) -> str:
    match button.action:
        case ButtonAction.SAY:
            words = ["ask", *_spoken(button.value or button.label)]
        case ButtonAction.APPROVE | ButtonAction.DENY | ButtonAction.WITHDRAW:
            words = [button.action.value, button.value]
        case ButtonAction.SIGN:
            words = ["approve", button.value, "--key", "FILE"]
        case ButtonAction.BREAK_GLASS:
            words = ["approve", button.value, "--break-glass", "REASON"]
        case ButtonAction.WHY:
            words = ["why", button.value or reply.id]
        case ButtonAction.PAUSE | ButtonAction.RESUME | ButtonAction.CANCEL:
            words = ["runs", button.action.value, button.value, "--reason", "REASON"]
        case ButtonAction.RECEIPTS:
            words = ["log", "receipt", button.value]
    return plain(shlex.join(["quarterdeck", *words]))


def _spoken(text: str) -> list[str]:
    """Return the words as one types them: bare where the shell takes them so, else as one quoted text."""
    words = text.split()
    return words if all(shlex.quote(word) == word for word in words) else [text]
