"""`log prove`, `log check` and `log consistency`: proofs that verify without the log they came from."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue
from rich.console import RenderableType
from rich.text import Text

from agents.units import moment
from bot.surfaces.cli.command import command
from bot.surfaces.cli.published.options import Keys, Quorum, Where, Witnesses, given_trust, source_of
from bot.surfaces.cli.published.shown import at_seconds, grid, told
from bot.surfaces.cli.screen import Screen
from bot.surfaces.cli.session import Session
from memory.errors import InputTooLarge, InvalidInput, StoreUnavailable
from memory.ledger.entries import read_exactly
from memory.ledger.prove import Prover
from memory.log.encoding import to_base64
from memory.log.merkle import leaf_hash
from memory.log.proof import MAX_PROOF_BYTES, TlogProof

Which = Annotated[
    str, typer.Argument(metavar="INDEX|ENTRY-ID", help="Its index, or 8 digits or more of its hash.")
]
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where the proof is put.")]
ProofFile = Annotated[Path, typer.Argument(metavar="PROOF-FILE", help="What `log prove` wrote.")]
EntryFile = Annotated[
    Path | None, typer.Option("--entry", metavar="FILE", help="The entry's bytes; those in the proof if left out.")
]
OldSize = Annotated[int, typer.Argument(metavar="OLD", min=0, help="How many entries there were.")]
NewSize = Annotated[int, typer.Argument(metavar="NEW", min=0, help="How many there were later.")]


@command
def prove(session: Session, which: Which, where: Where = "", output: Output = None) -> None:
    """Prove that an entry is in the log, in a file that verifies offline (C2SP tlog-proof), the entry inside it.

    [bold]Examples[/bold]

      quarterdeck log prove 1234 -o 1234.tlog-proof
      quarterdeck log prove 9f86d081884c https://example.org/log > receipt.tlog-proof
    """

    def work() -> int:
        prover = Prover(source_of(session, where))
        index = prover.find(which)
        proof = prover.inclusion(index, extra=prover.entry(index))
        _write(session.screen, proof, output)
        return 0

    session.run_here(work)


@command
def check(
    session: Session,
    proof: ProofFile,
    key: Keys = None,
    witness: Witnesses = None,
    quorum: Quorum = None,
    entry: EntryFile = None,
) -> None:
    """Check a proof with nothing but itself and the key of the log: no network, no log, no server.

    [bold]Examples[/bold]

      quarterdeck log check 1234.tlog-proof --key example.org/log/acme+1b2735d3+AYG4…Euc
      quarterdeck log check 1234.tlog-proof --key VKEY --witness VKEY --entry entry.json
    """

    def work() -> int:
        trust = given_trust(key, witness, quorum)
        given = TlogProof.parse(_read(proof, MAX_PROOF_BYTES))
        data = _read(entry, MAX_PROOF_BYTES) if entry is not None else given.extra
        if not data:
            raise InvalidInput(f"expected an entry in {proof} or --entry, found none")
        # (1) The checkpoint is signed, and the entry is under it; (2) it is an entry of a log like ours.
        trusted = given.verify(leaf_hash(data), trust)
        found = told(given.index, data)
        signed = trusted.checkpoint
        session.screen.show(
            {
                "ok": True,
                "origin": signed.origin,
                "size": signed.size,
                "root": signed.root.hex(),
                **found,
                "witnessed_at": trusted.witnessed_at,
            },
            *_checked(
                session.screen, given.index, data, trusted.witnessed_at, f"{signed.size} of {signed.origin}"
            ),
        )
        return 0

    session.run_here(work)


@command
def consistency(session: Session, old: OldSize, new: NewSize, where: Where = "") -> None:
    """Prove that the log of NEW entries begins with the log of OLD entries: that nothing before was changed.

    [bold]Examples[/bold]

      quarterdeck log consistency 1000 1234
      quarterdeck log consistency 1000 1234 https://example.org/log --json
    """

    def work() -> int:
        proof = Prover(source_of(session, where)).consistency(old, new)
        hashes: list[JsonValue] = [to_base64(each) for each in proof.hashes]
        roots = (proof.old_root.hex(), proof.new_root.hex())
        session.screen.show(
            {"old": {"size": old, "root": roots[0]}, "new": {"size": new, "root": roots[1]}, "proof": hashes},
            Text.assemble(("✔ ", "bold green"), (f"the first {new} entries begin with the first {old}", "bold")),
            grid([("Old root", roots[0]), ("New root", roots[1]), ("Proof", "\n".join(map(str, hashes)))]),
        )
        return 0

    session.run_here(work)


def _write(screen: Screen, proof: TlogProof, output: Path | None) -> None:
    if output is None and not screen.as_json:
        sys.stdout.write(proof.encode().decode())
        return
    if output is not None:
        try:
            output.write_bytes(proof.encode())
        except OSError as error:
            raise StoreUnavailable(f"expected to write {output}, found: {error.strerror}") from error
    leaf = leaf_hash(proof.extra).hex()
    screen.show(
        {"index": proof.index, "leaf": leaf, "file": str(output or ""), "proof": proof.encode().decode()},
        f"The proof of entry {proof.index} is in {output}.",
    )
    screen.note(f"Check it with: quarterdeck log check {output} --key VKEY")


def _checked(
    screen: Screen, index: int, data: bytes, witnessed: dict[str, int], under: str
) -> tuple[RenderableType, ...]:
    entry, now = read_exactly(data), screen.now()
    rows = [
        ("Kind", entry.kind.value),
        ("Subject", entry.subject),
        ("Logged", moment(entry.logged, now)),
        *(("Witnessed", f"by {name}, {at_seconds(at, now)}") for name, at in witnessed.items()),
    ]
    title = Text.assemble(("✔ ", "bold green"), (f"entry {index} is among the {under}", "bold"))
    return title, grid(rows)


def _read(file: Path, most: int) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(most + 1)
    except OSError as error:
        raise InvalidInput(f"expected to read {file}, found: {error.strerror}") from error
    if len(data) > most:
        raise InputTooLarge(f"expected at most {most} bytes in {file}, found more")
    return data
