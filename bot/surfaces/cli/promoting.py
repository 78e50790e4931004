"""Commands by which a policy comes into force: `policy promote`, `agree`, `refuse`, `rollback`, `history`."""

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import RenderableType
from rich.table import Table

from agents.units import moment
from bot.surfaces.cli import keyfile
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.policy_parts import simulated
from bot.surfaces.cli.session import Session
from bot.surfaces.cli.shapes import PolicyHistory
from memory.errors import DigestMismatch
from memory.model.policies import PolicyProposal
from tools.policy.simulating import Simulation

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The policies and their golden decisions.")]
Proposal = Annotated[str, typer.Argument(metavar="PROPOSAL", help="The proposal's id.")]
Hash = Annotated[str, typer.Argument(metavar="HASH", help="The policy's hash, or the beginning of it.")]
WholeHash = Annotated[str, typer.Option("--hash", help="Only if it is the policy whose hash begins so.")]
KeyFile = Annotated[
    Path | None, typer.Option("--key", metavar="FILE", help="Sign it with your own key, as PKCS#8 PEM.")
]
Reason = Annotated[str, typer.Option("--reason", help="Why; it stands in the log.")]


@command
def promote(session: Session, folder: Folder, reason: Reason) -> None:
    """Propose policies: they are checked, past requests are decided again, and another administrator has to agree.

    [bold]Examples[/bold]

      quarterdeck policy promote policies --reason "checkout may be scaled to 60"
    """
    session.run(lambda client: _promote(client, session, folder, reason))


@command
def agree(session: Session, proposal: Proposal, hash_: WholeHash, key: KeyFile = None) -> None:
    """Put a proposal of another administrator in force, on every node; signed, where policy asks for that.

    [bold]Examples[/bold]

      quarterdeck policy agree proposal_4h2k9m --hash 3fa2c1d4
      quarterdeck policy agree proposal_4h2k9m --hash 3fa2c1d4 --key ~/.quarterdeck/me.key
    """
    session.run(lambda client: _agree(client, session, proposal, hash_, key))


@command
def refuse(session: Session, proposal: Proposal, reason: Reason) -> None:
    """Say no to a proposal, or take your own back. It is closed then.

    [bold]Examples[/bold]

      quarterdeck policy refuse proposal_4h2k9m --reason "the night shift needs it"
    """
    session.run(lambda client: _refuse(client, session, proposal, reason))


@command
def proposals(session: Session) -> None:
    """Show the policies that wait for a second administrator."""
    session.run(lambda client: _proposals(client, session))


@command
def rollback(session: Session, hash_: Hash, reason: Reason) -> None:
    """Put an earlier policy in force again, on every node.

    [bold]Examples[/bold]

      quarterdeck policy rollback 3fa2c1d4 --reason "deploys are denied"
    """
    session.run(lambda client: _rollback(client, session, hash_, reason))


@command
def history(session: Session) -> None:
    """Show the policies that were in force, the newest first, and who put them there."""
    session.run(lambda client: _history(client, session))


async def _promote(client: Client, session: Session, folder: Path, reason: str) -> int:
    library = session.host.policy_library(session.settings(), folder)
    with session.screen.waiting("Checking, and deciding past requests again"):
        proposal = await client.propose_policy({**library.model_dump(mode="json"), "reason": reason})
    session.screen.show(proposal, *_parts(proposal))
    agreeing = f"quarterdeck policy agree {proposal.id} --hash {proposal.policy_hash[:12]}"
    session.screen.note(f"another administrator agrees with: {agreeing}")
    return 0


async def _agree(client: Client, session: Session, proposal_id: str, begins: str, key: Path | None) -> int:
    proposal = await client.policy_proposal(proposal_id)
    session.screen.tell(*_parts(proposal))
    if not proposal.policy_hash.startswith(begins.lower()):
        raise DigestMismatch(f"expected the policy {begins[:12]}…, found {proposal.policy_hash[:12]}…")
    if key is None:
        promoted = await client.agree_to_policy(proposal_id, proposal.policy_hash)
    else:
        promoted = await keyfile.sign_policy(client, proposal, key)
    session.screen.show(promoted, f"Policy {promoted.policy_hash[:12]}… is number {promoted.number}, in force.")
    return 0


async def _refuse(client: Client, session: Session, proposal_id: str, reason: str) -> int:
    await client.refuse_policy(proposal_id, reason)
    session.screen.show({"proposal": proposal_id, "refused": True}, f"Proposal {proposal_id} is closed.")
    return 0


async def _proposals(client: Client, session: Session) -> int:
    found = await client.policy_proposals()
    table = Table("Proposal", "Policy", "By", "At", "Why", box=box.SIMPLE_HEAD, show_edge=False)
    for each in found.items:
        when = moment(each.at, session.screen.now())
        table.add_row(each.id, each.policy_hash[:12], each.by, when, plain(each.reason))
    session.screen.show(found, table if found.items else "No policy waits for a second administrator.")
    return 0


async def _rollback(client: Client, session: Session, begins: str, reason: str) -> int:
    promoted = await client.roll_policy_back(begins.lower(), reason)
    session.screen.show(promoted, f"Policy {promoted.policy_hash[:12]}… is number {promoted.number}, in force.")
    return 0


async def _history(client: Client, session: Session) -> int:
    found = await client.policy_history()
    session.screen.show(found, _table(session, found) if found.items else "No policy was promoted yet.")
    return 0


def _parts(proposal: PolicyProposal) -> list[RenderableType]:
    change = f"{proposal.policy_hash[:12]}… after {proposal.previous[:12]}…"
    head = f"{change}, {proposal.decisions} golden decisions pass"
    return [head, *simulated(Simulation.model_validate(proposal.simulation))]


def _table(session: Session, found: PolicyHistory) -> Table:
    table = Table("#", "Policy", "How", "By", "Agreed", "At", "Why", box=box.SIMPLE_HEAD, show_edge=False)
    for each in found.items:
        when = moment(each.at, session.screen.now())
        change = each.change.replace("_", " ")
        who = (each.by, each.agreed_by)
        table.add_row(str(each.number), each.policy_hash[:12], change, *who, when, plain(each.reason))
    return table
