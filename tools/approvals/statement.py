"""What is signed: an in-toto Statement v1 about one plan digest, in one sequence of bytes. Pure.

The subject is the plan; the predicate says who approves what for whom, under which policy, beside which checkpoint
of the log, until when. People stand in it under their pseudonyms in the log.
"""

import json
from typing import Final, Literal, Self, TypeVar

from pydantic import ConfigDict, Field, ValidationError, field_validator
from pydantic.alias_generators import to_camel

from memory.canonical import canonical
from memory.errors import InvalidInput, StatementInvalid
from memory.model.approval import Assurance, Verdict
from memory.model.people import Surface
from memory.model.value import Digest, Identifier, Index, JsonValue, Moment, Value

STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE: Final = "urn:quarterdeck:approval:v1"

S = TypeVar("S", bound="Signed")


class Signed(Value):
    """Something that is signed: camelCase, and no field that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Shown(Signed):
    """The checkpoint of the log that was shown: its origin, its size, and its root hash in hexadecimal."""

    origin: str
    size: Index
    root: Digest


class Approval(Signed):
    """The predicate. Moments are in UTC; `event` is the SHA-256 of the raw event that the surface verified."""

    tenant: Identifier
    run: Identifier
    requester: Identifier
    approver: Identifier
    verdict: Verdict
    reason: str = Field(default="", max_length=1_000)
    break_glass: bool = False
    surface: Surface
    assurance: Assurance
    policy_hash: Digest
    checkpoint: Shown
    issued_at: Moment
    expires_at: Moment
    nonce: Identifier
    event: Digest | None = None


class _Digests(Signed):
    sha256: Digest


class Subject(Signed):
    """What a statement is about, by its SHA-256."""

    name: Identifier
    digest: _Digests

    @classmethod
    def of(cls, name: str, sha256: str) -> Self:
        """Return the subject of this name and digest."""
        return cls(name=name, digest=_Digests(sha256=sha256))


class Statement(Signed):
    """An approval as in-toto has it. `subject` is the plan and nothing else; its name is the run's id."""

    type_: Literal["https://in-toto.io/Statement/v1"] = Field(default=STATEMENT_TYPE, alias="_type")
    subject: tuple[Subject, ...] = Field(min_length=1, max_length=1)
    predicate_type: Literal["urn:quarterdeck:approval:v1"] = PREDICATE_TYPE
    predicate: Approval

    @field_validator("predicate")
    @classmethod
    def _in_time(cls, predicate: Approval) -> Approval:
        if predicate.expires_at <= predicate.issued_at:
            raise ValueError("an approval expires after it is issued")
        return predicate

    @classmethod
    def about(cls, plan_digest: str, approval: Approval) -> Self:
        """Return the statement that binds an approval to a plan."""
        return cls(subject=(Subject.of(approval.run, plan_digest),), predicate=approval)

    @property
    def plan_digest(self) -> str:
        """The digest of the plan that it is about."""
        return self.subject[0].digest.sha256

    def encode(self) -> bytes:
        """Return its one sequence of bytes (RFC 8785), which is what is shown and signed."""
        return encoded(self)


def encoded(statement: Signed) -> bytes:
    """Return the one sequence of bytes of something that is signed (RFC 8785)."""
    return canonical(statement.model_dump(mode="json", by_alias=True))


def parse_statement(payload: bytes) -> Statement:
    """Return what these bytes say; raises `StatementInvalid` for any others than `Statement.encode` makes."""
    return parse_as(Statement, payload, "an approval statement")


def parse_as(kind: type[S], payload: bytes, expected: str) -> S:
    """Return what these bytes say in the one form that a statement of this kind has; raises `StatementInvalid`."""
    try:
        form: JsonValue = json.loads(payload)
        statement = kind.model_validate(form)
        same = canonical(form) == payload == encoded(statement)
    except (ValueError, RecursionError, InvalidInput) as error:
        raise StatementInvalid(f"expected {expected}, found {_first(error)}") from None
    if not same:
        raise StatementInvalid("expected a statement in its canonical form, found another form of it")
    return statement


def _first(error: Exception) -> str:
    """Return what is wrong first, without the value, which nobody vouches for."""
    if isinstance(error, ValidationError):
        found = error.errors(include_input=False, include_url=False, include_context=False)[0]
        return f"{found['msg']} at {'.'.join(map(str, found['loc'])) or 'its top'}"
    return "something else"
