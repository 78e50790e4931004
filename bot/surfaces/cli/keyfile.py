"""A person's own key in a file, and what it signs: a statement about exactly the plan that was shown.

The private key never leaves this machine.
"""

import os
from base64 import b64encode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.signing.pem import MAX_BYTES, parse_key, written
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.shapes import PlanView
from memory.errors import Conflict, CredentialRefused, InvalidInput, LogKeyWrong, NotFound, StatementInvalid
from memory.model.approval import Verdict
from memory.model.credential import Credential
from memory.model.policies import PolicyProposal, PromotedPolicy
from memory.model.run import Run
from tools.approvals.promotion import parse_promotion
from tools.approvals.signing import signed
from tools.approvals.statement import parse_statement

_HINT = "quarterdeck approvals key new FILE makes one."
_OTHERS = 0o077


def make(path: Path) -> str:
    """Make a key in a new file for its owner's eyes alone, and return its public half in base64."""
    private = Ed25519PrivateKey.generate()
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise Conflict(f"expected a new file, found one at {path}", hint="Name another one.") from None
    except OSError as error:
        raise InvalidInput(f"expected to write a key at {path}, found: {error.strerror}") from None
    with os.fdopen(opened, "wb") as file:
        file.write(written(private))
    return public(private)


def read(path: Path) -> Ed25519PrivateKey:
    """Return the key in a file that its owner alone may read; raises `NotFound` or `InvalidInput`."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                raise InvalidInput(f"expected {path} to be its owner's alone", hint=f"chmod 600 {path}")
            return parse_key(file.read(MAX_BYTES), f"at {path}")
    except FileNotFoundError:
        raise NotFound(f"expected your key at {path}, found no file there", hint=_HINT) from None
    except OSError as error:
        raise InvalidInput(f"expected to read your key at {path}, found: {error.strerror}") from None
    except LogKeyWrong as error:
        raise InvalidInput(error.message, hint=_HINT) from None


def public(private: Ed25519PrivateKey) -> str:
    """Return the public half in base64."""
    return b64encode(private.public_key().public_bytes_raw()).decode()


async def sign(client: Client, run: Run, path: Path, verdict: Verdict, reason: str, *, alone: bool) -> PlanView:
    """Have the statement made, sign it if it is about exactly the plan that was shown, and send it."""
    private, known = await _enrolled(client, path)
    if run.plan.digest() != run.plan_digest:
        raise StatementInvalid("expected the plan that its digest says, found another: do not sign it")
    offered = await client.offer(run.id, verdict, reason, break_glass=alone)
    payload = offered.content.encode()
    said = parse_statement(payload)
    asked = (said.plan_digest, said.predicate.run, said.predicate.verdict, said.predicate.break_glass)
    if asked != (run.plan_digest, run.id, verdict, alone):
        raise StatementInvalid("expected a statement about the plan that was shown, found another: do not sign it")
    return await client.cast(run.id, signed(payload, known.id, private).encode())


async def sign_policy(client: Client, proposal: PolicyProposal, path: Path) -> PromotedPolicy:
    """Have the statement made, sign it if it is about exactly the policy that was shown, and send it."""
    private, known = await _enrolled(client, path)
    offered = await client.offer_policy(proposal.id)
    payload = offered.content.encode()
    said = parse_promotion(payload)
    asked = (said.policy_hash, said.predicate.proposal, said.predicate.previous, said.predicate.verdict)
    if asked != (proposal.policy_hash, proposal.id, proposal.previous, Verdict.APPROVE):
        raise StatementInvalid(
            "expected a statement about the policy that was shown, found another: do not sign it"
        )
    settled = await client.cast_policy(proposal.id, signed(payload, known.id, private).encode())
    if settled.promoted is None:
        raise StatementInvalid("expected the policy in force, found that nothing was promoted")
    return settled.promoted


async def _enrolled(client: Client, path: Path) -> tuple[Ed25519PrivateKey, Credential]:
    """Return the private key in a file and what it is enrolled as; raises `CredentialRefused`."""
    private = read(path)
    mine = public(private)
    known = next((each for each in (await client.credentials()).items if each.public == mine), None)
    if known is None:
        raise CredentialRefused(
            f"expected a key that is enrolled, found the one at {path}, which is not",
            hint=f"quarterdeck approvals key enrol {path}",
        )
    return private, known
