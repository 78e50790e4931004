"""Commands about plans: `runs`, `approve`, `deny`, `withdraw`. A decision always carries the digest it showed."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from agents.units import moment
from bot.surfaces.cli.cards import card_panel
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.keyfile import sign
from bot.surfaces.cli.plain import shortened
from bot.surfaces.cli.session import Session
from bot.surfaces.cli.shapes import Plans, PlanView
from memory.errors import DigestMismatch, InvalidInput
from memory.model.approval import Verdict
from memory.model.run import Run, RunStatus

FAILED = 1  # the exit code of a plan that was decided and did not succeed
LOOK_EVERY_S = 0.25
_GOING_ON = {RunStatus.RUNNING, RunStatus.UNDOING}
_WELL = {RunStatus.WAITING, RunStatus.SUCCEEDED}

RunId = Annotated[str, typer.Argument(metavar="RUN", help="The plan's id, as the card shows it.")]
Digest = Annotated[str, typer.Option("--digest", help="Only if the plan has this digest (or begins so).")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with the decision.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask whether you are sure.")]
KeyFile = Annotated[
    Path | None, typer.Option("--key", metavar="FILE", help="Sign it with your own key, as PKCS#8 PEM.")
]
BreakGlass = Annotated[
    str,
    typer.Option("--break-glass", metavar="REASON", help="Go ahead without the approvals that are missing."),
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Do not wait for the plan to end.")]
OnlyStatus = Annotated[list[RunStatus] | None, typer.Option("--status", help="Only plans that stand so.")]
MostOf = Annotated[int, typer.Option("--limit", min=1, max=200, help="How many.")]
FromCursor = Annotated[str, typer.Option("--cursor", help="`next_cursor` of the page before.")]


@dataclass(frozen=True)
class _Answer:
    verdict: Verdict
    digest: str
    reason: str
    sure: bool
    wait: bool
    key: Path | None = None
    alone: bool = False


@command
def approve(
    session: Session,
    run: RunId,
    digest: Digest = "",
    reason: Reason = "",
    *,
    yes: Yes = False,
    no_wait: NoWait = False,
    key: KeyFile = None,
    break_glass: BreakGlass = "",
) -> None:
    """Approve exactly the plan that is shown, and wait for it to end.

    With --key you sign it yourself: what is signed names exactly the plan that was shown, and your key stays here.

    [bold]Examples[/bold]

      quarterdeck approve run_4h2k9m
      quarterdeck approve run_4h2k9m --key ~/.quarterdeck/me.key
      quarterdeck approve run_4h2k9m --break-glass "Everything is down and nobody else answers."
      quarterdeck approve run_4h2k9m --digest 3fa2c1d4 --yes --json
      quarterdeck approve run_4h2k9m --as bob        # in the demo
    """
    answer = _Answer(
        Verdict.APPROVE,
        digest,
        break_glass or reason,
        sure=yes,
        wait=not no_wait,
        key=key,
        alone=bool(break_glass),
    )
    session.run(lambda client: _decide(client, session, run, answer))


@command
def deny(
    session: Session,
    run: RunId,
    digest: Digest = "",
    reason: Reason = "",
    yes: Yes = False,
    key: KeyFile = None,
) -> None:
    """Say no to exactly the plan that is shown.

    [bold]Examples[/bold]

      quarterdeck deny run_4h2k9m --reason "the release before is worse"
    """
    answer = _Answer(Verdict.DENY, digest, reason, sure=yes, wait=False, key=key)
    session.run(lambda client: _decide(client, session, run, answer))


@command
def withdraw(
    session: Session,
    run: RunId,
    reason: Reason = "",
) -> None:
    """Take back a plan of yours that still waits.

    [bold]Examples[/bold]

      quarterdeck withdraw run_4h2k9m
    """
    session.run(lambda client: _withdraw(client, session, run, reason))


@command
def show(session: Session, run: RunId) -> None:
    """Show one plan in full.

    [bold]Examples[/bold]

      quarterdeck runs run_4h2k9m
    """
    session.run(lambda client: _show(client, session, run))


@command
def runs(
    session: Session,
    status: OnlyStatus = None,
    limit: MostOf = 20,
    cursor: FromCursor = "",
) -> None:
    """List plans: those that wait, run or are over.

    [bold]Examples[/bold]

      quarterdeck runs --status waiting
    """
    session.run(lambda client: _list(client, session, tuple(status or ()), limit, cursor or None))


async def _decide(client: Client, session: Session, run: str, answer: _Answer) -> int:
    """Show the plan, ask whether it is meant, and send the decision with the digest that was shown."""
    screen = session.screen
    seen = await client.plan(run)
    shown = seen.run.plan_digest
    if not shown.startswith(answer.digest.lower()):
        raise DigestMismatch(f"expected the plan {answer.digest[:12]}…, found {shown[:12]}… in {run}")
    if not answer.sure:
        screen.tell(card_panel(seen.card, screen.now()))
        if answer.alone:
            screen.tell(Text("BREAK-GLASS: everybody sees it, and somebody else reviews it.", style="bold red"))
        if not screen.confirm(f"{answer.verdict.value.capitalize()} exactly this plan ({shown[:12]}…)?"):
            raise InvalidInput("expected a yes, found another answer", hint="Nothing was decided.")
    if answer.key is not None:
        view = await sign(client, seen.run, answer.key, answer.verdict, answer.reason, alone=answer.alone)
    else:
        view = await client.decide(run, shown, answer.verdict, answer.reason, break_glass=answer.alone)
    if answer.wait:
        view = await _followed(client, session, view)
    screen.show(view, card_panel(view.card, screen.now()))
    return 0 if answer.verdict is Verdict.DENY or view.run.status in _WELL else FAILED


async def _followed(client: Client, session: Session, view: PlanView) -> PlanView:
    """Return the plan once it neither runs nor is undone any more."""
    with session.screen.waiting("Carrying it out") as waiting:
        while view.run.status in _GOING_ON and view.run.paused is None:
            waiting(_progress(view.run))
            await asyncio.sleep(LOOK_EVERY_S)
            view = await client.plan(view.run.id)
    return view


def _progress(run: Run) -> str:
    done = sum(step.ended_at is not None for step in run.steps)
    current = run.plan.steps[min(done, len(run.steps) - 1)]
    return f"{run.status.value}: {current.says} (step {min(done + 1, len(run.steps))} of {len(run.steps)})"


async def _withdraw(client: Client, session: Session, run: str, reason: str) -> int:
    view = await client.withdraw(run, reason)
    session.screen.show(view, card_panel(view.card, session.screen.now()))
    return 0


async def _show(client: Client, session: Session, run: str) -> int:
    view = await client.plan(run)
    session.screen.show(view, card_panel(view.card, session.screen.now()))
    return 0


async def _list(
    client: Client, session: Session, statuses: tuple[RunStatus, ...], limit: int, cursor: str | None
) -> int:
    page = await client.plans(statuses, limit, cursor)
    session.screen.show(page, _table(page, session.screen.now()) if page.items else "No plans.")
    if page.next_cursor:
        session.screen.note(f"more: --cursor {page.next_cursor}")
    return 0


def _table(page: Plans, now: datetime) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for name in ("Plan", "Status", "Asked by", "At", "What"):
        table.add_column(name, no_wrap=name != "What", overflow="fold")
    for run in page.items:
        when = moment(run.created_at, now)
        table.add_row(run.id, run.status.value, run.plan.requester, when, shortened(run.plan.goal, 200))
    return table
