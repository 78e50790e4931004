"""Commands of signed approvals: `approvals key` for what one signs with, `approvals review` for break-glass."""

import zipfile
from base64 import b64decode, b64encode
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from agents.units import moment
from bot.surfaces.cli import controlling, keyfile
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain, shortened
from bot.surfaces.cli.session import Session
from memory.errors import InvalidInput
from memory.model.approval import Review
from memory.model.credential import Credential
from memory.model.record import Entry
from tools.approvals.evidence import approvals_in
from tools.approvals.signing import enrolment

KeyFile = Annotated[Path, typer.Argument(metavar="FILE", help="The private key, as PKCS#8 PEM.")]
PackFile = Annotated[Path, typer.Argument(metavar="PACK", help="An evidence pack: a zip file.")]
Label = Annotated[str, typer.Option("--label", help="What to call it.")]
CredentialId = Annotated[str, typer.Argument(metavar="ID", help="The key or passkey, as `list` shows it.")]
ReviewId = Annotated[str, typer.Argument(metavar="REVIEW", help="The review, as `list` shows it.")]
Justified = Annotated[bool, typer.Option("--justified/--not-justified", help="What you found.")]
Remark = Annotated[str, typer.Option("--remark", help="Why it was right, or not.")]
Everything = Annotated[bool, typer.Option("--all", help="Those that were closed too.")]

_HELP = """What one signs approvals with, reviews of break-glass, and approvals that stand for a while.

Every command takes [bold]--json[/bold].

[bold]Examples[/bold]

  quarterdeck approvals key enrol me.key --label laptop
  quarterdeck approvals review list
  quarterdeck approvals verify evidence.zip
"""

key = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help="What you sign approvals with.")
review = typer.Typer(
    no_args_is_help=True, rich_markup_mode="rich", help="Uses of break-glass, looked at afterwards."
)


