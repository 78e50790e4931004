"""What is told of the house itself: its policy, its keys, its switch, and what was kept, erased or taken away."""

from typing import Annotated, Literal

from pydantic import Field

from memory.model.approval import Assurance, Verdict
from memory.model.bodies.kinds import Body, EntryKind, Reference
from memory.model.people import Surface
from memory.model.value import Digest, Identifier

HoldScope = Literal["tenant", "correlation", "kind", "person"]
VerifierKeyText = Annotated[str, Field(max_length=300, pattern=r"^[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$")]


class PolicyChanged(Body):
    """Another policy is in force. `text` is the address of the policies' text, `reason` of why."""

    kind = EntryKind.POLICY
    change: Literal["loaded", "promoted", "rolled_back", "refused"]
    policy_hash: Digest
    previous: Digest | None = None
    text: Digest | None = None
    reason: Digest | None = None
    approval: Identifier | None = None

    def subject(self) -> Reference:
        """Return the policy."""
        return f"policy:{self.policy_hash}"


class PolicyProposed(Body):
    """A change of policy was proposed: the golden decisions pass, and this is what it would change.

    `golden` and `simulation` are the addresses of both as they were shown.
    """

    kind = EntryKind.POLICY_PROPOSAL
    version = 2
    proposal: Identifier
    policy_hash: Digest
    previous: Digest
    decisions: int  # golden ones, all as expected
    simulated: int  # requests of the past that were decided again
    changed: int  # how many of them were decided differently
    text: Digest | None = None
    reason: Digest | None = None
    golden: Digest | None = None
    simulation: Digest | None = None

    def subject(self) -> Reference:
        """Return the proposal."""
        return f"policy_proposal:{self.proposal}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the policy that it would replace."""
        return (f"policy:{self.previous}",)


class PolicySaid(Body):
    """A second person said yes or no to a proposed policy. `statement` is the address of the signed envelope.

    `event` is what the surface saw, where the log's key attests that; `credential` is what the person signed with.
    """

    kind = EntryKind.POLICY_SAY
    proposal: Identifier
    policy_hash: Digest
    previous: Digest
    verdict: Verdict
    surface: Surface
    assurance: Assurance
    credential: Identifier | None = None
    statement: Digest | None = None
    event: Digest | None = None
    reason: Digest | None = None

    def subject(self) -> Reference:
        """Return this say."""
        return f"policy_say:{self.proposal}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the proposal."""
        return (f"policy_proposal:{self.proposal}",)


class KeyChanged(Body):
    """The log's own key changed. `endorsement` is the note by which the old key vouches for the new one."""

    kind = EntryKind.KEY
    change: Literal["created", "rotated", "revoked"]
    key: VerifierKeyText
    previous: VerifierKeyText | None = None
    endorsement: str | None = Field(default=None, max_length=4_000)
    from_size: int | None = None  # revoked: what the key signed for trees larger than this is not believed

    def subject(self) -> Reference:
        """Return this change of the key, named by the key's id."""
        return f"key:{self.key.split('+')[1]}/{self.change}"


class Switched(Body):
    """The switch was thrown, so that nothing above observe begins, or it was put back."""

    kind = EntryKind.SWITCH
    stop: Identifier
    change: Literal["stopped", "resumed"]
    reason: Digest | None = None

    def subject(self) -> Reference:
        """Return this change of the switch."""
        return f"stop:{self.stop}/{self.change}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the stop that came to its end."""
        return (f"stop:{self.stop}/stopped",) if self.change == "resumed" else ()


class Erased(Body):
    """Blobs and memories were erased. Digests and ids stay where they stand; what they were of is gone."""

    kind = EntryKind.ERASURE
    version = 2
    erasure: Identifier
    why: Literal["retention", "request"]
    blobs: tuple[Digest, ...] = Field(max_length=500)
    correlations: tuple[Identifier, ...] = Field(default=(), max_length=100)
    memories: tuple[Identifier, ...] = Field(default=(), max_length=500)

    def subject(self) -> Reference:
        """Return this erasure."""
        return f"erasure:{self.erasure}"


class HoldChanged(Body):
    """A legal hold was placed or lifted: while it stands, nothing it covers is erased."""

    kind = EntryKind.HOLD
    hold: Identifier
    change: Literal["placed", "lifted"]
    scope: HoldScope
    value: str = Field(default="", max_length=120)
    reason: Digest | None = None

    def subject(self) -> Reference:
        """Return this change of the hold."""
        return f"hold:{self.hold}/{self.change}"


class Exported(Body):
    """Part of the log left the house: who took what range, and the digest of what they were given."""

    kind = EntryKind.EXPORT
    export: Identifier
    form: Literal["jsonl", "csv", "parquet", "pack"]
    first: int
    until: int
    entries: int
    content: Digest

    def subject(self) -> Reference:
        """Return this export."""
        return f"export:{self.export}"


class ToolTrust(Body):
    """A person agreed to a tool of an MCP server as it is, or it was found changed and nobody may call it."""

    kind = EntryKind.TOOL
    change: Literal["agreed", "suspended"]
    tool: Identifier
    pinned: Digest
    found: Digest | None = None  # suspended: what it is now; None: it is gone

    def subject(self) -> Reference:
        """Return the tool, as agreed to."""
        return f"tool:{self.tool}#{self.pinned[:16]}"
