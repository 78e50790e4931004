"""`quarterdeck runs`: which plans there are, one of them in full, one as it goes on, and people's hands on it."""

import asyncio
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bot.surfaces.cli import deciding
from bot.surfaces.cli.cards import card_panel
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.deciding import FAILED, Reason, RunId
from bot.surfaces.cli.session import Session
from bot.surfaces.cli.shapes import PlanView
from bot.surfaces.cli.watching import progress, snapshot
from memory.model.run import RunStatus

LOOK_EVERY_S = 0.5
_WELL = {RunStatus.SUCCEEDED, RunStatus.CANCELLED}

Leave = Annotated[bool, typer.Option("--leave", help="Keep what was done instead of taking it back.")]
LookEvery = Annotated[float, typer.Option("--every", min=0.1, max=60, help="Seconds between two looks.")]


class RunsGroup(TyperGroup):
    """Takes a plan's id, or nothing, where a command is expected: `runs RUN` shows one and `runs` lists them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put in the command that was meant."""
        if not args or (args[0].startswith("-") and args[0] not in {"--help", "-h"}):
            args = ["list", *args]
        elif args[0] not in self.commands and not args[0].startswith("-"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@command
def watch(session: Session, run: RunId, every: LookEvery = LOOK_EVERY_S) -> None:
    """Follow a plan until it ends: each step with its time, and what is waited for with its number now.

    Ctrl-C ends the watching and not the plan. With --json it prints one line for each change. Ends with 1 where
    the plan failed, was taken back, denied or expired.

    [bold]Examples[/bold]

      quarterdeck runs watch run_4h2k9m
      quarterdeck runs watch run_4h2k9m --json | jq -c .status
    """
    session.run(lambda client: _watch(client, session, run, every))


@command
def pause(session: Session, run: RunId, reason: Reason = "") -> None:
    """Let a run stand still from its next safe point on: between two calls.

    [bold]Examples[/bold]

      quarterdeck runs pause run_4h2k9m --reason "looking at the graphs first"
    """
    session.run(lambda client: _steer(client, session, run, "pause", reason))


@command
def resume(session: Session, run: RunId, reason: Reason = "") -> None:
    """Let a paused run go on.

    [bold]Examples[/bold]

      quarterdeck runs resume run_4h2k9m
    """
    session.run(lambda client: _steer(client, session, run, "resume", reason))


@command
def cancel(session: Session, run: RunId, reason: Reason = "", leave: Leave = False) -> None:
    """End a run at its next safe point, and take back in reverse what it did, unless that is to be left.

    [bold]Examples[/bold]

      quarterdeck runs cancel run_4h2k9m --reason "wrong service"
    """
    session.run(lambda client: _steer(client, session, run, "cancel", reason, leave=leave))


async def _steer(client: Client, session: Session, run: str, how: str, reason: str, *, leave: bool = False) -> int:
    path = f"/v1/runs/{client.named(run)}/{'stop' if how == 'cancel' else how}"
    view = await client.post(path, {"reason": reason} | ({"leave": True} if leave else {}), PlanView)
    session.screen.show(view, card_panel(view.card, session.screen.now()))
    return 0


async def _watch(client: Client, session: Session, run: str, every: float) -> int:
    view = await client.plan(run)
    seen: dict[str, Any] | None = None
    with session.screen.following() as show:
        while True:
            found = snapshot(view)
            show(progress(view.card, session.screen.now()), None if found == seen else found)
            seen = found
            if view.run.status.final():
                break
            await asyncio.sleep(every)
            view = await client.plan(run)
    session.screen.tell(card_panel(view.card, session.screen.now()))
    return _code(view)


def _code(view: PlanView) -> int:
    return 0 if view.run.status in _WELL else FAILED


def runs_group() -> typer.Typer:
    """Return the group of these commands."""
    group = typer.Typer(
        cls=RunsGroup,
        no_args_is_help=False,
        rich_markup_mode="rich",
        help="""Plans: a list, one in full, one as it goes on; pause, resume and cancel what is under way.

    Every command takes [bold]--json[/bold].

    [bold]Examples[/bold]

      quarterdeck runs --status waiting
      quarterdeck runs run_4h2k9m
      quarterdeck runs watch run_4h2k9m
    """,
    )
    group.command("list")(deciding.runs)
    group.command("show")(deciding.show)
    for function in (watch, pause, resume, cancel):
        group.command()(function)
    return group