def approvals_group() -> typer.Typer:
    """Return the commands under `approvals`."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help=_HELP)
    group.command("verify")(verify)
    group.add_typer(key, name="key")
    group.add_typer(review, name="review")
    group.add_typer(controlling.standing, name="standing")
    return group


@command
def verify(session: Session, pack: PackFile) -> None:
    """Verify every approval in an evidence pack, offline, with nothing but the pack.

    [bold]Examples[/bold]

      quarterdeck log pack run_4h2k9m -o evidence.zip
      quarterdeck approvals verify evidence.zip
    """
    session.run_here(lambda: _verify(session, pack))


@key.command("new")
@command
def new(session: Session, file: KeyFile) -> None:
    """Make a key of your own in a new file, and print its public half.

    [bold]Examples[/bold]

      quarterdeck approvals key new ~/.quarterdeck/me.key
    """
    session.run_here(lambda: _new(session, file))


@key.command("enrol")
@command
def enrol(session: Session, file: KeyFile, label: Label = "") -> None:
    """Enrol your key. It counts once an administrator other than you has agreed.

    [bold]Examples[/bold]

      quarterdeck approvals key enrol ~/.quarterdeck/me.key --label laptop
    """
    session.run(lambda client: _enrol(client, session, file, label))


@key.command("confirm")
@command
def confirm(session: Session, credential: CredentialId) -> None:
    """Agree, as the second person, that somebody's key or passkey counts, or that it ends.

    [bold]Examples[/bold]

      quarterdeck approvals key confirm credential_4h2k9m
    """
    session.run(lambda client: _settle(client, session, credential, "confirm"))


@key.command("revoke")
@command
def revoke(session: Session, credential: CredentialId) -> None:
    """End a key or passkey. It counts no more from now on; a second person then agrees to that for good.

    [bold]Examples[/bold]

      quarterdeck approvals key revoke credential_4h2k9m
    """
    session.run(lambda client: _settle(client, session, credential, "revoke"))


@key.command("list")
@command
def list_keys(session: Session) -> None:
    """Show your keys and passkeys and how they stand; an administrator sees everybody's.

    [bold]Examples[/bold]

      quarterdeck approvals key list
    """
    session.run(lambda client: _list_keys(client, session))


@review.command("list")
@command
def list_reviews(session: Session, everything: Everything = False) -> None:
    """Show the uses of break-glass that somebody has to look at.

    [bold]Examples[/bold]

      quarterdeck approvals review list
    """
    session.run(lambda client: _list_reviews(client, session, waiting=not everything))


@review.command("close")
@command
def close(session: Session, name: ReviewId, remark: Remark, justified: Justified = True) -> None:
    """Close the review of somebody else's use of break-glass.

    [bold]Examples[/bold]

      quarterdeck approvals review close review_4h2k9m --remark "The database was down, and it helped."
    """
    session.run(lambda client: _close(client, session, name, justified=justified, remark=remark))


def _verify(session: Session, pack: Path) -> int:
    found = approvals_in(*_packed(pack))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for name in ("#", "Approval", "By", "Level", "Holds"):
        table.add_column(name, no_wrap=name != "Holds", overflow="fold")
    for each in found:
        holds = f"no: {each.problem}" if each.problem else "yes"
        table.add_row(str(each.index), each.approval, f"{each.approver[:10]}…", each.assurance, holds)
    result = {"items": [each.model_dump(mode="json") for each in found]}
    session.screen.show(result, table if found else "No approvals in this pack.")
    return int(any(each.problem for each in found))


def _packed(pack: Path) -> tuple[dict[int, Entry], dict[str, bytes]]:
    """Return the entries and blobs of an evidence pack; raises `InvalidInput`."""
    try:
        with zipfile.ZipFile(pack) as files:
            content = {name: files.read(name) for name in files.namelist()}
        entries = {
            int(Path(name).stem): Entry.model_validate_json(data)
            for name, data in content.items()
            if name.startswith("entries/")
        }
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise InvalidInput(f"expected an evidence pack at {pack}, found: {type(error).__name__}") from None
    blobs = {name.removeprefix("blobs/"): data for name, data in content.items() if name.startswith("blobs/")}
    return entries, blobs


def _new(session: Session, file: Path) -> int:
    public = keyfile.make(file)
    session.screen.show({"public": public}, f"{public}\nEnrol it with: quarterdeck approvals key enrol {file}")
    return 0


async def _enrol(client: Client, session: Session, file: Path, label: str) -> int:
    private = keyfile.read(file)
    public = keyfile.public(private)
    me = await client.credentials()
    signature = private.sign(enrolment(me.tenant, me.holder, b64decode(public)))
    made = await client.enrol(public, b64encode(signature).decode(), label)
    then = f"It counts once an administrator other than you runs: quarterdeck approvals key confirm {made.id}"
    session.screen.show(made, _keys((made,), session.screen.now()), then)
    return 0


async def _settle(client: Client, session: Session, credential: str, what: str) -> int:
    changed = await client.settle_credential(credential, what)
    session.screen.show(changed, _keys((changed,), session.screen.now()))
    return 0


async def _list_keys(client: Client, session: Session) -> int:
    found = await client.credentials()
    session.screen.show(found, _keys(found.items, session.screen.now()) if found.items else "No keys or passkeys.")
    return 0


async def _list_reviews(client: Client, session: Session, *, waiting: bool) -> int:
    found = await client.reviews(waiting=waiting)
    shown = _reviews(found.items, session.screen.now()) if found.items else "Nothing waits for a review."
    session.screen.show(found, shown)
    return 0


async def _close(client: Client, session: Session, name: str, *, justified: bool, remark: str) -> int:
    closed = await client.close_review(name, justified=justified, remark=remark)
    session.screen.show(closed, _reviews((closed,), session.screen.now()))
    return 0


def _keys(credentials: tuple[Credential, ...], now: datetime) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for name in ("Id", "Kind", "Whose", "Stands", "Enrolled", "Called"):
        table.add_column(name, no_wrap=name != "Called", overflow="fold")
    for each in credentials:
        enrolled = moment(each.proposed_at, now)
        standing = each.standing().value
        table.add_row(each.id, each.form.value, each.holder, standing, enrolled, plain(each.label))
    return table


def _reviews(reviews: tuple[Review, ...], now: datetime) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for name in ("Review", "Plan", "Used by", "At", "Missing", "Closed by", "Reason"):
        table.add_column(name, no_wrap=name != "Reason", overflow="fold")
    for each in reviews:
        used = moment(each.used_at, now)
        reason = shortened(each.reason, 200)
        table.add_row(each.id, each.run, each.used_by, used, str(each.missing), each.closed_by or "", reason)
    return table
