"""Commands of who is who: `identity` for accounts, `people` for everybody, `service-accounts` for programs."""

from collections.abc import Iterable, Mapping
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.identity_shapes import (
    AccountLine,
    Accounts,
    CodeShown,
    Ended,
    KeyMade,
    LinkLine,
    Links,
    People,
    PersonShown,
    Services,
    ServiceShown,
)
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from memory.errors import InvalidInput

Code = Annotated[str, typer.Argument(metavar="[CODE]", help="The code that the other side was shown.")]
IdentityId = Annotated[str, typer.Argument(metavar="IDENTITY", help="The account, as the list shows it.")]
LinkId = Annotated[str, typer.Argument(metavar="LINK", help="The link, as `waiting` shows it.")]
PersonId = Annotated[str, typer.Argument(metavar="PERSON", help="Whom.")]
ServiceId = Annotated[str, typer.Argument(metavar="NAME", help="What the program is called.")]
KeyId = Annotated[str, typer.Argument(metavar="KEY", help="The key's id.")]
Everybody = Annotated[bool, typer.Option("--all", help="Everybody's; for auditors and administrators.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask whether you are sure.")]
RoleNames = Annotated[list[str] | None, typer.Option("--role", help="viewer, operator or auditor.")]
Scopes = Annotated[list[str] | None, typer.Option("--scope", help="observe or propose.")]
Label = Annotated[str, typer.Option("--label", help="What it is for.")]
Days = Annotated[int, typer.Option("--days", min=0, help="How long it lasts; 0: until revoked.")]
Hours = Annotated[float, typer.Option("--overlap", min=0, help="For how many hours the old key still works.")]
Name = Annotated[str, typer.Option("--name", help="What people read.")]

identity = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""Accounts elsewhere that are yours.

    Every command takes [bold]--json[/bold].

    [bold]Examples[/bold]

      quarterdeck identity list
      quarterdeck identity link
    """,
)
people = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""Everybody, for administrators.

    Every command takes [bold]--json[/bold].

    [bold]Examples[/bold]

      quarterdeck people list
      quarterdeck people sign-out bob
    """,
)
services = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""Programs that act under their own name, and never approve.

    Every command takes [bold]--json[/bold].

    [bold]Examples[/bold]

      quarterdeck service-accounts add deployer --role operator
      quarterdeck service-accounts list
    """,
)


@identity.command("list")
@command
def list_identities(session: Session, everybody: Everybody = False) -> None:
    """Show the accounts that are linked to you, and links that wait for your yes.

    [bold]Examples[/bold]

      quarterdeck identity list
    """
    session.run(lambda client: _list(client, session, everybody=everybody))


@identity.command("link")
@command
def link(session: Session, code: Code = "", yes: Yes = False) -> None:
    """Link an account. Without a code, get one to type there; with one, say that the account that has it is yours.

    [bold]Examples[/bold]

      quarterdeck identity link
      quarterdeck identity link Q7KXM-2ZB4N
    """
    session.run(lambda client: _answer(client, session, code, sure=yes) if code else _begin(client, session))


@identity.command("confirm")
@command
def confirm(session: Session, link_id: LinkId) -> None:
    """Say yes to an account that answered with your code."""
    session.run(lambda client: _finish(client, session, link_id))


@identity.command("unlink")
@command
def unlink(session: Session, identity_id: IdentityId) -> None:
    """Let an account be nobody's again: one of yours, or as an administrator, anybody's."""
    session.run(lambda client: _unlink(client, session, identity_id))


@people.command("list")
@command
def list_people(session: Session) -> None:
    """Show everybody: those the settings list, those who came by a provider, and programs."""
    session.run(lambda client: _people(client, session))


@people.command("disable")
@command
def disable(session: Session, who: PersonId) -> None:
    """Make somebody nobody: their sessions end at once, and their keys and accounts open nothing."""
    session.run(lambda client: _set(client, session, who, "disable"))


@people.command("enable")
@command
def enable(session: Session, who: PersonId) -> None:
    """Let somebody in again."""
    session.run(lambda client: _set(client, session, who, "enable"))


@people.command("sign-out")
@command
def sign_out(session: Session, who: PersonId) -> None:
    """End all of somebody's sessions, or your own, on every node and at once."""
    session.run(lambda client: _sign_out(client, session, who))


@services.command("add")
@command
def add_service(session: Session, service: ServiceId, role: RoleNames = None, name: Name = "") -> None:
    """Add a program. It may look, ask and propose, and never approves.

    [bold]Examples[/bold]

      quarterdeck service-accounts add deploy-bot --role operator
      quarterdeck service-accounts key deploy-bot --scope propose
    """
    session.run(lambda client: _add_service(client, session, service, name, tuple(role or ("viewer",))))


@services.command("list")
@command
def list_services(session: Session) -> None:
    """Show the programs and their keys."""
    session.run(lambda client: _services(client, session))


@services.command("disable")
@command
def disable_service(session: Session, service: ServiceId) -> None:
    """Make a program nobody: its keys open nothing any more."""
    session.run(lambda client: _set(client, session, service, "disable"))


@services.command("key")
@command
def service_key(
    session: Session, service: ServiceId, scope: Scopes = None, label: Label = "", days: Days = 90
) -> None:
    """Make a key for a program. Its secret is shown this once and kept nowhere."""
    asked = {"scopes": list(scope or ("observe",)), "label": label, "days": days or None}
    session.run(lambda client: _made(client, session, f"/v1/service-accounts/{client.named(service)}/keys", asked))


