"""Commands of the controls: `stop`, `resume`, `quota`, and `approvals standing`."""

from datetime import datetime
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from agents.units import moment
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from bot.surfaces.controls import LimitUse
from memory.errors import InvalidInput
from memory.model.standing import CallPattern, StandingApproval

BAR = 20
FULL, ALMOST = 1.0, 0.8

Tenant = Annotated[str, typer.Option("--tenant", help="The tenant, to be sure whose it is; only your own.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; everybody who is held back reads it.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask whether you are sure.")]
StandingId = Annotated[str, typer.Argument(metavar="STANDING", help="The id, as the list shows it.")]
RunId = Annotated[str, typer.Argument(metavar="RUN", help="A plan that you approved.")]
Minutes = Annotated[int, typer.Option("--minutes", min=1, help="For how long.")]
Uses = Annotated[int, typer.Option("--uses", min=1, help="How often at most.")]
AtMost = Annotated[
    list[str] | None, typer.Option("--at-most", metavar="NAME=NUMBER", help="Let a number grow up to this.")
]


@command
def stop(session: Session, tenant: Tenant = "", reason: Reason = "", yes: Yes = False) -> None:
    """Stop everything above observe, on every node, at once. A step under way comes to its end.

    [bold]Examples[/bold]

      quarterdeck stop --reason "the deploy system misbehaves"
      quarterdeck stop --tenant acme --yes
    """
    session.run(lambda client: _stop(client, session, tenant, reason, sure=yes))


@command
def resume(session: Session, tenant: Tenant = "", reason: Reason = "") -> None:
    """Let actions go on after a stop. What was paused goes on too, once the gate has assessed it anew.

    [bold]Examples[/bold]

      quarterdeck resume --reason "it was the cable"
    """
    session.run(lambda client: _resume(client, session, tenant, reason))


@command
def quota(session: Session) -> None:
    """Show the limits, how much of each is used, and when some of it is free again.

    [bold]Examples[/bold]

      quarterdeck quota
      quarterdeck quota --json | jq '.items[] | select(.found >= .most)'
    """
    session.run(lambda client: _quota(client, session))


standing = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help="Approval of the same again.")


@standing.command("list")
@command
def list_standing(session: Session) -> None:
    """Show the standing approvals, those that are over too.

    [bold]Examples[/bold]

      quarterdeck approvals standing list
    """
    session.run(lambda client: _list(client, session))


@standing.command("give")
@command
def give_standing(
    session: Session, run: RunId, minutes: Minutes = 30, uses: Uses = 5, at_most: AtMost = None
) -> None:
    """Approve the same as a plan you approved, for a while and so many times. Never what cannot be taken back.

    [bold]Examples[/bold]

      quarterdeck approvals standing give run_4h2k9m --minutes 30
      quarterdeck approvals standing give run_4h2k9m --at-most replicas=6 --uses 3
    """
    asked = {"minutes": minutes, "uses": uses}
    session.run(lambda client: _give(client, session, run, asked, tuple(at_most or ())))


@standing.command("revoke")
@command
def revoke_standing(session: Session, standing_id: StandingId) -> None:
    """End a standing approval now: one of yours, or as an administrator, anybody's."""
    session.run(lambda client: _revoke(client, session, standing_id))


async def _stop(client: Client, session: Session, tenant: str, reason: str, *, sure: bool) -> int:
    if not sure and not session.screen.confirm("Stop every action of the tenant?"):
        raise InvalidInput("expected a yes, found another answer", hint="Nothing was stopped.")
    stopped = await client.stop(reason, tenant or None)
    session.screen.show(stopped, f"Actions of {stopped.tenant} are {plain(stopped.says())}.")
    session.screen.note("they go on with: quarterdeck resume")
    return 0


async def _resume(client: Client, session: Session, tenant: str, reason: str) -> int:
    lifted = await client.resume(reason, tenant or None)
    session.screen.show(lifted, f"Actions of {lifted.tenant} go on. They were {plain(lifted.says())}.")
    return 0


async def _quota(client: Client, session: Session) -> int:
    usage = await client.quota()
    switch = await client.switch()
    shown = _limits(usage.items, session.screen.now()) if usage.items else "No limits are set."
    session.screen.show(usage, shown)
    if switch.stopped is not None:
        session.screen.note(f"actions are {plain(switch.stopped.says())}")
    return 0


async def _list(client: Client, session: Session) -> int:
    found = await client.standing()
    shown = _standing(found.items, session.screen.now()) if found.items else "No standing approvals."
    session.screen.show(found, shown)
    return 0


async def _give(
    client: Client, session: Session, run: str, asked: dict[str, int], at_most: tuple[str, ...]
) -> int:
    plan = await client.plan(run)
    bounds = dict(_bound(each) for each in at_most)
    given = await client.stand(
        {"run": run, "plan_digest": plan.run.plan_digest, "at_most": bounds, **asked},
    )
    session.screen.show(given, _standing((given,), session.screen.now()))
    return 0


async def _revoke(client: Client, session: Session, standing_id: str) -> int:
    ended = await client.revoke_standing(standing_id)
    session.screen.show(ended, f"{ended.id} is over.")
    return 0


def _bound(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    try:
        return name.strip(), float(number)
    except ValueError:
        raise InvalidInput(f"expected NAME=NUMBER, found {text[:60]!r}") from None


def _limits(items: tuple[LimitUse, ...], now: datetime) -> Table:
    table = Table("Limit", "Whose", "Used", "", "Free again", box=box.SIMPLE_HEAD, show_edge=False)
    for each in items:
        used = f"{each.found} of {each.most}"
        frees = moment(each.frees_at, now) if each.frees_at else ""
        table.add_row(each.resource, plain(each.whose) or "the tenant", used, _bar(each), frees)
    return table


def _bar(limit: LimitUse) -> Text:
    share = min(1.0, limit.found / limit.most) if limit.most else 1.0
    style = "red" if share >= FULL else "yellow" if share >= ALMOST else "green"
    filled = round(share * BAR)
    return Text("█" * filled + "░" * (BAR - filled), style=style)


def _standing(items: tuple[StandingApproval, ...], now: datetime) -> Table:
    table = Table("Standing approval", "By", "Of", "Used", "Until", box=box.SIMPLE_HEAD, show_edge=False)
    for each in items:
        until = each.ended.value.replace("_", " ") if each.ended else moment(each.expires_at, now)
        calls = "; ".join(map(_call, each.calls))
        table.add_row(each.id, each.approver, Text(plain(calls)), f"{each.uses} of {each.most_uses}", until)
    return table


def _call(pattern: CallPattern) -> str:
    fixed = [f"{name}={value}" for name, value in pattern.arguments.items() if value is not None]
    bounds = [f"{name}={least:g}…{most:g}" for name, (least, most) in pattern.between.items()]
    return " ".join([pattern.tool, *fixed, *bounds])
