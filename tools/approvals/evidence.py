"""Approvals verified from evidence alone: entries of a log with their indices, and the blobs they name. Pure.

That the entries are in the log, their proofs tell; that none about a credential is missing, only the whole log.
"""

from collections.abc import Mapping

from memory.errors import LogCorrupt, StatementInvalid
from memory.model.bodies import Approved, PolicySaid
from memory.model.record import Entry
from memory.model.value import Identifier, Value
from tools.approvals.envelope import Envelope
from tools.approvals.keyring import keyring
from tools.approvals.verifying import Verified, VerifiedPromotion, verify, verify_promotion

Said = Approved | PolicySaid


class Found(Value):
    """What came of one approval: the entry that tells it, its level, and what does not hold, if anything.

    `approval` is the proposal where it is about a policy.
    """

    index: int
    approval: Identifier
    approver: Identifier
    assurance: str
    problem: str = ""


def approvals_in(entries: Mapping[int, Entry], blobs: Mapping[str, bytes]) -> tuple[Found, ...]:
    """Return what came of every approval, of plans and policies, as the log has them; raises `LogMalformed`."""
    return tuple(
        _found(index, entry, body, entries, blobs)
        for index, entry in sorted(entries.items())
        if isinstance(body := entry.told(), Approved | PolicySaid)
    )


def _found(
    index: int, entry: Entry, body: Said, entries: Mapping[int, Entry], blobs: Mapping[str, bytes]
) -> Found:
    try:
        _check(index, entry, body, entries, blobs)
        problem = ""
    except (StatementInvalid, LogCorrupt) as error:
        problem = error.message
    return Found(
        index=index,
        approval=body.approval if isinstance(body, Approved) else body.proposal,
        approver=entry.actor,
        assurance=body.assurance.value,
        problem=problem,
    )


def _check(index: int, entry: Entry, body: Said, entries: Mapping[int, Entry], blobs: Mapping[str, bytes]) -> None:
    kept = blobs.get(body.statement or "")
    if kept is None:
        raise StatementInvalid("expected the signed statement beside the entry, found none: erased, or left out")
    keys = keyring(((place, each.told()) for place, each in sorted(entries.items())), index)
    event = blobs.get(body.event) if body.event else None
    envelope = Envelope.parse(kept)
    if isinstance(body, Approved):
        _compare(verify(envelope, keys, event), entry, body)
    else:
        _compare_promotion(verify_promotion(envelope, keys, event), entry, body)


def _compare(verified: Verified, entry: Entry, body: Approved) -> None:
    """Return when the entry tells what was signed; raises `StatementInvalid`."""
    said = verified.statement.predicate
    signed = (said.tenant, said.run, said.approver, said.verdict, said.assurance, said.policy_hash)
    told = (entry.tenant, body.run, entry.actor, body.verdict, body.assurance, body.policy_hash)
    if signed != told or verified.statement.plan_digest != body.plan_digest:
        raise StatementInvalid("expected the entry to tell what was signed, found that it tells something else")


def _compare_promotion(verified: VerifiedPromotion, entry: Entry, body: PolicySaid) -> None:
    """Return when the entry tells what was signed of a policy; raises `StatementInvalid`."""
    said = verified.statement.predicate
    signed = (said.tenant, said.proposal, said.approver, said.verdict, said.assurance, said.previous)
    told = (entry.tenant, body.proposal, entry.actor, body.verdict, body.assurance, body.previous)
    if signed != told or verified.statement.policy_hash != body.policy_hash:
        raise StatementInvalid("expected the entry to tell what was signed, found that it tells something else")
