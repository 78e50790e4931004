"""The kinds of ledger entries, and what every entry tells besides: what it is about and what it followed from."""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from memory.model.value import Digest, Identifier, Value

Reference = Annotated[
    str, Field(min_length=3, max_length=300, pattern=r"^[a-z_]+:[A-Za-z0-9][A-Za-z0-9._:/@+#-]*$")
]
Ruling = Literal["allow", "needs_approval", "deny"]


class EntryKind(StrEnum):
    """What a ledger entry tells of. Kinds are appended, never renamed."""

    MESSAGE = "message"
    RECALL = "recall"
    MODEL = "model"
    INTERPRETATION = "interpretation"
    EVIDENCE = "evidence"
    PLAN = "plan"
    DECISION = "decision"
    APPROVAL = "approval"
    DECIDED = "decided"
    OUTCOME = "outcome"
    CHECK = "check"
    UNDO = "undo"
    END = "end"
    DENIAL = "denial"
    REPLY = "reply"
    SIGN_IN = "sign_in"
    ACCESS = "access"
    POLICY = "policy"
    KEY = "key"
    ERASURE = "erasure"
    HOLD = "hold"
    EXPORT = "export"
    DEAD_LETTER = "dead_letter"
    CREDENTIAL = "credential"
    BREAK_GLASS = "break_glass"
    REVIEW = "review"
    SWITCH = "switch"
    STANDING = "standing"
    POLICY_PROPOSAL = "policy_proposal"
    SETTLEMENT = "settlement"
    IDENTITY = "identity"
    STEERING = "steering"
    POLICY_SAY = "policy_say"
    TOOL = "tool"
    MEASUREMENT = "measurement"
    INCIDENT = "incident"
    COST_WATCH = "cost_watch"
    TEACHING = "teaching"


class Body(Value):
    """What one kind of entry tells. `subject` names what it is about, `causes` the subjects it followed from."""

    kind: ClassVar[EntryKind]
    version: ClassVar[int] = 1

    def subject(self) -> Reference:
        """Return the name of what this tells of, by which later entries refer to it."""
        raise NotImplementedError

    def causes(self) -> tuple[Reference, ...]:
        """Return the subjects of the entries that this one followed from."""
        return ()


class Sealed(Value):
    """Something kept beside the log: its id and the salted digest of its bytes."""

    id: Identifier
    digest: Digest
