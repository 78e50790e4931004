"""What is signed of a policy: an in-toto Statement v1 by which a second person says yes or no. Pure.

The subject is the policy by its hash; the predicate binds the hash it replaces, the golden decisions and the
simulation that were shown. The levels are those of plan approvals, and so are the keys.
"""

from typing import Final, Literal, Self

from pydantic import Field, field_validator

from memory.model.approval import Assurance, Verdict
from memory.model.people import Surface
from memory.model.value import Digest, Identifier, Moment
from tools.approvals.statement import STATEMENT_TYPE, Shown, Signed, Subject, encoded, parse_as

PREDICATE_TYPE: Final = "urn:quarterdeck:policy-promotion:v1"


class Promotion(Signed):
    """The predicate. Moments are in UTC; people stand in it under their pseudonyms in the log.

    `golden` and `simulation` are the SHA-256 of their canonical forms; `previous` is the hash in force until then.
    """

    tenant: Identifier
    proposal: Identifier
    proposer: Identifier
    approver: Identifier
    verdict: Verdict
    reason: str = Field(default="", max_length=2_000)
    surface: Surface
    assurance: Assurance
    previous: Digest
    golden: Digest
    simulation: Digest
    checkpoint: Shown
    issued_at: Moment
    expires_at: Moment
    nonce: Identifier
    event: Digest | None = None


class PromotionStatement(Signed):
    """A say to a policy as in-toto has it; the name of its subject is the proposal."""

    type_: Literal["https://in-toto.io/Statement/v1"] = Field(default=STATEMENT_TYPE, alias="_type")
    subject: tuple[Subject, ...] = Field(min_length=1, max_length=1)
    predicate_type: Literal["urn:quarterdeck:policy-promotion:v1"] = PREDICATE_TYPE
    predicate: Promotion

    @field_validator("predicate")
    @classmethod
    def _in_time(cls, predicate: Promotion) -> Promotion:
        if predicate.expires_at <= predicate.issued_at:
            raise ValueError("a say expires after it is issued")
        return predicate

    @classmethod
    def about(cls, policy_hash: str, promotion: Promotion) -> Self:
        """Return the statement that binds a say to a policy."""
        return cls(subject=(Subject.of(promotion.proposal, policy_hash),), predicate=promotion)

    @property
    def policy_hash(self) -> str:
        """The hash of the policy that it is about."""
        return self.subject[0].digest.sha256

    def encode(self) -> bytes:
        """Return its one sequence of bytes, which is what is shown and signed."""
        return encoded(self)


def parse_promotion(payload: bytes) -> PromotionStatement:
    """Return what these bytes say; raises `StatementInvalid` for any others than `encode` makes."""
    return parse_as(PromotionStatement, payload, "a statement about a policy")