@services.command("rotate")
@command
def rotate(session: Session, key: KeyId, overlap: Hours = 24.0) -> None:
    """Give a key of yours, or of a program, a successor. Both work until the overlap is over."""
    asked = {"overlap_hours": overlap}
    session.run(lambda client: _made(client, session, f"/v1/keys/{client.named(key)}/rotate", asked))


async def _list(client: Client, session: Session, *, everybody: bool) -> int:
    found = await client.get("/v1/identities", Accounts, {"everybody": everybody})
    waiting = await client.get("/v1/identities/links", Links)
    session.screen.show(found, _table(found.items) if found.items else "No accounts are linked.")
    for each in waiting.items:
        if each.account is not None:
            session.screen.note(f"{_said(each)} waits: quarterdeck identity confirm {each.id}")
    return 0


async def _begin(client: Client, session: Session) -> int:
    code = await client.post("/v1/identities/links", {}, CodeShown)
    session.screen.show(code, code.code)
    session.screen.note("type it where the account is, within ten minutes; then: quarterdeck identity list")
    return 0


async def _answer(client: Client, session: Session, code: str, *, sure: bool) -> int:
    found = await client.post("/v1/identities/links/look", {"code": code}, LinkLine)
    if not sure and not session.screen.confirm(f"{_said(found)} will act as you. Is it yours?"):
        raise InvalidInput("expected a yes, found another answer", hint="Nothing was linked.")
    answered = await client.post("/v1/identities/links/answer", {"code": code}, LinkLine)
    session.screen.show(answered, f"{_said(answered)}: now say yes there, and it is yours.")
    return 0


async def _finish(client: Client, session: Session, link_id: str) -> int:
    path = f"/v1/identities/links/{client.named(link_id)}/finish"
    linked = await client.post(path, {}, AccountLine)
    session.screen.show(linked, f"{linked.id} is yours.")
    return 0


async def _unlink(client: Client, session: Session, identity_id: str) -> int:
    gone = await client.post(f"/v1/identities/{client.named(identity_id)}/unlink", {}, AccountLine)
    session.screen.show(gone, f"{gone.id} is nobody's any more.")
    return 0


async def _people(client: Client, session: Session) -> int:
    found = await client.get("/v1/people", People)
    table = Table("Who", "Name", "Kind", "Of", "Roles", "Disabled", box=box.SIMPLE_HEAD, show_edge=False)
    for each in found.items:
        disabled = f"{each.disabled_at:%Y-%m-%d %H:%M}" if each.disabled_at else ""
        table.add_row(each.id, Text(plain(each.name)), each.kind, each.origin, " ".join(each.roles), disabled)
    session.screen.show(found, table)
    return 0


async def _set(client: Client, session: Session, person: str, what: str) -> int:
    now = await client.post(f"/v1/people/{client.named(person)}/{what}", {}, PersonShown)
    session.screen.show(now, f"{now.id} is {what}d.")
    return 0


async def _sign_out(client: Client, session: Session, person: str) -> int:
    over = await client.post("/v1/sign-ins/end", {"person": person}, Ended)
    session.screen.show(over, f"{over.ended} sign-ins ended.")
    return 0


async def _add_service(client: Client, session: Session, service: str, name: str, roles: tuple[str, ...]) -> int:
    asked = {"id": service, "name": name, "roles": list(roles)}
    added = await client.post("/v1/service-accounts", asked, ServiceShown)
    session.screen.show(
        added, f"{added.id} is known now. Make it a key: quarterdeck service-accounts key {added.id}"
    )
    return 0


async def _services(client: Client, session: Session) -> int:
    found = await client.get("/v1/service-accounts", Services)
    table = Table("Program", "Roles", "Keys", "Disabled", box=box.SIMPLE_HEAD, show_edge=False)
    for each in found.items:
        keys = "\n".join(f"{key.id} {' '.join(key.scopes)}" for key in each.keys if key.revoked_at is None)
        disabled = f"{each.disabled_at:%Y-%m-%d %H:%M}" if each.disabled_at else ""
        table.add_row(each.id, " ".join(each.roles), keys, disabled)
    session.screen.show(found, table if found.items else "No service accounts.")
    return 0


async def _made(client: Client, session: Session, path: str, asked: Mapping[str, object]) -> int:
    made = await client.post(path, asked, KeyMade)
    session.screen.show(made, made.secret)
    session.screen.note(f"{made.key.id} of {made.key.principal}; this secret is not shown again")
    if made.replaces is not None and made.replaces.expires_at is not None:
        session.screen.note(f"{made.replaces.id} works until {made.replaces.expires_at:%Y-%m-%d %H:%M} UTC")
    return 0


def _table(items: Iterable[AccountLine]) -> Table:
    table = Table("Account", "Where", "Who there", "Whose", "Since", box=box.SIMPLE_HEAD, show_edge=False)
    for each in items:
        where = f"{each.account.source.value} {each.account.issuer}"
        who = Text(plain(each.label or each.account.subject))
        table.add_row(each.id, where, who, each.person, f"{each.linked_at:%Y-%m-%d}")
    return table


def _said(found: LinkLine) -> str:
    if found.account is None:
        return "somebody's account"
    label = f"{plain(found.label)}, " if found.label else ""
    return f"{label}{plain(found.account.says())}"
